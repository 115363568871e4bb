import { minimalEnvironment } from "../../config/minimal";
import { type Configuration, consumerSchema, type EnvironmentInput, environmentSchema } from "../../config/schema";

const { accountId, region } = minimalEnvironment;
const certificateArn = `arn:aws:acm:${region}:${accountId}:certificate/12345678-1234-4234-8234-123456789012`;

/** What is told of a mode beside its defaults. */
type Told = Pick<EnvironmentInput, "services"> & {
  readonly natGateways: "none" | "single" | "perAz";
  readonly launchType: "EC2" | "FARGATE";
  readonly listeners?: { readonly port: number; readonly certificateArn?: string }[];
  readonly route?: EnvironmentInput["application"]["route"];
  readonly privatelink: EnvironmentInput["privatelink"];
};

/** Services beside the application, by path and by host name, and each way in which an ALB speaks to tasks. */
const services: EnvironmentInput["services"] = {
  reports: {
    uses: ["database"],
    healthCheckPath: "/reports/health",
    expose: { priority: 20, pathPatterns: ["/reports/*", "/o'neill+sons/report-?.html"] },
    route: { tls: true },
  },
  status: {
    containerPort: 8081,
    healthCheckPath: "/status",
    expose: { priority: 30, hostNames: ["*.status.example.com"], listenerPorts: [443] },
    route: { protocol: "HTTP2" },
  },
  prices: {
    containerPort: 50051,
    healthCheckPath: "/grpc.health.v1.Health/Check",
    expose: { priority: 10, pathPatterns: ["/prices.Prices/*", "/grpc.health.v1.Health/*"], listenerPorts: [443] },
    route: { protocol: "GRPC", tls: true },
  },
};

/** Configurations whose networks are built: together they hold both values of every mode, and each NAT mode. */
export const modes: Readonly<Record<string, Configuration>> = {
  "one NAT gateway, EC2, ip-sync, not enforced": configuration({
    natGateways: "single",
    launchType: "EC2",
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" },
  }),
  "no NAT, EC2, ip-sync in the VPC, enforced, TLS at NLB, ALB and tasks": configuration({
    natGateways: "none",
    launchType: "EC2",
    listeners: [{ port: 8443, certificateArn }],
    route: { tls: true },
    privatelink: {
      enforceInboundRulesOnPrivateLinkTraffic: "on",
      consumerCidrs: ["10.90.0.0/16", "172.20.0.0/16"],
      listeners: [{ port: 443, albListenerPort: 8443, certificateArn }],
      sync: { insideVpc: true },
    },
  }),
  "NAT gateway in each zone, Fargate, alb-target, enforced, services by path and host": configuration({
    natGateways: "perAz",
    launchType: "FARGATE",
    listeners: [{ port: 80 }, { port: 443, certificateArn }],
    services,
    privatelink: {
      enforceInboundRulesOnPrivateLinkTraffic: "on",
      consumerCidrs: ["10.90.0.0/24"],
      albTargetMode: "alb-target",
    },
  }),
};

function configuration({ launchType, listeners, natGateways, privatelink, route, services: further }: Told) {
  const environment = environmentSchema.parse({
    ...minimalEnvironment,
    network: { ...minimalEnvironment.network, availabilityZoneCount: 2, natGateways },
    application: { ...minimalEnvironment.application, route },
    compute: { launchType, loadBalancer: { listeners } },
    services: further,
    privatelink,
  });
  const consumer = consumerSchema.parse({
    region,
    accountId,
    service: { environment: "lab" },
    vpc: { cidr: "10.90.0.0/24" },
  });
  return { environments: [{ ...environment, name: "lab" }], consumers: [{ ...consumer, name: "client" }] };
}
