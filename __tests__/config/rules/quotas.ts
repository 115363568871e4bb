import { changed } from "../changed";
import { consumer, environment } from "../support";
import { aConsumer, anEnvironment, certificate, fargate, type RuleCases, reason } from "./cases";

const ports = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index);
const listeners = (count: number) => ({
  "privatelink.listeners": ports(count, 9000).map((port) => ({ port, albListenerPort: 80 })),
});
const ranges = (count: number) => ports(count).map((number) => `10.${number}.0.0/16`);
const enforced = (count: number) => ({
  "privatelink.enforceInboundRulesOnPrivateLinkTraffic": "on",
  "privatelink.consumerCidrs": ranges(count),
});

const furtherServices = (count: number) => ({
  ...fargate,
  services: Object.fromEntries(
    ports(count).map((number) => [
      `s${number}`,
      {
        healthCheckPath: "/health",
        minimumTasks: 1,
        maximumTasks: 1,
        expose: { priority: number, pathPatterns: [`/s${number}/*`] },
      },
    ]),
  ),
});
const jobs = (count: number, options: object) => ({
  ...fargate,
  jobs: Object.fromEntries(ports(count).map((number) => [`j${number}`, { command: ["report"], ...options }])),
});
const largeDatabase = { "data.database.instanceClass": "db.r7g.4xlarge" };

const several = (count: number, changes = {}) => ({
  environments: Object.fromEntries(
    ports(count).map((number) => [
      `env${number}`,
      changed(environment, { "network.cidr": `10.${number}.0.0/16`, ...changes }),
    ]),
  ),
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "environmentStaysInQuotas",
    /AWS's (default quota|quota, which it does not raise)/,
    [
      ["ranges on listeners are more than 60 rules", { ...enforced(7), ...listeners(9) }, "privatelink.consumerCidrs"],
      [
        "the ALB is the target of more than ten listeners",
        { "privatelink.albTargetMode": "alb-target", ...listeners(11) },
        "privatelink.listeners",
      ],
      [
        "the ALB is the target of more than five listeners across zones",
        { "privatelink.albTargetMode": "alb-target", "privatelink.crossZoneLoadBalancing": true, ...listeners(6) },
        "privatelink.listeners",
      ],
      ["the ALB has more than 60 groups of tasks behind it", furtherServices(60), "services"],
      [
        "more than 60 security groups connect to the database",
        { ...jobs(59, { uses: ["database"], databasePoolSize: 1 }), ...largeDatabase },
        "data.database",
      ],
      [
        "more than 60 security groups connect to the file system",
        jobs(60, { uses: ["fileSystem"] }),
        "data.fileSystem",
      ],
      [
        "there are more target groups than any ALB has",
        { ...furtherServices(100), "acknowledge.raisedQuota": reason },
        "services",
      ],
      [
        "three listeners verify client certificates",
        {
          "compute.loadBalancer.listeners": [443, 8443, 9443].map((port) => ({
            port,
            certificateArn: certificate("eu-central-1"),
          })),
          "compute.loadBalancer.mutualTls": {
            mode: "verify",
            caBundle: "config/examples/mutual-tls/consumers-ca.pem",
          },
          "privatelink.targetGroup.healthCheckProtocol": "TCP",
        },
        "compute.loadBalancer.listeners",
      ],
      [
        "there are more than 50 interface endpoints",
        { "network.additionalInterfaceEndpoints": ports(51).map((number) => `service${number}`) },
        "network.additionalInterfaceEndpoints",
      ],
    ],
    [
      ["ranges on listeners are 60 rules", { ...enforced(6), ...listeners(10) }],
      ["the quota has been raised", { ...enforced(10), ...listeners(10), "acknowledge.raisedQuota": reason }],
      [
        "the ALB is the target of five listeners across zones",
        { "privatelink.albTargetMode": "alb-target", "privatelink.crossZoneLoadBalancing": true, ...listeners(5) },
      ],
      ["there are 59 services", furtherServices(59)],
      ["there are 99 services and a raised quota", { ...furtherServices(99), "acknowledge.raisedQuota": reason }],
      ["58 jobs use the database", { ...jobs(58, { uses: ["database"], databasePoolSize: 1 }), ...largeDatabase }],
      ["the ALB is the target of ten listeners", { "privatelink.albTargetMode": "alb-target", ...listeners(10) }],
    ],
  ),
  anEnvironment(
    "syncFunctionKnowsItsListeners",
    /environment variables hold/,
    [["there are 22 listeners", listeners(22), "privatelink.listeners"]],
    [["there are 18", listeners(18)]],
  ),
  aConsumer(
    "consumerStaysInQuotas",
    /AWS's default quota/,
    [
      [
        "clients on ports are more than 60 rules",
        { "clients.cidrs": ranges(20), "service.ports": ports(3) },
        "clients",
      ],
    ],
    [
      ["they are 60", { "clients.cidrs": ranges(19), "service.ports": ports(3) }],
      [
        "they are 60 of each address family",
        {
          vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
          "endpoint.ipAddressType": "dualstack",
          "clients.cidrs": [
            ...ranges(60),
            ...ranges(60).map((_, index) => `2001:db8:${(index + 1).toString(16)}::/48`),
          ],
        },
      ],
    ],
  ),
  {
    rule: "filesStayInQuotas",
    fails: [
      {
        when: "NAT gateways of three environments need nine addresses",
        files: several(3),
        path: "network.natGateways",
        says: /at most 5 Elastic IP addresses/,
      },
      {
        when: "there are six VPCs",
        files: {
          ...several(5, { "network.natGateways": "none" }),
          consumers: { client: changed(consumer, { accountId: "111122223333" }) },
        },
        path: "vpc.cidr",
        says: /at most 5 VPCs/,
      },
    ],
    passes: [
      { when: "the quota has been raised", files: several(3, { "acknowledge.raisedQuota": reason }) },
      { when: "there are five of each", files: several(5, { "network.natGateways": "single" }) },
    ],
  },
];
