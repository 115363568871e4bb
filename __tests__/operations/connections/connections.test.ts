import { mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { age, type Connection, select, toConnection } from "../../../operations/connections/connections";
import { readService } from "../../../operations/connections/service";

const connection = (endpointId: string, owner: string, state: string): Connection => ({ endpointId, owner, state });

const connections = [
  connection("vpce-1", "111122223333", "pendingAcceptance"),
  connection("vpce-2", "111122223333", "available"),
  connection("vpce-3", "444455556666", "pendingAcceptance"),
  connection("vpce-4", "444455556666", "rejected"),
];
const ids = (found: readonly Connection[]) => found.map(({ endpointId }) => endpointId);

describe("which connections a decision is about", () => {
  test("those named, whatever their state", () => {
    expect(ids(select(connections, "accept", { endpointIds: ["vpce-2", "vpce-3"] }))).toEqual(["vpce-2", "vpce-3"]);
  });

  test("of an account, those that it changes", () => {
    expect(ids(select(connections, "accept", { endpointIds: [], account: "444455556666" }))).toEqual([
      "vpce-3",
      "vpce-4",
    ]);
    expect(ids(select(connections, "reject", { endpointIds: [], account: "111122223333" }))).toEqual([
      "vpce-1",
      "vpce-2",
    ]);
  });

  test("of all, every one that holds the service", () => {
    expect(ids(select(connections, "reject", { endpointIds: [], all: true }))).toEqual(["vpce-1", "vpce-2", "vpce-3"]);
  });

  test("fails when nothing is selected", () => {
    expect(() => select(connections, "accept", { endpointIds: [] })).toThrow(
      "which connections? Give endpoint ids or --account <id>",
    );
  });

  test("fails when an endpoint is not there, and names those that are", () => {
    expect(() => select(connections, "accept", { endpointIds: ["vpce-9"] })).toThrow(
      "vpce-9: no such connection to this service; there are: vpce-1, vpce-2, vpce-3, vpce-4",
    );
  });

  test("fails when the account has nothing to decide", () => {
    expect(() => select(connections, "accept", { endpointIds: [], account: "999999999999" })).toThrow(
      "account 999999999999 has a connection that is pendingAcceptance or rejected",
    );
  });
});

describe("what AWS says of a connection", () => {
  const said = {
    VpcEndpointId: "vpce-1",
    VpcEndpointOwner: "111122223333",
    VpcEndpointState: "PendingAcceptance",
  } as const;

  test("states are written alike", () => {
    expect(toConnection(said, []).state).toBe("pendingAcceptance");
  });

  test.each([
    [["arn:aws:iam::111122223333:role/deploy"], true],
    [["*"], true],
    [["arn:aws:iam::444455556666:root"], false],
    [[], false],
    [["arn:aws:organizations::999999999999:organization/o-a1b2c3d4e5"], undefined],
  ])("with principals %j its owner is allowed: %s", (principals, allowed) => {
    expect(
      toConnection(
        said,
        principals.map((Principal) => ({ Principal })),
      ).allowed,
    ).toBe(allowed);
  });
});

test.each([
  [40_000, "40 s"],
  [5 * 60_000, "5 min"],
  [3 * 3_600_000, "3 h"],
  [12 * 86_400_000, "12 d"],
  [-5000, "0 s"],
])("%i ms are an age of %s", (milliseconds, text) => {
  const now = new Date("2026-01-20T12:00:00Z");
  expect(age(new Date(now.getTime() - milliseconds), now)).toBe(text);
});

describe("the service of an environment", () => {
  let outdir: string;
  beforeEach(async () => {
    outdir = mkdtempSync(join(tmpdir(), "connections-"));
    await mkdir(join(outdir, "stacks", "privatelink-service-dev"), { recursive: true });
  });
  afterEach(() => rmSync(outdir, { recursive: true }));

  const outputs = {
    serviceId: "vpce-svc-1",
    serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-1",
    region: "eu-central-1",
    availabilityZoneIds: ["euc1-az1"],
    ports: [80],
    acceptanceRequired: true,
  };

  test("is read from the outputs of its stack", async () => {
    await expect(readService("dev", outdir, async () => outputs)).resolves.toEqual({
      ...outputs,
      supportedRegions: [],
    });
  });

  test("fails when the stack is not synthesized", async () => {
    await expect(readService("nope", outdir, async () => outputs)).rejects.toThrow(
      /privatelink-service-nope not found; .* there are: privatelink-service-dev\. If "nope" has a file in config/,
    );
  });

  test("fails when the stack is not deployed", async () => {
    await expect(readService("dev", outdir, async () => ({}))).rejects.toThrow(
      "privatelink-service-dev has no outputs, because it is not deployed (npx cdktf deploy privatelink-service-dev) or a destroy has begun (give --service-id and --region)",
    );
  });

  test("fails when the outputs are of another version", async () => {
    await expect(readService("dev", outdir, async () => ({ ...outputs, ports: "80" }))).rejects.toThrow("(ports)");
  });
});
