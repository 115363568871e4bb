import type { Path } from "./problem";

const withoutPolicy =
  "remove it: AWS allows full access to endpoints of services that are not its own; say in clients who may use the endpoint";

const byAddress =
  "remove it: every request has the address of the NLB, whoever asks; set certificateSubject, or a header that the consumer's clients send";

/** The same answers about several sections, by dotted path. */
const about = (sections: readonly string[], answers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    sections.flatMap((section) => Object.entries(answers).map(([name, answer]) => [`${section}.${name}`, answer])),
  );

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
  ...about(["network.subnets"], {
    public: "rename it to publicPrefixLength",
    private: "rename it to privatePrefixLength",
    isolated: "rename it to isolatedPrefixLength",
    data: "rename it to isolatedPrefixLength",
  }),
  "network.availabilityZones": "write availabilityZoneIds, with IDs such as euc1-az1, or availabilityZoneCount",
  ...about(["application", "services.*", "workers.*", "jobs.*"], {
    env: "rename it to environment",
    memory: "rename it to memoryMib, in MiB",
  }),
  "application.secret": "rename it to secrets: a name a line, each with secretsManager or parameter",
  "application.port": "rename it to containerPort",
  "application.launchType": "move it to compute.launchType",
  "application.image.repositoryCredentials": "rename it to credentialsSecretArn",
  "data.database.capacity":
    "set data.database.serverless.minCapacity and maxCapacity, in ACU, with an engine of Aurora",
  "compute.loadBalancer.identity": "write mutualTls with mode: verify and a caBundle",
  "application.variables": "rename it to environment",
  "application.replicas": "write minimumTasks and maximumTasks",
  "application.desiredCount": "write minimumTasks and maximumTasks; auto scaling chooses between them",
  "application.minTasks": "rename it to minimumTasks",
  "application.maxTasks": "rename it to maximumTasks",
  "application.deployment.minimumHealthyPercent": "remove it: a deployment keeps 100 percent of the tasks healthy",
  "application.deployment.maximumPercent": "remove it: a deployment runs up to 200 percent of the tasks",
  "application.deployment.circuitBreaker": "remove it: the deployment circuit breaker with rollback is always on",
  ...about(["services.*", "services.*.route"], {
    paths: "move it to expose.pathPatterns",
    pathPatterns: "move it to expose.pathPatterns",
    hostNames: "move it to expose.hostNames",
    priority: "move it to expose.priority",
  }),
  "services.*.path": "write it as a list in expose.pathPatterns",
  ...about(["application", "services.*"], {
    healthCheck: "rename it to healthCheckPath (by the load balancer) or healthCheckCommand (in the container)",
  }),
  "services.*.port": "rename it to containerPort",
  "workers.*.queueArn": "move it to queue.arn",
  "workers.*.queueUrl": "write the queue's ARN in queue.arn",
  "jobs.*.cron": "rename it to schedule: cron(minutes hours day-of-month month day-of-week year)",
  "backend.bucket": "move it to backend.s3.bucket",
  "backend.organization": "move it to backend.hcp.organization",
  "backend.region": "remove it: the state is in the environment's Region",
  "backend.key": "remove it: each stack has a key of its own",
  "backend.dynamodbTable": "remove it: S3 itself keeps the lock",
  "privatelink.identity": "did you mean compute.loadBalancer.mutualTls? set its mode to verify or passthrough",
  "compute.loadBalancer.mutualAuthentication": "rename it to mutualTls",
  "compute.loadBalancer.listeners[].mutualTls": "move it to compute.loadBalancer.mutualTls: it is of all listeners",
  "compute.loadBalancer.listeners[].protocol":
    "remove it: a listener with certificateArn is HTTPS, one without is HTTP",
  "compute.loadBalancer.mtls": "rename it to mutualTls",
  "compute.loadBalancer.trustStore": "move it to compute.loadBalancer.mutualTls.caBundle",
  "compute.loadBalancer.mutualTls.trustStore": "rename it to caBundle: a PEM file of CA certificates",
  ...about(["privatelink.consumers.*.limits"], {
    perIp: byAddress,
    ip: byAddress,
    sourceIp: byAddress,
    perAddress: byAddress,
    cidr: byAddress,
    subject: "rename it to certificateSubject",
    rate: "write requestsPerFiveMinutes: AWS WAF counts five minutes",
    requestsPerSecond: "write requestsPerFiveMinutes: 300 times as many",
    requestsPerMinute: "write requestsPerFiveMinutes: five times as many",
  }),
  "privatelink.consumers.*.rateLimit": "rename it to limits, with requestsPerFiveMinutes and certificateSubject",
  ...about(["compute.loadBalancer", "privatelink"], {
    waf: "write compute.loadBalancer.webAclArn for a web ACL that exists, or privatelink.consumers.<name>.limits",
    webAcl: "write compute.loadBalancer.webAclArn for a web ACL that exists, or privatelink.consumers.<name>.limits",
    rateLimit: "write privatelink.consumers.<name>.limits: each consumer has a limit of its own",
  }),
  "privatelink.acceptance": "rename it to acceptanceRequired",
  "privatelink.listeners[].protocol": "remove it: a listener with certificateArn is TLS, one without is TCP",
  "privatelink.listeners[].targetPort": "rename it to albListenerPort",
  "observability.email": "write it as a list in alarmEmails",
  "observability.emails": "rename it to alarmEmails",
  "clients.ipv6Cidrs": "move them to clients.cidrs, which takes IPv6 ranges also",
  "clients.sourceSecurityGroupIds": "rename it to securityGroupIds",
  "endpoint.timeouts": "write timeoutMinutes, a number",
  "endpoint.subnetIds": "move them to vpc.subnetIds",
  securityGroupIds:
    "move them to endpoint.securityGroupIds (of the endpoint) or clients.securityGroupIds (of its clients)",
  subnetIds: "move them to vpc.subnetIds",
  vpcId: "move it to vpc.id",
  serviceName: "move it to service.name",
  policy: withoutPolicy,
  "endpoint.policy": withoutPolicy,
};

/** Words that mean one of an option's choices in other words. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ipAddressType: { ipv6: "dualstack", dual: "dualstack", both: "dualstack", "dual-stack": "dualstack" },
  engine: { postgresql: "postgres", pg: "postgres", aurora: "aurora-postgresql" },
  mode: { on: "verify", required: "verify", mutual: "verify" },
  launchType: {
    fargate_spot: "FARGATE",
    "fargate-spot": "FARGATE",
    serverless: "FARGATE",
    instances: "EC2",
    ec2_instances: "EC2",
  },
  cpuArchitecture: { amd64: "X86_64", x64: "X86_64", x86: "X86_64", "x86-64": "X86_64", aarch64: "ARM64" },
  architecture: { amd64: "x86_64", x64: "x86_64", "x86-64": "x86_64", aarch64: "arm64" },
  stage: { prod: "production", prd: "production", live: "production", dev: "development", test: "development" },
  natGateways: {
    true: "single",
    one: "single",
    1: "single",
    2: "perAz",
    3: "perAz",
    "one-per-az": "perAz",
    multi: "perAz",
    off: "none",
    false: "none",
    0: "none",
  },
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

/** Sections of the user's own names. */
const named = new Set(["services", "workers", "jobs", "sidecars", "consumers"]);

/**
 * What to do about an option that is not there, where people often look for it.
 *
 * @param path of the option, whatever names the user gave to entries on the way
 */
export const answerTo = (path: Path): string | undefined => {
  const key = path
    .map((part, index) => (typeof part === "number" ? "[]" : named.has(String(path[index - 1])) ? "*" : part))
    .join(".")
    .replaceAll(".[]", "[]");
  return Object.hasOwn(options, key) ? options[key] : undefined;
};

/** The choice that a word means. */
export const meaningOf = (option: unknown, word: string): string | undefined => {
  const known = Object.hasOwn(words, String(option)) ? words[String(option)] : undefined;
  return known && Object.hasOwn(known, word.toLowerCase()) ? known[word.toLowerCase()] : undefined;
};
