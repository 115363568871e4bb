import {
  age,
  type Connection,
  remarks,
  select,
  toConnection,
  withConsumers,
} from "../../../operations/consumers/connections";
import { readService } from "../../../operations/consumers/service";

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
      "vpce-9: no such connection to this service; available: vpce-1, vpce-2, vpce-3, vpce-4",
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
  const outputs = {
    serviceId: "vpce-svc-1",
    serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-1",
    region: "eu-central-1",
    availabilityZoneIds: ["euc1-az1"],
    ports: [80],
    acceptanceRequired: true,
  };

  test("is read from the outputs of its stack", () => {
    expect(readService("dev", outputs)).toEqual({ ...outputs, consumers: {}, supportedRegions: [], idleSeconds: 350 });
  });

  test("fails when the stack is not deployed, without advising to deploy", () => {
    expect(() => readService("dev", {})).toThrow(
      "privatelink-service-dev has no outputs: it is not deployed, or a destroy has begun. In the second case give --service-id and --region",
    );
  });

  test("fails when the outputs are of another version", () => {
    expect(() => readService("dev", { ...outputs, ports: "80" })).toThrow("output ports does not fit");
  });
});

describe("consumers of the registry", () => {
  const consumer = (options: object = {}) => ({
    accounts: ["444455556666"],
    automatically: false,
    atMostEndpoints: 1,
    ...options,
  });
  const at = new Date("2027-01-15T12:00:00Z");

  test("are named by the account of an endpoint, all of them where it is of several", () => {
    const consumers = { acme: consumer(), beta: consumer(), gamma: consumer({ accounts: ["999999999999"] }) };
    const named = withConsumers(connections, consumers).map(({ consumers: names }) => names);
    expect(named).toEqual([[], [], ["acme", "beta"], ["acme", "beta"]]);
  });

  test("without a connected endpoint, in fewer zones than the service, or after their last day are told", () => {
    const zones = ["euc1-az1", "euc1-az2"];
    const found = [connection("vpce-5", "444455556666", "available")];
    const of = (options: object, given = found) =>
      remarks(given, { availabilityZoneIds: zones, consumers: { acme: consumer(options) } }, at);
    expect(of({ availabilityZoneIds: zones, until: "2027-01-15" })).toEqual([]);
    expect(of({}, [])).toEqual(["acme has no connected endpoint"]);
    expect(of({ availabilityZoneIds: ["euc1-az1"] })).toEqual([expect.stringMatching(/no endpoint in euc1-az2/)]);
    expect(of({ until: "2027-01-14" })).toEqual([expect.stringMatching(/2027-01-14 was the last day, and vpce-5/)]);
  });
});
