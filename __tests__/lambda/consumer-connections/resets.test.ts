import type { Connection, Consumer } from "../../../lambda/consumer-connections/decide";
import type { Ports } from "../../../lambda/consumer-connections/ports";
import { run } from "../../../lambda/consumer-connections/run";

const consumer = (name: string, account: string): Consumer => ({
  ...{ name, accounts: [account], automatically: true, atMostEndpoints: 2, rejectAfterExpiry: false },
});
const consumers = [consumer("acme", "444455556666"), consumer("beta", "777788889999")];
const connection = (endpointId: string, owner: string, state = "available"): Connection => ({
  ...{ endpointId, owner, state, createdAt: 0 },
});

const ports = (resets: Ports["resets"]): Ports => ({
  connections: async () => [
    connection("vpce-1", "444455556666"),
    connection("vpce-2", "444455556666", "pendingAcceptance"),
    connection("vpce-3", "777788889999", "rejected"),
    connection("vpce-4", "999999999999"),
  ],
  accept: async () => [],
  reject: async () => [],
  resets,
  readGrants: async () => ({ grants: {}, revision: undefined }),
  writeGrants: async () => {},
  now: () => 0,
});

test("resets are those of the endpoints that are connected after the run, by consumer", async () => {
  const asked: string[][] = [];
  const report = await run(
    ports(async (ids) => {
      asked.push([...ids]);
      return new Map([
        ["vpce-1", 5],
        ["vpce-2", 2],
      ]);
    }),
    { consumers, dryRun: false },
  );
  expect(asked).toEqual([["vpce-1", "vpce-2"]]);
  expect(report).toMatchObject({ accepted: ["vpce-2"], resets: { acme: 7, beta: 0 }, failures: [] });
});

test("metrics that can't be read stop no acceptance, and the run fails", async () => {
  const unreadable = ports(() => Promise.reject(new Error("throttled")));
  await expect(run(unreadable, { consumers, dryRun: false })).resolves.toMatchObject({
    accepted: ["vpce-2"],
    resets: {},
    failures: ["Error: throttled"],
  });
});
