import { type Connection, type Consumer, decide, isExpired } from "../../../lambda/consumer-connections/decide";

const NOW = Date.parse("2027-01-15T12:00:00Z");
const acme: Consumer = {
  name: "acme",
  accounts: ["444455556666"],
  automatically: true,
  atMostEndpoints: 1,
  rejectAfterExpiry: false,
};
const connection = (endpointId: string, options: Partial<Connection> = {}): Connection => ({
  endpointId,
  owner: "444455556666",
  state: "pendingAcceptance",
  createdAt: NOW,
  ...options,
});
const actions = (consumers: readonly Consumer[], connections: readonly Connection[], granted = {}) =>
  decide(consumers, connections, granted, NOW).decisions.map(
    ({ action, endpointId, reason }) => `${endpointId} ${action} ${reason}`,
  );

test("an endpoint of an automatic consumer is accepted, within its count, the longest waiting first", () => {
  const waiting = [connection("vpce-2", { createdAt: NOW - 1 }), connection("vpce-1")];
  expect(actions([acme], waiting)).toEqual(["vpce-2 accept within-count", "vpce-1 wait over-count"]);
  expect(actions([{ ...acme, atMostEndpoints: 2 }], waiting)).toEqual([
    "vpce-2 accept within-count",
    "vpce-1 accept within-count",
  ]);
});

test("a connected endpoint takes a place, a rejected one does not", () => {
  const taken = connection("vpce-1", { state: "available" });
  expect(actions([acme], [taken, connection("vpce-2")])).toEqual(["vpce-1 keep connected", "vpce-2 wait over-count"]);
  expect(actions([acme], [{ ...taken, state: "rejected" }, connection("vpce-2")])).toEqual([
    "vpce-2 accept within-count",
  ]);
});

test("accounts that no consumer has, and consumers by hand, wait for a person", () => {
  expect(actions([acme], [connection("vpce-1", { owner: "999988887777" })])).toEqual(["vpce-1 wait unknown-owner"]);
  expect(actions([{ ...acme, automatically: false }], [connection("vpce-1")])).toEqual(["vpce-1 wait by-hand"]);
});

test("a grant holds its place while AWS still lists the endpoint as pending, and is carried out again", () => {
  const granted = { "vpce-1": { owner: "444455556666", at: NOW - 1000 } };
  expect(actions([acme], [connection("vpce-1"), connection("vpce-2")], granted)).toEqual([
    "vpce-1 accept granted-before",
    "vpce-2 wait over-count",
  ]);
  // AWS does not list it at all, for now.
  expect(actions([acme], [connection("vpce-2")], granted)).toEqual(["vpce-2 wait over-count"]);
});

test("a grant ends with its endpoint", () => {
  const granted = { "vpce-1": { owner: "444455556666", at: NOW - 1000 } };
  const rejected = connection("vpce-1", { state: "rejected" });
  expect(decide([acme], [rejected], granted, NOW).grants).toEqual({});
  expect(decide([acme], [], granted, NOW + 7_200_000).grants).toEqual({});
});

test("after the last day nothing is accepted, what is connected remains and is told", () => {
  const expired = { ...acme, atMostEndpoints: 5, until: "2027-01-14" };
  const connections = [connection("vpce-1", { state: "available" }), connection("vpce-2")];
  expect(actions([expired], connections)).toEqual(["vpce-1 keep expired", "vpce-2 wait expired"]);
  expect(actions([{ ...expired, rejectAfterExpiry: true }], connections)).toEqual([
    "vpce-1 reject expired",
    "vpce-2 reject expired",
  ]);
});

test("the last day is the whole day, in UTC", () => {
  const until = { until: "2027-03-31" };
  expect(isExpired(until, Date.parse("2027-03-31T23:59:59.999Z"))).toBe(false);
  expect(isExpired(until, Date.parse("2027-04-01T00:00:00Z"))).toBe(true);
});
