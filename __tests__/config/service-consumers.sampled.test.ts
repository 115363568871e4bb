import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { environmentSchema } from "../../config/schema";
import {
  acceptedEndpointIds,
  allowedPrincipals,
  clientRanges,
  joined,
  missingZones,
  watchedConsumers,
} from "../../config/service-consumers";
import { runs, seed } from "../lane";
import { environment } from "./support";

const privatelink = (options: object) =>
  environmentSchema.parse({ ...environment, privatelink: { ...environment.privatelink, ...options } }).privatelink;
const root = (account: string) => `arn:aws:iam::${account}:root`;

test("principals are those of the plain list and of every consumer, each once", () => {
  const options = privatelink({
    allowedPrincipals: [root("444455556666"), root("111122223333")],
    consumers: {
      zeta: { principals: [root("666677778888"), root("555566667777")] },
      acme: { principals: [root("444455556666")] },
    },
  });
  expect(allowedPrincipals(options)).toEqual(
    ["444455556666", "111122223333", "555566667777", "666677778888"].map(root),
  );
});

test("accepted endpoints are those of the plain list and of every consumer", () => {
  const options = privatelink({
    acceptedEndpointIds: ["vpce-0123456789abcdef0"],
    consumers: { acme: { principals: [root("555566667777")], acceptedEndpointIds: ["vpce-0123456789abcdef1"] } },
  });
  expect(acceptedEndpointIds(options)).toEqual(["vpce-0123456789abcdef0", "vpce-0123456789abcdef1"]);
});

test("ranges of consumers are joined, the plain list is not changed and is not repeated", () => {
  const options = privatelink({
    enforceInboundRulesOnPrivateLinkTraffic: "on",
    consumerCidrs: ["10.0.0.0/9", "192.168.0.0/24", "192.168.1.0/24"],
    consumers: {
      acme: { principals: [root("555566667777")], cidrs: ["10.1.0.0/16", "172.16.0.0/24"] },
      beta: { principals: [root("666677778888")], cidrs: ["172.16.1.0/24", "172.16.0.128/25", "2001:db8::/33"] },
    },
  });
  expect(clientRanges(options)).toEqual([
    ...["10.0.0.0/9", "192.168.0.0/24", "192.168.1.0/24"],
    ...["172.16.0.0/23", "2001:db8::/33"],
  ]);
});

/** Blocks of a small part of the addresses, so that they touch and overlap. */
const block = fc
  .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }))
  .map(([host, length]) => `10.0.0.${host - (host % 2 ** (32 - length))}/${length}`);

test("joined blocks hold exactly the same addresses, in as few blocks as can be", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
      const made = joined(blocks).map((cidr) => ipaddr.parseCIDR(cidr));
      const holds = (cidrs: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[], host: number) =>
        cidrs.some(([address, length]) => ipaddr.parse(`10.0.0.${host}`).match(address, length));
      const given = blocks.map((cidr) => ipaddr.parseCIDR(cidr));
      for (let host = 0; host < 256; host++) expect(holds(made, host)).toBe(holds(given, host));
      expect(joined(joined(blocks))).toEqual(joined(blocks));
      // No two are halves of one block.
      const parents = made.map(
        ([address, length]) => `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length - 1}`)}/${length}`,
      );
      expect(new Set(parents).size).toBe(parents.length);
    }),
    { numRuns: runs(200), seed },
  );
});

test("zones without an endpoint are those that a consumer does not name", () => {
  expect(missingZones({ availabilityZoneIds: ["euc1-az1"] }, ["euc1-az1", "euc1-az2"])).toEqual(["euc1-az2"]);
  expect(missingZones({ availabilityZoneIds: undefined }, ["euc1-az1"])).toEqual([]);
});

test.each([
  ["accept.automatically", { accept: { automatically: true } }],
  ["until", { until: "2027-03-31" }],
  ["expectConnected", { expectConnected: true }],
])("%s of one consumer makes the function look at all", (_option, options) => {
  const consumers = { acme: { principals: [root("555566667777")] }, beta: { principals: [root("666677778888")] } };
  expect(watchedConsumers(privatelink({ consumers }))).toEqual([]);
  const one = privatelink({ consumers: { ...consumers, acme: { ...consumers.acme, ...options } } });
  expect(watchedConsumers(one).map(({ name }) => name)).toEqual(["acme", "beta"]);
});
