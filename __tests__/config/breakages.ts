import fc from "fast-check";
import * as z from "zod";
import { ANY_NAME, allOptions, unwrap } from "../../config/options";
import { partition, zonePrefix } from "../../config/regions";
import { type ConsumerInput, consumerSchema, type EnvironmentInput, environmentSchema } from "../../config/schema";
import { anyConfiguration, type ConfigurationInput } from "../../proof/arbitraries/configuration";
import { certificateArn, neighbours, webAclArn } from "../../proof/arbitraries/parts";
import { type Changes, changed } from "./changed";
import type { Files } from "./support";

/** One known way to break any valid file. */
interface Breakage<Input> {
  readonly name: string;
  /** Path of the option that the problem has to be about. */
  readonly path: string;
  /** Undefined: this file cannot be broken in this way. */
  readonly changes: (input: Input) => Changes | undefined;
}

const breakage = <Input>(
  name: string,
  path: string,
  changes: Breakage<Input>["changes"] | Changes,
): Breakage<Input> => ({
  name,
  path,
  changes: typeof changes === "function" ? changes : () => changes,
});

/** Values that an option of this kind never takes. */
function wrongValues(schema: z.core.$ZodType): readonly unknown[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodNumber) {
    const limits = [inner.minValue, inner.maxValue].filter(
      (limit) => limit !== null && Math.abs(limit) < Number.MAX_SAFE_INTEGER,
    );
    return ["many", null, ...limits.map((limit) => (limit === inner.minValue ? (limit ?? 0) - 1 : (limit ?? 0) + 1))];
  }
  if (inner instanceof z.ZodBoolean) return ["perhaps", 1];
  if (inner instanceof z.ZodEnum || inner instanceof z.ZodLiteral) return ["nonsense", -7];
  if (inner instanceof z.ZodString)
    return [42, ["x"], ...(inner.minLength === null && z.safeParse(inner, "").success ? [] : [""])];
  return ["text", 3];
}

/** For every option of a schema: each kind of value that it never takes, and a name that does not exist. */
function optionBreakages<Input>(schema: z.ZodObject): Breakage<Input>[] {
  return [...allOptions(schema)].flatMap(({ path: parts, schema: option }) => {
    const path = parts.map((part) => (part === ANY_NAME ? "somebody" : part)).join(".");
    const inList = /^(.*)\[\]\.(\w+)$/.exec(path);
    const wrong = wrongValues(option).map((value) =>
      inList
        ? breakage<Input>(`${path} is ${JSON.stringify(value)}`, `${inList[1]}[0].${inList[2]}`, {
            [`${inList[1]}`]: [{ port: 80, [`${inList[2]}`]: value }],
          })
        : breakage<Input>(`${path} is ${JSON.stringify(value)}`, path, { [path]: value }),
    );
    return inList
      ? wrong
      : [...wrong, breakage<Input>(`${path} is misspelt`, `${path}x`, { [`${path}x`]: "anything" })];
  });
}

const reason = "agreed with the security team";
const listener = (certificate?: string) => [{ port: 80, ...(certificate ? { certificateArn: certificate } : {}) }];
const caBundle = "config/examples/mutual-tls/consumers-ca.pem";
/** One listener with mutual TLS, and nothing of what other listeners had. */
const mutualTls = (input: EnvironmentInput, options: object, more: Changes = {}): Changes => ({
  "compute.loadBalancer.listeners": listener(own(input)),
  "privatelink.listeners": undefined,
  "privatelink.albTargetMode": undefined,
  "privatelink.tcpIdleTimeoutSeconds": undefined,
  "privatelink.targetGroup": { healthCheckProtocol: "TCP" },
  services: undefined,
  "application.route": undefined,
  "compute.loadBalancer.mutualTls": options,
  ...more,
});
/** Consumers with these limits, and no others; without limits, no consumer has one. */
const limits =
  (options?: { readonly many?: true; readonly [name: string]: unknown }, count = 1) =>
  ({ region }: Pick<EnvironmentInput, "region">): Changes => {
    const { many, ...told } = options ?? {};
    const names = ["first", "second", ...Array.from({ length: 9 }, (_, number) => `more-${number}`)].slice(0, count);
    const consumer = (name: string, number: number) => ({
      principals: [`arn:${partition(region)}:iam::${444455556600 + number}:root`],
      limits: {
        requestsPerFiveMinutes: 100,
        ...(many ? { header: { name: "x-consumer", value: name } } : told),
      },
    });
    return {
      "privatelink.consumerConnections": undefined,
      "compute.loadBalancer.webAclArn": undefined,
      "privatelink.consumers":
        options && Object.fromEntries(names.map((name, number) => [name, consumer(name, number)])),
      "acknowledge.forgeableLimits": many || "header" in told ? reason : undefined,
    };
  };
const own = ({ accountId, region }: EnvironmentInput) => certificateArn(region, accountId ?? "111122223333");
/** A VPC of the environment's own, whatever it had. */
const created = { "network.existing": undefined };
const enforcement = "privatelink.enforceInboundRulesOnPrivateLinkTraffic";

const sidecarImage = ({ accountId, region }: EnvironmentInput) =>
  `${accountId ?? "111122223333"}.dkr.ecr.${region}.amazonaws.com/otel:1`;
const sidecar = (name: string, path: string, options: object, others: Changes = {}) =>
  breakage<EnvironmentInput>(name, path, (input) => ({
    "application.route": undefined,
    ...others,
    "application.sidecars": { extra: { image: sidecarImage(input), memoryMib: 8, ...options } },
  }));
const inSidecar = "application.sidecars.extra";

const sidecarBreakages: readonly Breakage<EnvironmentInput>[] = [
  breakage("a sidecar of the application's name", "application.sidecars.app", (input) => ({
    "application.sidecars": { app: { image: sidecarImage(input), memoryMib: 8 } },
  })),
  sidecar("a sidecar as large as the task", "application.sidecars", { memoryMib: 122880 }),
  sidecar("a sidecar before an unknown container", `${inSidecar}.startsBefore[0]`, { startsBefore: ["nobody"] }),
  sidecar(
    "a sidecar on the application's port",
    `${inSidecar}.ports[0]`,
    { ports: [8080] },
    {
      "application.containerPort": 8080,
    },
  ),
  sidecar("a variable that is a secret as well", `${inSidecar}.secrets.KEY`, {
    environment: { KEY: "x" },
    secrets: { KEY: { parameter: "/key" } },
  }),
  sidecar(
    "a sidecar whose image is out of reach",
    `${inSidecar}.image`,
    { image: "public.ecr.aws/a/b:1" },
    {
      ...created,
      "network.cidr": "10.0.0.0/16",
      "network.subnets": undefined,
      "network.natGateways": "none",
    },
  ),
  breakage("two log routers", "application.sidecars.two.logRouter", (input) => {
    const router = { image: sidecarImage(input), memoryMib: 8, logRouter: { type: "fluentbit" } };
    return { "application.route": undefined, "application.sidecars": { one: router, two: router } };
  }),
];

/** Breaks one rule across options each. */
const environmentBreakages: readonly Breakage<EnvironmentInput>[] = [
  breakage("no network", "network", { "network.cidr": undefined, "network.existing": undefined }),
  breakage("two networks", "network", {
    "network.cidr": "10.0.0.0/16",
    "network.existing": {
      vpcId: "vpc-0123456789abcdef0",
      privateSubnets: { tags: { tier: "private" } },
      provides: ["s3"],
    },
  }),
  breakage("a service that no VPC provides", "network.existing.provides[0]", ({ network }) =>
    network.existing ? { "network.existing.provides": ["ecr-api"] } : undefined,
  ),
  breakage("NAT gateways in an existing VPC", "network.natGateways", ({ network }) =>
    network.existing ? { "network.natGateways": "perAz" } : undefined,
  ),
  breakage("VPC too large", "network.cidr", { ...created, "network.cidr": "10.0.0.0/8" }),
  breakage("VPC too small", "network.cidr", { ...created, "network.cidr": "10.0.0.0/28" }),
  breakage("VPC on loopback", "network.cidr", { ...created, "network.cidr": "127.0.0.0/16" }),
  breakage("Docker's block", "network.cidr", ({ compute }) =>
    compute?.launchType === "FARGATE" ? undefined : { ...created, "network.cidr": "172.17.0.0/16" },
  ),
  breakage("subnets that do not fit", "network.cidr", {
    ...created,
    "network.cidr": "10.0.0.0/22",
    "network.subnets": undefined,
  }),
  breakage("subnets too small", "network.subnets.privatePrefixLength", {
    ...created,
    "network.cidr": "10.0.0.0/16",
    "network.subnets.privatePrefixLength": 28,
    "application.maximumTasks": 60,
  }),
  breakage("too few zone ids", "network.availabilityZoneIds", ({ region }) => ({
    "network.availabilityZoneIds": [`${zonePrefix(region)}-az1`],
  })),
  breakage("a foreign zone id", "network.availabilityZoneIds[0]", {
    "network.availabilityZoneCount": 2,
    "network.availabilityZoneIds": ["sae1-az1", "sae1-az2"],
  }),
  breakage("a public image without NAT", "application.image.uri", {
    "network.existing": undefined,
    "network.natGateways": "none",
    "application.image": { uri: "public.ecr.aws/example/app:1" },
  }),
  breakage("no image", "application.image", { "application.image": {} }),
  breakage("two images", "application.image", { "application.image": { build: {}, uri: "example.com/app:1" } }),
  breakage("more tasks than the most", "application.minimumTasks", ({ application }) => ({
    "application.minimumTasks": (application.maximumTasks ?? 6) + 1,
  })),
  breakage("more instances than the most", "compute.ec2.minimumInstances", ({ compute }) =>
    compute?.launchType === "FARGATE"
      ? undefined
      : { "compute.ec2.minimumInstances": (compute?.ec2?.maximumInstances ?? 6) + 1 },
  ),
  breakage("no Fargate size", "application.cpu", { "compute.launchType": "FARGATE", "application.cpu": 300 }),
  breakage("a pair that Fargate lacks", "application.memoryMib", {
    "compute.launchType": "FARGATE",
    "application.cpu": 256,
    "application.memoryMib": 8192,
  }),
  breakage("a job of two images", "jobs.nightly.image", {
    jobs: { nightly: { command: ["report"], image: { sameAs: "application", uri: "example.com/job:1" } } },
  }),
  breakage("an hour that does not exist", "jobs.nightly.schedule", {
    jobs: { nightly: { command: ["report"], schedule: "cron(0 24 * * ? *)" } },
  }),
  breakage("a time zone that does not exist", "jobs.nightly.timeZone", {
    jobs: { nightly: { command: ["report"], schedule: "cron(0 3 * * ? *)", timeZone: "Europe/Atlantis" } },
  }),
  breakage("a run that outlasts its period", "jobs.nightly.timeoutMinutes", {
    jobs: { nightly: { command: ["report"], schedule: "rate(1 hour)", timeoutMinutes: 90 } },
  }),
  breakage("a job on instances that are not there", "jobs.nightly.launchType", ({ compute }) =>
    compute?.launchType === "FARGATE"
      ? {
          "compute.fargate": undefined,
          "compute.ec2": undefined,
          jobs: { nightly: { command: ["report"], launchType: "EC2" } },
        }
      : undefined,
  ),
  breakage("a service without conditions", "services.reports.expose", {
    services: { reports: { healthCheckPath: "/r", expose: { priority: 1 }, minimumTasks: 2, maximumTasks: 2 } },
  }),
  breakage("a service with every path", "services.reports.expose.pathPatterns[0]", {
    services: {
      reports: {
        healthCheckPath: "/r",
        expose: { priority: 1, pathPatterns: ["/*"] },
        minimumTasks: 2,
        maximumTasks: 2,
      },
    },
  }),
  breakage("a worker of two queues", "workers.orders.queue", {
    workers: { orders: { queue: {}, scale: { to: 1, secondsPerMessage: 1 } } },
  }),
  breakage("messages that are worked on twice", "workers.orders.queue.create.visibilitySeconds", {
    workers: { orders: { queue: { create: { visibilitySeconds: 5 } }, scale: { to: 1, secondsPerMessage: 1 } } },
  }),
  breakage("a worker with more tasks than the most", "workers.orders.scale.from", {
    workers: { orders: { queue: { create: {} }, scale: { from: 2, to: 1, secondsPerMessage: 1 } } },
  }),
  breakage("a latency that cannot be kept", "workers.orders.scale.acceptableLatencySeconds", {
    workers: {
      orders: { queue: { create: {} }, scale: { to: 1, secondsPerMessage: 20, acceptableLatencySeconds: 10 } },
    },
  }),
  breakage("a sender that is not there", "workers.orders.queue.create.senders[0]", {
    workers: { orders: { queue: { create: { senders: ["nobody"] } }, scale: { to: 1, secondsPerMessage: 1 } } },
  }),
  breakage("a queue elsewhere", "workers.orders.queue.arn", {
    workers: {
      orders: {
        queue: { arn: "arn:aws:sqs:af-south-1:111122223333:orders" },
        scale: { to: 1, secondsPerMessage: 1 },
      },
    },
  }),
  breakage("a task larger than its instance", "application.memoryMib", {
    "compute.launchType": "EC2",
    "compute.ec2.instanceType": "t4g.small",
    "application.memoryMib": 2048,
  }),
  breakage("no room for a deployment", "compute.ec2.maximumInstances", {
    "compute.launchType": "EC2",
    "compute.cpuArchitecture": "ARM64",
    "compute.ec2": { instanceType: "t4g.small", minimumInstances: 1, maximumInstances: 2 },
    "compute.fargate": undefined,
    "application.cpu": 256,
    "application.memoryMib": 512,
    "application.minimumTasks": 2,
    "application.maximumTasks": 4,
  }),
  breakage("a class of an Aurora cluster", "data.database.instanceClass", {
    "data.database": { engine: "aurora-postgresql", instanceClass: "db.r7g.large" },
  }),
  breakage("Aurora's capacity of an instance of RDS", "data.database.serverless", {
    "data.database": { engine: "postgres", serverless: { maxCapacity: 8 } },
  }),
  breakage("capacity out of order", "data.database.serverless.minCapacity", {
    "data.database": { engine: "aurora-postgresql", serverless: { minCapacity: 9, maxCapacity: 8.5 } },
  }),
  breakage("a version that cannot pause", "data.database.serverless.minCapacity", {
    "data.database": { engine: "aurora-postgresql", engineVersion: "15.6", serverless: { minCapacity: 0 } },
  }),
  breakage("half a step of capacity", "data.database.serverless.maxCapacity", {
    "data.database": { engine: "aurora-postgresql", serverless: { maxCapacity: 8.3 } },
  }),
  breakage("more connections than the database takes", "application.databasePoolSize", {
    "data.database": {},
    "data.database.instanceClass": "db.t4g.micro",
    "application.databasePoolSize": 100,
  }),
  breakage("a health check without a command", "application.healthCheckCommand", {
    "application.healthCheckCommand": ["CMD"],
  }),
  ...sidecarBreakages,
  breakage("a secret from nowhere", "application.secrets.TOKEN", { "application.secrets": { TOKEN: {} } }),
  breakage("a key in a parameter", "application.secrets.TOKEN.jsonKey", {
    "application.secrets": { TOKEN: { parameter: "/a", jsonKey: "b" } },
  }),
  breakage("a secret of another Region", "application.secrets.TOKEN.secretsManager", ({ region }) => ({
    "application.secrets": {
      TOKEN: { secretsManager: `arn:${partition(region)}:secretsmanager:eu-other-9:111122223333:secret:a-AbCdEf` },
    },
  })),
  breakage("another account's secret without its key", "application.secrets.TOKEN.secretsManager", ({ region }) => ({
    accountId: "111122223333",
    "iam.permissionsBoundaryArn": undefined,
    "application.secretsKmsKeyArns": undefined,
    "application.secrets": {
      TOKEN: { secretsManager: `arn:${partition(region)}:secretsmanager:${region}:999988887777:secret:a-AbCdEf` },
    },
  })),
  breakage("credentials for ECR", "application.image.credentialsSecretArn", ({ region }) => ({
    "application.image": {
      uri: `111122223333.dkr.ecr.${region}.amazonaws.com/app:1`,
      credentialsSecretArn: `arn:${partition(region)}:secretsmanager:${region}:111122223333:secret:a-AbCdEf`,
      credentialsSecretKeyArn: `arn:${partition(region)}:kms:${region}:111122223333:key/12345678-1234-4234-8234-123456789012`,
    },
  })),
  breakage("credentials of another partition", "application.image.credentialsSecretArn", ({ region }) => ({
    ...created,
    "network.cidr": "10.0.0.0/16",
    "network.subnets": undefined,
    "network.natGateways": "single",
    "application.image": {
      uri: "registry.example.com/app:1",
      credentialsSecretArn: `arn:aws-other:secretsmanager:${region}:111122223333:secret:a-AbCdEf`,
      credentialsSecretKeyArn: `arn:${partition(region)}:kms:${region}:111122223333:key/12345678-1234-4234-8234-123456789012`,
    },
  })),
  breakage("a cache of nothing", "application.image.pullThroughCache", {
    ...created,
    "network.cidr": "10.0.0.0/16",
    "network.subnets": undefined,
    "network.natGateways": "single",
    "application.image": { uri: "registry.example.com/app:1", pullThroughCache: true },
  }),
  breakage("a permission that allows nothing", "application.permissions.Any", {
    "application.permissions": { Any: {} },
  }),
  breakage("a grant on another kind of resource", "application.permissions.Any.of", ({ region }) => ({
    "application.permissions": {
      Any: { use: "sqs-send", of: `arn:${partition(region)}:sns:${region}:111122223333:orders` },
    },
  })),
  breakage("a wildcard without a reason", "application.permissions.Any.resources[0]", {
    "acknowledge.wideTaskPermission": undefined,
    "application.permissions": { Any: { actions: ["translate:TranslateText"], resources: ["*"] } },
  }),
  breakage("a secret in a variable", "application.environment.DB_PASSWORD", {
    "acknowledge.secretInVariable": undefined,
    "application.environment": { DB_PASSWORD: "hunter2" },
  }),
  breakage("permissions larger than a policy", "application.permissions", ({ region }) => ({
    "application.permissions": Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `Queue${index}`,
        { use: "sqs-consume", of: `arn:${partition(region)}:sqs:${region}:111122223333:orders-${index}` },
      ]),
    ),
  })),
  breakage("a soft limit above the hard one", "application.ulimits.nofile.soft", {
    "application.ulimits": { nofile: { soft: 2, hard: 1 } },
  }),
  breakage("a writable folder in another", 'application.writableFolders["/scratch/more"]', {
    "application.writableFolders": { "/scratch": 1, "/scratch/more": 1 },
  }),
  breakage("an environment larger than a task definition", "application.environment", {
    "application.environment": { LARGE: "x".repeat(65536) },
  }),
  breakage("a database whose certificates the sample lacks", "application.environment.DATABASE_CA_FILE", {
    region: "il-central-1",
    backend: undefined,
    "application.image": { build: {} },
    "application.environment": undefined,
    "data.database": undefined,
  }),
  breakage("the other architecture", "compute.ec2.instanceType", ({ compute }) => ({
    "compute.launchType": "EC2",
    "compute.ec2.instanceType": "m7i.large",
    "compute.cpuArchitecture": compute?.cpuArchitecture === "X86_64" ? undefined : "ARM64",
  })),
  // A workload may be on Fargate of its own accord.
  breakage("Spot without Fargate", "compute.fargate", ({ jobs, services, workers }) =>
    [jobs, services, workers]
      .flatMap((each) => Object.values(each ?? {}))
      .some(({ launchType }) => launchType === "FARGATE")
      ? undefined
      : { "compute.launchType": "EC2", "compute.fargate": { spotSharePercent: 10 } },
  ),
  breakage("instances with Fargate", "compute.ec2", {
    "compute.launchType": "FARGATE",
    "compute.fargate": undefined,
    "compute.ec2": { rootVolumeGib: 40 },
  }),
  breakage("a port twice", "compute.loadBalancer.listeners[1].port", {
    "compute.loadBalancer.listeners": [{ port: 80 }, { port: 80 }],
  }),
  breakage("another Region's certificate", "compute.loadBalancer.listeners[0].certificateArn", {
    "compute.loadBalancer.listeners": listener(certificateArn("sa-east-1", "111122223333")),
  }),
  // Consumers of the registry may name their clients themselves.
  breakage("enforcement without clients", "privatelink.consumerCidrs", ({ privatelink }) =>
    privatelink?.consumers ? undefined : { [enforcement]: "on", "privatelink.consumerCidrs": undefined },
  ),
  breakage("clients without enforcement", "privatelink.consumerCidrs", {
    [enforcement]: "off",
    "privatelink.consumerCidrs": ["10.0.0.0/8"],
  }),
  breakage("clients everywhere", "privatelink.consumerCidrs[0]", {
    [enforcement]: "on",
    "privatelink.consumerCidrs": ["0.0.0.0/0"],
  }),
  breakage("a listener that leads nowhere", "privatelink.listeners[0].albListenerPort", {
    "privatelink.listeners": [{ port: 80, albListenerPort: 7 }],
  }),
  breakage("mutual TLS without CAs", "compute.loadBalancer.mutualTls", (input) => mutualTls(input, { mode: "verify" })),
  breakage("CAs that the application does not use", "compute.loadBalancer.mutualTls.caBundle", (input) =>
    mutualTls(input, { mode: "passthrough", caBundle }),
  ),
  breakage("mutual TLS over HTTP", "compute.loadBalancer.listeners[0]", (input) =>
    mutualTls(input, { mode: "verify", caBundle }, { "compute.loadBalancer.listeners": [{ port: 80 }] }),
  ),
  breakage("mutual TLS that is checked by HTTPS", "privatelink.targetGroup.healthCheckProtocol", (input) =>
    mutualTls(input, { mode: "verify", caBundle }, { "privatelink.targetGroup.healthCheckProtocol": "HTTPS" }),
  ),
  breakage("a file that holds no CA", "compute.loadBalancer.mutualTls.caBundle", (input) =>
    mutualTls(input, { mode: "verify", caBundle: "package.json" }),
  ),
  breakage("alb-target that ends TLS", "privatelink.listeners[0].certificateArn", (input) => ({
    "privatelink.albTargetMode": "alb-target",
    "compute.loadBalancer.listeners": undefined,
    "privatelink.listeners": listener(own(input)),
  })),
  breakage("alb-target that is checked by TCP", "privatelink.targetGroup.healthCheckProtocol", {
    "privatelink.albTargetMode": "alb-target",
    "privatelink.targetGroup.healthCheckProtocol": "TCP",
  }),
  breakage("alb-target with attributes", "privatelink.targetGroup.deregistrationDelaySeconds", {
    "privatelink.albTargetMode": "alb-target",
    "privatelink.targetGroup.deregistrationDelaySeconds": 30,
  }),
  breakage("alb-target with a Lambda", "privatelink.sync", {
    "privatelink.albTargetMode": "alb-target",
    "privatelink.sync": { dryRun: true },
  }),
  breakage("PROXY protocol to an ALB", "privatelink.targetGroup.proxyProtocolV2", {
    "privatelink.targetGroup.proxyProtocolV2": true,
  }),
  breakage("a name that no one can verify", "privatelink.privateDns", {
    "privatelink.privateDns": { name: "app.example.com" },
  }),
  breakage("everybody let in", "privatelink.allowedPrincipals[0]", {
    "privatelink.allowedPrincipals": ["*"],
    "privatelink.acceptanceRequired": false,
    "privatelink.acceptedEndpointIds": undefined,
    "acknowledge.anyPrincipal": undefined,
  }),
  breakage("a principal of another partition", "privatelink.allowedPrincipals[0]", ({ region }) => ({
    "privatelink.allowedPrincipals": [`arn:${partition(region) === "aws" ? "aws-cn" : "aws"}:iam::444455556666:root`],
  })),
  breakage("accepted endpoints without acceptance", "privatelink.acceptedEndpointIds", {
    "privatelink.acceptanceRequired": false,
    "privatelink.acceptedEndpointIds": ["vpce-0123456789abcdef0"],
  }),
  breakage("a principal of two consumers", "privatelink.consumers.second.principals[0]", ({ region }) => {
    const principals = [`arn:${partition(region)}:iam::444455556666:root`];
    return {
      "privatelink.consumerConnections": undefined,
      "privatelink.consumers": { first: { principals }, second: { principals } },
    };
  }),
  breakage("a last day of two consumers", "privatelink.consumers.first.until", ({ region }) => {
    const arn = `arn:${partition(region)}:iam::444455556666`;
    const first = { principals: [`${arn}:root`], until: "2027-03-31" };
    return { "privatelink.consumers": { first, second: { principals: [`${arn}:role/app`] } } };
  }),
  breakage("a limit of nobody", "privatelink.consumers.first.limits", limits({})),
  breakage(
    "a limit by a subject without certificates",
    "privatelink.consumers.first.limits.certificateSubject",
    (input) => ({
      ...limits({ certificateSubject: "CN=first" })(input),
      "compute.loadBalancer.mutualTls": undefined,
    }),
  ),
  breakage("a limit that clients can forge", "privatelink.consumers.first.limits.header", (input) => ({
    ...limits({ header: { name: "x-consumer", value: "first" } })(input),
    "acknowledge.forgeableLimits": undefined,
  })),
  breakage(
    "a limit by address",
    "privatelink.consumers.first.limits.header.name",
    limits({ header: { name: "x-forwarded-for", value: "10.0.0.1" } }),
  ),
  breakage(
    "a limit of two consumers",
    "privatelink.consumers.second.limits.header",
    limits({ header: { name: "x-consumer", value: "first" } }, 2),
  ),
  breakage("two web ACLs", "privatelink.consumers.first.limits", (input) => ({
    ...limits({ header: { name: "x-consumer", value: "first" } })(input),
    "compute.loadBalancer.webAclArn": webAclArn(input.region, input.accountId ?? "111122223333"),
  })),
  breakage("a web ACL of another Region", "compute.loadBalancer.webAclArn", ({ accountId, region }) => ({
    ...limits()({ region } as EnvironmentInput),
    "compute.loadBalancer.webAclArn": webAclArn(
      neighbours[region as keyof typeof neighbours],
      accountId ?? "111122223333",
    ),
  })),
  breakage("limits of eleven consumers", "privatelink.consumers", limits({ many: true }, 11)),
  breakage("a function without consumers", "privatelink.consumerConnections", {
    "privatelink.consumers": undefined,
    "privatelink.consumerConnections": { dryRun: true },
  }),
  breakage("its own Region supported", "privatelink.supportedRegions[0]", ({ region }) => ({
    "privatelink.supportedRegions": [region],
  })),
  breakage("further Regions with a timeout", "privatelink.tcpIdleTimeoutSeconds", ({ region }) => ({
    "privatelink.supportedRegions": [neighbours[region as keyof typeof neighbours]],
    "privatelink.tcpIdleTimeoutSeconds": 600,
  })),
  breakage("a key of another Region", "data.kms.keyArn", {
    "data.kms.keyArn": "arn:aws:kms:sa-east-1:111122223333:key/12345678-1234-4234-8234-123456789012",
  }),
  breakage("a part that exists and is not described", "data.fileSystem.existing", {
    "data.fileSystem": { use: "existing" },
  }),
  breakage("a part that exists in a VPC that does not", "data.database.use", {
    ...created,
    "network.cidr": "10.0.0.0/16",
    "data.database.use": "existing",
  }),
  breakage("a class of a database that is not created", "data.database.instanceClass", {
    "data.database": { use: "none", instanceClass: "db.t4g.micro" },
  }),
  breakage("data that is not removed", "acknowledge.dataRemoval", { data: {}, "acknowledge.dataRemoval": reason }),
  breakage("a short window", "data.database.backupWindow", { "data.database.backupWindow": "02:00-02:10" }),
  breakage("windows that overlap", "data.database.maintenanceWindow", {
    "data.database.backupWindow": "02:00-03:00",
    "data.database.maintenanceWindow": "wed:02:30-wed:03:30",
  }),
  breakage("storage that cannot grow", "data.database.maxAllocatedStorageGib", {
    "data.database.allocatedStorageGib": 100,
    "data.database.maxAllocatedStorageGib": 105,
  }),
  breakage("an alarm without end", "observability.thresholds.databaseFreeStorageGib", {
    "data.database.allocatedStorageGib": 20,
    "observability.thresholds.databaseFreeStorageGib": 25,
  }),
  breakage("production without standby", "data.database.multiAz", {
    stage: "production",
    "data.database.multiAz": false,
    "acknowledge.singleAzDatabase": undefined,
  }),
  breakage("production without protection", "privatelink.deletionProtection", {
    stage: "production",
    "privatelink.deletionProtection": false,
    "acknowledge.unprotectedDeletion": undefined,
  }),
  breakage("production on one NAT gateway", "network.natGateways", {
    stage: "production",
    "network.natGateways": "single",
    "acknowledge.singlePointOfFailure": undefined,
  }),
  breakage("production in clear text", "compute.loadBalancer.listeners[0]", {
    stage: "production",
    "compute.loadBalancer.listeners": [{ port: 80 }],
    "privatelink.listeners": undefined,
    "acknowledge.plaintext": undefined,
  }),
  breakage("production whose alarms reach no one", "observability.alarmEmails", {
    stage: "production",
    "observability.alarmEmails": [],
    "acknowledge.noAlarmRecipient": undefined,
  }),
  breakage("a PostgreSQL version without the parameters", "data.database.engineVersion", {
    "data.database.engineVersion": "14",
  }),
  breakage("a version of another engine", "data.database.engineVersion", {
    "data.database": { engine: "mysql", engineVersion: "17" },
  }),
  breakage("a name that MySQL has no room for", "data.database.userName", {
    "data.database": { engine: "mysql", userName: "a2345678901234567" },
  }),
  breakage("a class that does not run the engine", "data.database.instanceClass", {
    "data.database": { instanceClass: "db.t2.medium" },
    "application.databasePoolSize": 1,
  }),
  breakage("Performance Insights on a class without", "data.database.performanceInsights", {
    "data.database": { engine: "mysql", instanceClass: "db.t4g.small" },
    "application.databasePoolSize": 1,
  }),
  breakage("an exception that nothing needs", "acknowledge.singleAzDatabase", {
    "data.database.multiAz": true,
    "acknowledge.singleAzDatabase": reason,
  }),
  breakage("a boundary of another account", "iam.permissionsBoundaryArn", ({ region }) => ({
    accountId: "111122223333",
    "iam.permissionsBoundaryArn": `arn:${partition(region)}:iam::999988887777:policy/boundary`,
  })),
  breakage("a required tag that is missing", "tags", { requiredTags: ["data owner"] }),
  breakage("a reserved tag", "tags.stack", { "tags.stack": "mine" }),
  breakage("a reserved variable", "application.environment.PORT", { "application.environment.PORT": "1" }),
  breakage("a reserved name", "project", { project: "internal" }),
  breakage("a tag of the project but for case", "tags.Environment", { tags: { Environment: "x" } }),
  breakage("hcp without organization", "backend.hcp", { backend: { type: "hcp" } }),
  breakage("a build on remote workers", "application.image.build", {
    backend: { type: "hcp", hcp: { organization: "example" } },
    "application.image": { build: {} },
  }),
  breakage("s3 without a name", "backend.s3.bucket", { backend: undefined, accountId: undefined }),
  breakage("a bucket that is not used", "backend.s3", { backend: { type: "local", s3: { bucket: "state" } } }),
];

const consumerBreakages: readonly Breakage<ConsumerInput>[] = [
  breakage("no service", "service", { service: {} }),
  breakage("two services", "service", ({ service }) =>
    service.environment ? { "service.name": "com.amazonaws.vpce.sa-east-1.vpce-svc-0123456789abcdef0" } : undefined,
  ),
  breakage("an environment that is not there", "service.environment", {
    "service.name": undefined,
    "service.environment": "nowhere",
  }),
  breakage("a service of another Region", "service.name", ({ service }) =>
    service.environment ? undefined : { "service.name": "com.amazonaws.vpce.sa-east-1.vpce-svc-0123456789abcdef0" },
  ),
  breakage("no VPC", "vpc", { vpc: {} }),
  breakage("two VPCs", "vpc", { vpc: { id: "vpc-0123456789abcdef0", cidr: "10.90.0.0/24" } }),
  breakage("no subnets", "vpc", { vpc: { id: "vpc-0123456789abcdef0" } }),
  breakage("no tags", "vpc.tags", { "vpc.tags": {} }),
  breakage("a foreign zone", "vpc.availabilityZoneIds[0]", {
    vpc: { id: "vpc-0123456789abcdef0", availabilityZoneIds: ["sae1-az1"] },
  }),
  breakage("a VPC too small", "vpc.cidr", { vpc: { cidr: "10.90.0.0/28" } }),
  breakage("zones for a VPC that is there", "vpc.availabilityZoneCount", {
    vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"], availabilityZoneCount: 2 },
  }),
  breakage("no clients", "clients", {
    vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
    clients: undefined,
  }),
  breakage("clients everywhere", "clients.cidrs[0]", { "clients.cidrs": ["0.0.0.0/0"] }),
  breakage("IPv6 addresses in a created VPC", "endpoint.ipAddressType", ({ service, vpc }) =>
    vpc.cidr && !service.environment ? { "endpoint.ipAddressType": "dualstack" } : undefined,
  ),
  breakage("IPv6 clients of an IPv4 endpoint", "clients.cidrs[0]", ({ endpoint, service }) =>
    (endpoint?.ipAddressType ?? "ipv4") === "ipv4" && !service.environment
      ? { "clients.cidrs": ["2001:db8::/56"] }
      : undefined,
  ),
  breakage("a zone without name", "dns.name", { dns: { mode: "private-hosted-zone" } }),
  breakage("a name without zone", "dns.name", { dns: { mode: "none", name: "app.example.internal" } }),
  breakage("private DNS of another mode", "dns.privateDnsEnabled", { dns: { mode: "none", privateDnsEnabled: true } }),
  breakage("its own VPC again", "dns.additionalVpcIds[0]", {
    vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
    dns: { mode: "private-hosted-zone", name: "app.example.internal", additionalVpcIds: ["vpc-0123456789abcdef0"] },
  }),
  breakage("a port without listener", "service.ports[0]", ({ service }) =>
    service.environment ? { "service.ports": [6] } : undefined,
  ),
  breakage("another Region than the environment's", "service.region", ({ service }) =>
    service.environment ? { "service.region": "sa-east-1" } : undefined,
  ),
  breakage("a required tag that is missing", "tags", { requiredTags: ["data owner"] }),
  breakage("a tag of the project", "tags.consumer", { "tags.consumer": "mine" }),
  breakage("hcp without organization", "backend.hcp", { backend: { type: "hcp" } }),
];

/** A configuration that was valid, and what is wrong with it now. */
export interface Broken {
  readonly files: Files;
  /** File in the folder, e.g. `environments/dev.yaml`. */
  readonly file: string;
  readonly path: string;
  readonly name: string;
}

type Kind = keyof ConfigurationInput;

const waysToBreak = {
  environments: [...environmentBreakages, ...optionBreakages<EnvironmentInput>(environmentSchema)],
  consumers: [...consumerBreakages, ...optionBreakages<ConsumerInput>(consumerSchema)],
};

/** A way to break a configuration; makes its files when it is asked to. */
interface Way {
  readonly kind: Kind;
  make(): Broken;
}

/** Every way to break this configuration. */
export function breakagesOf(configuration: ConfigurationInput): Way[] {
  const inKind = <Input extends object>(
    kind: Kind,
    inputs: Readonly<Record<string, Input>>,
    ways: readonly Breakage<Input>[],
  ) =>
    Object.entries(inputs).flatMap(([name, input]) =>
      ways.flatMap((way) => {
        const changes = way.changes(input);
        if (!changes) return [];
        const make = () => ({
          // What nobody names is left out: it is valid, and would only cost time.
          files: {
            environments: kind === "environments" ? {} : configuration.environments,
            consumers: {},
            [kind]: { [name]: changed(input, changes) },
          },
          file: `${kind}/${name}.yaml`,
          path: way.path,
          name: way.name,
        });
        return [{ kind, make }];
      }),
    );
  return [
    ...inKind("environments", configuration.environments, waysToBreak.environments),
    ...inKind("consumers", configuration.consumers, waysToBreak.consumers),
  ];
}

/** A valid configuration, broken in one known way. */
export const anyBroken: fc.Arbitrary<Broken> = anyConfiguration.chain((configuration) =>
  fc.constantFrom(...breakagesOf(configuration)).map((way) => way.make()),
);
