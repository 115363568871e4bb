import type { Path } from "./problem";

const withoutPolicy =
  "remove it: AWS allows full access to endpoints of services that are not its own; say in clients who may use the endpoint";

/** What people look for by a name that is no option here, and what there is instead; by dotted path. */
const options: Readonly<Record<string, string>> = {
  "data.database.endpoint": "set data.database.use to existing, and move it to data.database.existing.endpoint",
  "data.database.secretArn": "set data.database.use to existing, and move it to data.database.existing.secretArn",
  "data.database.securityGroupId":
    "set data.database.use to existing, and move it to data.database.existing.securityGroupId",
  "data.database.enabled": "write use: none for no database",
  "data.fileSystem.id": "set data.fileSystem.use to existing, and move it to data.fileSystem.existing.id",
  "data.fileSystem.accessPointId":
    "set data.fileSystem.use to existing, and move it to data.fileSystem.existing.accessPointId",
  "data.fileSystem.securityGroupId":
    "set data.fileSystem.use to existing, and move it to data.fileSystem.existing.securityGroupId",
  "data.fileSystem.enabled": "write use: none for no file system",
  "data.staticAssets.bucket": "set data.staticAssets.use to existing, and move it to data.staticAssets.existing.bucket",
  "data.staticAssets.enabled": "write use: none for no static assets",
  "data.database.password": "remove it: the password is generated and kept in Secrets Manager alone",
  "data.database.username": "rename it to userName",
  "network.vpcId": "move it to network.existing.vpcId",
  "network.subnetIds": "move them to network.existing.privateSubnets.ids",
  "network.availabilityZones": "write availabilityZoneIds, with IDs such as euc1-az1, or availabilityZoneCount",
  "application.memory": "rename it to memoryMib, in MiB",
  "application.healthCheck": "rename it to healthCheckCommand",
  "application.secret": "rename it to secrets: a name a line, each with secretsManager or parameter",
  "application.port": "rename it to containerPort",
  "privatelink.acceptance": "rename it to acceptanceRequired",
  policy: withoutPolicy,
  "endpoint.policy": withoutPolicy,
};

/** Words that mean one of an option's choices in other words. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ipAddressType: { ipv6: "dualstack", dual: "dualstack", both: "dualstack", "dual-stack": "dualstack" },
  engine: { postgresql: "postgres", pg: "postgres" },
  launchType: { serverless: "FARGATE", instances: "EC2", ec2_instances: "EC2" },
  cpuArchitecture: { amd64: "X86_64", x64: "X86_64", x86: "X86_64", "x86-64": "X86_64", aarch64: "ARM64" },
  architecture: { amd64: "x86_64", x64: "x86_64", "x86-64": "x86_64", aarch64: "arm64" },
  stage: { prod: "production", prd: "production", live: "production", dev: "development", test: "development" },
  natGateways: { one: "single", "one-per-az": "perAz", multi: "perAz", off: "none", false: "none" },
  use: {
    false: "none",
    no: "none",
    off: "none",
    true: "create",
    own: "create",
    import: "existing",
    external: "existing",
  },
  type: { terraform: "hcp", cloud: "hcp", remote: "hcp", tfc: "hcp", file: "local" },
};

/** What to do about an option that is not there, where people often look for it. */
export const answerTo = (path: Path): string | undefined => {
  const key = path.join(".");
  return Object.hasOwn(options, key) ? options[key] : undefined;
};

/** The choice that a word means. */
export const meaningOf = (option: unknown, word: string): string | undefined => {
  const known = Object.hasOwn(words, String(option)) ? words[String(option)] : undefined;
  return known && Object.hasOwn(known, word.toLowerCase()) ? known[word.toLowerCase()] : undefined;
};
