import { changed } from "../changed";
import { consumerWithVpc, environment } from "../support";
import type { RuleCases } from "./cases";

const zone = (name: string, changes = {}) =>
  changed(consumerWithVpc, { dns: { mode: "private-hosted-zone", name }, ...changes });
const hcp = (project: string) => ({
  project,
  backend: { type: "hcp", hcp: { organization: "example" } },
});
const accepting = (changes = {}) =>
  changed(environment, { "privatelink.acceptedEndpointIds": ["vpce-0123456789abcdef0"], ...changes });

export const cases: readonly RuleCases[] = [
  {
    rule: "vpcsHaveEachNameOnce",
    fails: [
      {
        when: "two consumers of one VPC have a zone of one name",
        files: { consumers: { one: zone("app.example.internal"), two: zone("app.example.internal") } },
        path: "dns.name",
        says: /each name once/,
      },
      {
        when: "the VPC is one of the other's further ones",
        files: {
          consumers: {
            one: zone("app.example.internal"),
            two: zone("app.example.internal", {
              "vpc.id": "vpc-0fedcba9876543210",
              "dns.additionalVpcIds": ["vpc-0123456789abcdef0"],
            }),
          },
        },
        path: "dns.name",
        says: /each name once/,
      },
      {
        when: "two endpoints of one VPC have the service's private DNS name",
        files: {
          consumers: {
            one: changed(consumerWithVpc, { dns: { mode: "private-dns" } }),
            two: changed(consumerWithVpc, { dns: { mode: "private-dns" } }),
          },
        },
        path: "dns.mode",
        says: /each name once/,
      },
    ],
    passes: [
      {
        when: "names differ, or VPCs",
        files: {
          consumers: {
            one: zone("app.example.internal"),
            two: zone("api.example.internal"),
            three: zone("app.example.internal", { "vpc.id": "vpc-0fedcba9876543210" }),
          },
        },
      },
    ],
  },
  {
    rule: "endpointsAreAcceptedByOneService",
    fails: [
      {
        when: "two environments accept one endpoint",
        files: {
          environments: {
            one: accepting(),
            two: accepting({ "network.cidr": "10.30.0.0/16", "network.natGateways": "single" }),
          },
        },
        path: "privatelink.acceptedEndpointIds[0]",
        says: /endpoints of this service/,
      },
    ],
    passes: [{ when: "one does", files: { environments: { one: accepting() } } }],
  },
  {
    rule: "statesAreApart",
    fails: [
      {
        when: "project, stack and file name make one workspace",
        files: {
          environments: {
            "compute-e1": changed(environment, hcp("a1")),
            e1: changed(environment, {
              ...hcp("a1-data"),
              "network.cidr": "10.30.0.0/16",
              "network.natGateways": "single",
            }),
          },
        },
        path: "project",
        says: /workspaces of its own/,
      },
    ],
    passes: [
      {
        when: "they differ",
        files: {
          environments: {
            one: changed(environment, hcp("a1")),
            two: changed(environment, {
              ...hcp("a1"),
              "network.cidr": "10.30.0.0/16",
              "network.natGateways": "single",
            }),
          },
        },
      },
    ],
  },
];
