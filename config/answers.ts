import type { Path } from "./problem";

const withoutPolicy =
  "remove it: AWS allows full access to endpoints of services that are not its own; say in clients who may use the endpoint";

const byAddress =
  "remove it: every request has the address of the NLB, whoever asks; set certificateSubject, or a header that the consumer's clients send";

/** The same answers about several sections, by dotted path. */
const about = (sections: readonly string[], answers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    sections.flatMap((section) =>
      Object.entries(answers).map(([name, answer]) => [section ? `${section}.${name}` : name, answer]),
    ),
  );

const tasks = ["application", "services.*", "workers.*", "jobs.*"];

const forFolders =
  "write writableFolders for folders in memory; FILE_SYSTEM_PATH names the shared file system (data.fileSystem)";

const forHealth = "write healthCheckPath (by the load balancer) or healthCheckCommand (in the container)";

const forAccount = "write principals: [arn:aws:iam::<account>:root]";

const forEndpoints = "rename it to additionalInterfaceEndpoints: those of the pattern are created by themselves";

const inCreatedNetwork =
  "remove it: subnets are made from cidr (sizes: network.subnets); name those that exist in network.existing";

const withoutLogs = "remove it: output goes to CloudWatch Logs; to send it elsewhere, write a sidecar with logRouter";

/** Words of ECS task definitions, Kubernetes and Compose about a container. */
const ofContainers: Readonly<Record<string, string>> = {
  env: "rename it to environment",
  memory: "rename it to memoryMib, in MiB",
  memoryReservation: "rename it to memoryMib, in MiB",
  resources: "write cpu (1024 is one vCPU) and memoryMib",
  build: "move it to application.image.build; images of other workloads are built elsewhere",
  cmd: "rename it to command, a list",
  args: "rename it to command, a list",
  depends: "write startsBefore in the sidecar that the container waits for",
  dependsOn: "write startsBefore in the sidecar that the container waits for",
  restart: "remove it: ECS replaces tasks that end",
  restartPolicy: "remove it: ECS replaces tasks that end",
  logging: withoutLogs,
  logConfiguration: withoutLogs,
  tmpfs: "rename it to writableFolders: a path a line, each with its size in MiB",
  readonlyRootFilesystem: "rename it to readOnlyRootFilesystem",
  privileged: "remove it: containers have no privileges of the host",
  securityContext: "write user and readOnlyRootFilesystem",
  labels: "remove it: write tags, which every resource gets",
  dockerLabels: "remove it: write tags, which every resource gets",
  hostname: "remove it: tasks have no names of their own",
  containerName: "remove it: the container's name is app, or the name of the sidecar",
  workingDirectory: "remove it: set WORKDIR in the image",
  workingDir: "remove it: set WORKDIR in the image",
  stopTimeout: "rename it to stopTimeoutSeconds",
  stopGracePeriod: "write stopTimeoutSeconds, a number",
  terminationGracePeriodSeconds: "rename it to stopTimeoutSeconds",
};

const minimumAndMaximum = "write minimumTasks and maximumTasks";

const ofScaling: Readonly<Record<string, string>> = {
  replicas: minimumAndMaximum,
  count: minimumAndMaximum,
  scale: minimumAndMaximum,
  autoscaling: minimumAndMaximum,
  desiredCount: `${minimumAndMaximum}; auto scaling chooses between them`,
  min: "rename it to minimumTasks",
  minReplicas: "rename it to minimumTasks",
  minTasks: "rename it to minimumTasks",
  minCapacity: "rename it to minimumTasks",
  max: "rename it to maximumTasks",
  maxReplicas: "rename it to maximumTasks",
  maxTasks: "rename it to maximumTasks",
  maxCapacity: "rename it to maximumTasks",
};

/** Data stores that the project does not create. */
const foreignData = Object.fromEntries(
  ["redis", "cache", "elasticache", "valkey", "dynamodb", "opensearch", "kafka"].map((store) => [
    store,
    "remove it: create it elsewhere, or in stacks/extensions.ts; give the application its address and permissions",
  ]),
);

/** Whose file it is, by the words at its top that this project does not have. */
const FOREIGN: readonly (readonly [tool: string, keys: readonly string[], page: string])[] = [
  ["Kubernetes", ["apiVersion", "kind"], ""],
  ["Amazon ECS: a task definition", ["containerDefinitions"], ""],
  ["CloudFormation", ["Resources"], ""],
  ["AWS Copilot", ["type", "name", "image"], "; docs/coming-from-copilot.md says where its options are here"],
  ["AWS Copilot", ["type", "name", "http"], "; docs/coming-from-copilot.md says where its options are here"],
  ["Docker Compose", ["version", "services"], ""],
  ["Docker Compose", ["services", "volumes"], ""],
  ["Docker Compose", ["services", "networks"], ""],
];

/** A file that was written for another tool, and what to do about it. */
export const foreignFile = (raw: object): { readonly tool: string; readonly fix: string } | undefined => {
  const [tool, , page] = FOREIGN.find(([, keys]) => keys.every((key) => Object.hasOwn(raw, key))) ?? [];
  return tool === undefined
    ? undefined
    : { tool, fix: `let npx ecs-privatelink new environment (or new consumer) write a file of this project${page}` };
};

/** What people look for by a name that is no option here, and what there is instead; by dotted path. */
export const options: Readonly<Record<string, string>> = {
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
  ...about(["data.database"], {
    masterPassword: "remove it: the password is generated and kept in Secrets Manager alone",
    masterUsername: "rename it to userName",
    instanceType: "rename it to instanceClass, e.g. db.t4g.medium",
    storage: "rename it to allocatedStorageGib, a number",
    storageSize: "rename it to allocatedStorageGib, a number",
    size: "write instanceClass, and allocatedStorageGib",
    storageEncrypted: "remove it: it is always encrypted",
    encrypted: "remove it: it is always encrypted",
    backupRetentionPeriod: "rename it to backupRetentionDays",
    skipFinalSnapshot: "write finalSnapshot, with the opposite value",
    publiclyAccessible: "remove it: the database never has a public address",
    serverlessv2ScalingConfiguration: "rename it to serverless, with minCapacity and maxCapacity",
    replicas: "write serverless.readers with an engine of Aurora, or multiAz",
    dbName: "rename it to name",
  }),
  ...about(["data.database.serverless"], {
    min: "rename it to minCapacity",
    minAcu: "rename it to minCapacity",
    max: "rename it to maxCapacity",
    maxAcu: "rename it to maxCapacity",
  }),
  ...about(["data"], {
    rds: "rename it to database",
    aurora: "rename it to database, with engine: aurora-postgresql or aurora-mysql",
    efs: "rename it to fileSystem",
    s3: "rename it to staticAssets",
    bucket: "rename it to staticAssets",
    ...foreignData,
  }),
  ...about([""], {
    vpc: "rename it to network",
    env: "remove it: the file's name is the environment's",
    environment:
      "remove it: the file's name is the environment's; variables are in application.environment, and a consumer names its environment in service.environment",
    name: "remove it: the file's name is its name",
    version: "remove it: the file has no version",
    account: "rename it to accountId",
    variables: "move it to application.environment",
    secrets: "move it to application.secrets",
    sidecars: "move it to application.sidecars",
    image: "move it to application.image",
    cpu: "move it to application.cpu",
    memory: "move it to application.memoryMib, in MiB",
    count: "write application.minimumTasks and application.maximumTasks",
    http: "write application.healthCheckPath; paths of a service are in its expose.pathPatterns",
    exec: "move it to application.executeCommand",
    cron: "write jobs: a name a line, each with command and schedule",
    scheduledTasks: "rename it to jobs",
    queues: "write workers: a name a line, each with queue.create",
    alb: "rename it to compute.loadBalancer",
    loadBalancer: "move it to compute.loadBalancer",
    nlb: "write privatelink.listeners",
    rds: "move it to data.database",
    monitoring: "rename it to observability",
    alarms: "rename it to observability, with alarmEmails",
    provider: "remove it: write region and accountId",
    terraform: "remove it: write backend",
    environments: "write one file for each environment, in config/environments",
    permissionsBoundary: "move it to iam.permissionsBoundaryArn",
    ...foreignData,
  }),
  ...about(["compute"], {
    alb: "rename it to loadBalancer",
    cluster: "remove it: each environment has a cluster of its own",
    capacityProviders: "write launchType: EC2 or FARGATE",
    requiresCompatibilities: "write launchType: EC2 or FARGATE",
    instances: "write ec2.minimumInstances and ec2.maximumInstances",
    autoscaling: "write ec2.minimumInstances and ec2.maximumInstances",
  }),
  ...about(["compute.ec2"], {
    min: "rename it to minimumInstances",
    minSize: "rename it to minimumInstances",
    max: "rename it to maximumInstances",
    maxSize: "rename it to maximumInstances",
    desiredCapacity: "remove it: managed scaling chooses between minimumInstances and maximumInstances",
    keyName: "remove it: instances have no SSH; Session Manager or ECS Exec opens a shell",
    keyPair: "remove it: instances have no SSH; Session Manager or ECS Exec opens a shell",
    spot: "remove it: instances are on demand; Spot is an option of Fargate, compute.fargate.spotSharePercent",
    ami: "remove it: the AMI is the newest one for Amazon ECS",
  }),
  "compute.fargate.spot": "write spotSharePercent",
  ...about(["compute.loadBalancer"], {
    internal: "remove it: the load balancer is always internal",
    scheme: "remove it: the load balancer is always internal",
    public: "remove it: the load balancer is always internal",
    certificateArn: "move it into an entry of listeners: - port: 443, and certificateArn below port",
    certificate: "write it in an entry of listeners: - port: 443, and certificateArn below port",
    accessLogs: "remove it: access logs are always on; accessLogRetentionDays says how long they are kept",
    idleTimeout: "rename it to idleTimeoutSeconds",
    port: "write it as listeners: [{ port: <number> }]",
  }),
  ...about(["compute.loadBalancer.mutualTls"], {
    ca: "rename it to caBundle",
    caFile: "rename it to caBundle",
    crl: "rename it to revocationLists, a list of files",
    crls: "rename it to revocationLists",
    trustStoreArn: "write existingCaBundle, an object in S3: the trust store is created from it",
  }),
  "network.vpcId": "move it to network.existing.vpcId",
  "network.subnetIds": "move them to network.existing.privateSubnets.ids",
  ...about(["network"], {
    vpc: "write cidr for a VPC that is created, or existing.vpcId",
    azs: "write availabilityZoneIds, with IDs such as euc1-az1, or availabilityZoneCount",
    maxAzs: "rename it to availabilityZoneCount",
    publicSubnets: inCreatedNetwork,
    privateSubnets: inCreatedNetwork,
    databaseSubnets: inCreatedNetwork,
    privateSubnetIds: "move them to network.existing.privateSubnets.ids",
    publicSubnetIds: "remove it: no public subnet of an existing VPC is needed",
    enableNatGateway: "write natGateways: single, perAz or none",
    singleNatGateway: "write natGateways: single",
    oneNatGatewayPerAz: "write natGateways: perAz",
    nat: "rename it to natGateways: single, perAz or none",
    enableDnsSupport: "remove it: it is always on",
    enableDnsHostnames: "remove it: it is always on",
    enableFlowLog: "write flowLogs.enabled",
    enableIpv6: "write ipAddressType: dualstack",
    ipv6: "write ipAddressType: dualstack",
    dualstack: "write ipAddressType: dualstack",
    endpoints: forEndpoints,
    vpcEndpoints: forEndpoints,
    interfaceEndpoints: forEndpoints,
    securityGroups: "remove it: each part has a security group of its own, with the rules that it needs",
  }),
  ...about(["network.existing"], {
    id: "rename it to vpcId",
    subnets: "write privateSubnets.ids, and isolatedSubnets.ids where the database has subnets of its own",
    subnetIds: "move them to privateSubnets.ids",
    privateSubnetIds: "move them to privateSubnets.ids",
    publicSubnets: "remove it: no public subnet is needed",
    databaseSubnets: "rename it to isolatedSubnets",
  }),
  ...about(["network.subnets"], {
    public: "rename it to publicPrefixLength",
    private: "rename it to privatePrefixLength",
    isolated: "rename it to isolatedPrefixLength",
    data: "rename it to isolatedPrefixLength",
  }),
  "network.availabilityZones": "write availabilityZoneIds, with IDs such as euc1-az1, or availabilityZoneCount",
  ...about(tasks, {
    ...ofContainers,
    containerDefinitions: "write the options of the container here, and other containers in sidecars",
    sidecar: "rename it to sidecars: a name a line, each with its options",
    volumes: forFolders,
    mountPoints: forFolders,
    volumeMounts: forFolders,
    storage: forFolders,
    ephemeralStorage: "remove it: a task on Fargate has 20 GiB; write writableFolders, in MiB of memory",
    taskRoleArn: "remove it: each workload has a role of its own; write permissions",
    taskRole: "remove it: each workload has a role of its own; write permissions",
    executionRoleArn: "remove it: it is created, with the permissions that images, secrets and logs need",
    executionRole: "remove it: it is created, with the permissions that images, secrets and logs need",
    policies: "write permissions: a name a line, each with use and of, or actions and resources",
    managedPolicies: "write permissions: a name a line, each with use and of, or actions and resources",
    policy: "write permissions: a name a line, each with use and of, or actions and resources",
    networkMode: "remove it: tasks have network interfaces of their own (awsvpc)",
    network: "remove it: tasks run in the private subnets of network",
    requiresCompatibilities: "write compute.launchType, or launchType of a service, worker or job",
    platform: "write compute.cpuArchitecture: X86_64 or ARM64",
    variables: "rename it to environment",
    secret: "rename it to secrets: a name a line, each with secretsManager or parameter",
  }),
  ...about(["application", "services.*"], {
    ...ofScaling,
    port: "rename it to containerPort",
    ports: "write containerPort, a number: consumers' ports are those of privatelink.listeners",
    portMappings: "write containerPort, a number: consumers' ports are those of privatelink.listeners",
    healthcheck: forHealth,
    livenessProbe: forHealth,
    readinessProbe: forHealth,
    startupProbe: "remove it: health checks of the load balancer do not count in a task's first 60 seconds",
    http: "write healthCheckPath; paths of a service are in its expose.pathPatterns",
  }),
  "application.exec": "rename it to executeCommand",
  "application.expose": "remove it: the application gets every request that no service gets",
  "workers.*.minimumTasks": "move it to scale.from",
  "workers.*.maximumTasks": "move it to scale.to",
  ...about(["workers.*.scale"], {
    min: "rename it to from",
    minimum: "rename it to from",
    minimumTasks: "rename it to from",
    max: "rename it to to",
    maximum: "rename it to to",
    maximumTasks: "rename it to to",
  }),
  ...about(["workers.*.queue"], {
    name: "write create: {} for a queue that is created, or arn of one that exists",
    url: "write its ARN in arn",
  }),
  ...about(["workers.*.queue.create"], {
    visibilityTimeout: "rename it to visibilitySeconds",
    visibilityTimeoutSeconds: "rename it to visibilitySeconds",
    maxReceiveCount: "rename it to maximumReceives",
    deadLetter: "remove it: the queue always has a dead-letter queue; write maximumReceives",
    redrivePolicy: "remove it: the queue always has a dead-letter queue; write maximumReceives",
  }),
  ...about(["jobs.*"], {
    timeout: "write timeoutMinutes, a number",
    rate: "rename it to schedule: rate(<number> minutes)",
    timezone: "rename it to timeZone",
    parallelism: "remove it: a run is one task",
    backoffLimit: "rename it to retries",
    activeDeadlineSeconds: "write timeoutMinutes, a number",
  }),
  ...about(["services.*.expose"], {
    path: "write it as a list in pathPatterns",
    paths: "rename it to pathPatterns",
    host: "write it as a list in hostNames",
    hosts: "rename it to hostNames",
    alias: "write it as a list in hostNames",
    hostHeader: "write it as a list in hostNames",
  }),
  ...about(
    tasks.map((task) => `${task}.sidecars.*`),
    {
      ...ofContainers,
      dependsOn: "remove it: the other container waits where startsBefore names it",
      port: "write it as a list in ports",
      portMappings: "write the numbers in ports",
      volumes: "write sharedFolders, or writableFolders",
      mountPoints: "write sharedFolders, or writableFolders",
      uri: "rename it to image",
      variables: "rename it to environment",
    },
  ),
  ...about(
    [...tasks, ...tasks.map((task) => `${task}.sidecars.*`)].map((task) => `${task}.secrets.*`),
    {
      valueFrom: "rename it to secretsManager (the ARN of a secret) or parameter (a path)",
      arn: "rename it to secretsManager (the ARN of a secret) or parameter (a path)",
      ssm: "rename it to parameter",
      value: "remove it: keep the value in Secrets Manager, and write the secret's ARN in secretsManager",
      key: "rename it to jsonKey",
      secretKeyRef: "write secretsManager with the ARN of a secret of Secrets Manager, and jsonKey",
    },
  ),
  ...about(
    tasks.map((task) => `${task}.permissions.*`),
    {
      effect: "remove it: every permission allows",
      action: "write it as a list in actions",
      resource: "write it as a list in resources",
      arn: "rename it to of, with use beside it",
    },
  ),
  ...about(
    ["application", ...tasks.map((task) => `${task}.sidecars.*`)].flatMap((task) => [
      `${task}.ulimits.nofile`,
      `${task}.ulimits.nproc`,
    ]),
    { softLimit: "rename it to soft", hardLimit: "rename it to hard" },
  ),
  "application.launchType": "move it to compute.launchType",
  ...about(
    tasks.map((task) => `${task}.image`),
    {
      location: "rename it to uri",
      repository: "write uri: <repository>:<tag>",
      tag: "write it behind the repository in uri",
      name: "rename it to uri",
      digest: "write it behind the repository in uri: <repository>@sha256:…",
    },
  ),
  "application.image.repositoryCredentials": "rename it to credentialsSecretArn",
  "data.database.capacity":
    "set data.database.serverless.minCapacity and maxCapacity, in ACU, with an engine of Aurora",
  "compute.loadBalancer.identity": "write mutualTls with mode: verify and a caBundle",
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
    limit: "rename it to requestsPerFiveMinutes",
    requests: "rename it to requestsPerFiveMinutes",
    rps: "write requestsPerFiveMinutes: 300 times as many",
    rpm: "write requestsPerFiveMinutes: five times as many",
    burst: "remove it: AWS WAF counts five minutes, and has no burst",
    headerName: "write header with name and value",
    rate: "write requestsPerFiveMinutes: AWS WAF counts five minutes",
    requestsPerSecond: "write requestsPerFiveMinutes: 300 times as many",
    requestsPerMinute: "write requestsPerFiveMinutes: five times as many",
  }),
  ...about(["privatelink.consumers.*"], {
    account: forAccount,
    accounts: forAccount,
    accountId: forAccount,
    accountIds: forAccount,
    principal: "write it as a list in principals",
    autoAccept: "write accept: { automatically: true }",
    expires: "rename it to until",
    expiry: "rename it to until",
    email: "rename it to contact",
    zones: "rename it to availabilityZoneIds",
    limit: "rename it to limits, with requestsPerFiveMinutes and certificateSubject",
  }),
  "privatelink.consumers.*.rateLimit": "rename it to limits, with requestsPerFiveMinutes and certificateSubject",
  ...about(["compute.loadBalancer", "privatelink"], {
    waf: "write compute.loadBalancer.webAclArn for a web ACL that exists, or privatelink.consumers.<name>.limits",
    webAcl: "write compute.loadBalancer.webAclArn for a web ACL that exists, or privatelink.consumers.<name>.limits",
    rateLimit: "write privatelink.consumers.<name>.limits: each consumer has a limit of its own",
  }),
  "privatelink.acceptance": "rename it to acceptanceRequired",
  ...about(["privatelink"], {
    allowedAccounts: "write allowedPrincipals, each account as arn:aws:iam::<account>:root",
    accounts: "write allowedPrincipals, each account as arn:aws:iam::<account>:root",
    principals: "rename it to allowedPrincipals",
    privateDnsName: "write privateDns with name and publicZoneId",
    crossZone: "rename it to crossZoneLoadBalancing",
    enableCrossZoneLoadBalancing: "rename it to crossZoneLoadBalancing",
    regions: "rename it to supportedRegions",
    targetType: "write albTargetMode: ip-sync or alb-target",
    nlb: "remove it: write its options here",
    autoAccept: "write acceptanceRequired: false",
    certificateArn: "move it into an entry of listeners",
  }),
  "privatelink.privateDns.zoneId": "rename it to publicZoneId",
  "privatelink.privateDns.hostedZoneId": "rename it to publicZoneId",
  "privatelink.listeners[].target": "write albListenerPort, the port of a listener of the ALB",
  ...about(["compute.loadBalancer.listeners[]", "privatelink.listeners[]"], {
    sslPolicy: "remove it: the policy is one with TLS 1.2 and 1.3",
    certificate: "rename it to certificateArn",
  }),
  "privatelink.listeners[].protocol": "remove it: a listener with certificateArn is TLS, one without is TCP",
  "privatelink.listeners[].targetPort": "rename it to albListenerPort",
  "observability.email": "write it as a list in alarmEmails",
  "observability.emails": "rename it to alarmEmails",
  "observability.slack":
    "remove it: subscribe Amazon Q Developer in chat applications to the topic, output notificationTopicArn",
  "observability.alarms": "remove it: alarms are always on; write thresholds",
  "observability.retentionInDays": "rename it to logRetentionDays",
  ...about(["clients"], {
    cidr: "write it as a list in cidrs",
    cidrBlocks: "rename it to cidrs",
    securityGroups: "rename it to securityGroupIds",
    prefixLists: "rename it to prefixListIds",
  }),
  ...about(["vpc"], {
    vpcId: "rename it to id",
    subnets: "rename it to subnetIds",
    subnet: "write it as a list in subnetIds",
    azs: "write availabilityZoneIds, with IDs such as euc1-az1",
    availabilityZones: "write availabilityZoneIds, with IDs such as euc1-az1",
    zones: "write availabilityZoneIds, with IDs such as euc1-az1",
  }),
  ...about(["service"], {
    serviceName: "rename it to name",
    env: "rename it to environment",
    port: "write it as a list in ports",
    availabilityZones: "write availabilityZoneIds, with IDs such as euc1-az1",
    id: "write the whole name in name, e.g. com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
    serviceId: "write the whole name in name, e.g. com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
  }),
  ...about(["dns"], {
    privateDns: "write mode: private-dns",
    enabled: "write mode: none, private-hosted-zone or private-dns",
    domain: "rename it to name",
    zone: "rename it to name",
    zoneId: "remove it: the zone is created; write its name in name, or mode: none and records of your own",
    hostedZoneId: "remove it: the zone is created; write its name in name, or mode: none and records of your own",
  }),
  ...about([""], {
    network: "rename it to vpc, with id or cidr",
    stage: "remove it: a consumer has none",
    limits: "remove it: the provider writes them, in privatelink.consumers.<name>.limits",
    endpointType: "remove it: the endpoint is an interface endpoint",
    vpcEndpointType: "remove it: the endpoint is an interface endpoint",
    privateDnsEnabled: "move it to dns.privateDnsEnabled, with dns.mode: private-dns",
    cidrs: "move it to clients.cidrs",
  }),
  "clients.ipv6Cidrs": "move them to clients.cidrs, which takes IPv6 ranges also",
  "clients.sourceSecurityGroupIds": "rename it to securityGroupIds",
  "endpoint.timeouts": "rename it to timeoutMinutes, with create, update and delete as numbers",
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
  mode: {
    on: "verify",
    required: "verify",
    mutual: "verify",
    private: "private-dns",
    phz: "private-hosted-zone",
    "hosted-zone": "private-hosted-zone",
    route53: "private-hosted-zone",
  },
  launchType: {
    fargate_spot: "FARGATE",
    "fargate-spot": "FARGATE",
    serverless: "FARGATE",
    instances: "EC2",
    ec2_instances: "EC2",
  },
  cpuArchitecture: {
    arm: "ARM64",
    "linux/arm64": "ARM64",
    "linux/amd64": "X86_64",
    amd64: "X86_64",
    x64: "X86_64",
    x86: "X86_64",
    "x86-64": "X86_64",
    aarch64: "ARM64",
  },
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
    "s3-readonly": "s3-read",
    "s3-get": "s3-read",
    "s3-read-write": "s3-write",
    "s3-put": "s3-write",
    "sqs-receive": "sqs-consume",
    "sqs-read": "sqs-consume",
    "sqs-write": "sqs-send",
    "sqs-publish": "sqs-send",
    "dynamodb-write": "dynamodb-read-write",
    "kms-encrypt": "kms-encrypt-decrypt",
    "ssm-read": "parameter-read",
    "secrets-read": "secret-read",
  },
  region: {
    frankfurt: "eu-central-1",
    zurich: "eu-central-2",
    ireland: "eu-west-1",
    london: "eu-west-2",
    paris: "eu-west-3",
    stockholm: "eu-north-1",
    milan: "eu-south-1",
    spain: "eu-south-2",
    virginia: "us-east-1",
    ohio: "us-east-2",
    oregon: "us-west-2",
    california: "us-west-1",
    canada: "ca-central-1",
    tokyo: "ap-northeast-1",
    seoul: "ap-northeast-2",
    mumbai: "ap-south-1",
    singapore: "ap-southeast-1",
    sydney: "ap-southeast-2",
  },
  action: {
    deny: "block",
    drop: "block",
    reject: "block",
    429: "block",
    log: "count",
    monitor: "count",
    allow: "count",
  },
  uses: {
    db: "database",
    rds: "database",
    postgres: "database",
    aurora: "database",
    s3: "staticAssets",
    bucket: "staticAssets",
    assets: "staticAssets",
    efs: "fileSystem",
    volume: "fileSystem",
    files: "fileSystem",
  },
  albTargetMode: { lambda: "ip-sync", ip: "ip-sync", sync: "ip-sync", alb: "alb-target" },
  type: { terraform: "hcp", cloud: "hcp", remote: "hcp", tfc: "hcp", file: "local" },
};

/** Sections of the user's own names. */
const named = new Set(["services", "workers", "jobs", "sidecars", "consumers", "secrets", "permissions"]);

/** `min_size` and `Min-Size` as the options here are written. */
const inCamelCase = (name: string) =>
  name
    .replace(/[_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[A-Z]/, (first) => first.toLowerCase());

/**
 * What to do about an option that is not there, where people often look for it.
 *
 * @param path of the option, whatever names the user gave to entries on the way
 */
export const answerTo = (path: Path): string | undefined => {
  const keys = [path, [...path.slice(0, -1), inCamelCase(String(path.at(-1)))]].map((names) =>
    names
      .map((part, index) => (typeof part === "number" ? "[]" : named.has(String(names[index - 1])) ? "*" : part))
      .join(".")
      .replaceAll(".[]", "[]"),
  );
  const known = keys.find((key) => Object.hasOwn(options, key));
  return known === undefined ? undefined : options[known];
};

const zoneId =
  "write the zone's ID, which is the same in every account: aws ec2 describe-availability-zones --query 'AvailabilityZones[].[ZoneName,ZoneId]' --output text";
const keyArn = "write the key's ARN: aws kms describe-key --key-id <alias or id> --query KeyMetadata.Arn --output text";
const secretArn =
  "write the secret's full ARN: aws secretsmanager describe-secret --secret-id <name> --query ARN --output text";
const principals = "write each account as arn:aws:iam::<account>:root; AWS documents no organizations as principals";

/** Where a value of an option is found, if what was given is not one. */
const sources: Readonly<Record<string, string>> = {
  availabilityZoneIds: zoneId,
  keyArn,
  secretKeyArn: keyArn,
  credentialsSecretKeyArn: keyArn,
  secretsKmsKeyArns: keyArn,
  secretArn,
  credentialsSecretArn: secretArn,
  secretsManager: secretArn,
  principals,
  allowedPrincipals: principals,
  webAclArn: "write its ARN: aws wafv2 list-web-acls --scope REGIONAL --query 'WebACLs[].ARN' --output text",
  certificateArn:
    "write its ARN: aws acm list-certificates --query 'CertificateSummaryList[].[DomainName,CertificateArn]' --output text",
  publicZoneId: "write the zone's ID: aws route53 list-hosted-zones --query 'HostedZones[].[Name,Id]' --output text",
  vpcId: "write its ID: aws ec2 describe-vpcs --query 'Vpcs[].[VpcId,CidrBlock]' --output text",
  uri: "write the registry, the repository, and a tag or digest: public.ecr.aws/docker/library/nginx:1.29",
  image: "write uri: registry/repository:tag indented below it",
  queue: "write arn: arn:aws:sqs:<region>:<account>:<name> indented below it, or create: {} for a new queue",
  permissionsBoundaryArn:
    "write the policy's ARN: aws iam list-policies --scope Local --query 'Policies[].Arn' --output text",
  caBundle: "copy the file into the project folder, and write its path from there",
  revocationLists: "copy the file into the project folder, and write its path from there",
  ulimits: "write nofile: { soft: 65536, hard: 65536 } indented below it",
  actions: "write the service in front of the action, e.g. s3:GetObject",
  database: "write use: none for no database, or its options indented below it",
  fileSystem: "write use: none for no file system, or its options indented below it",
  staticAssets: "write use: none for no static assets, or its options indented below it",
  dns: "write mode: none, private-hosted-zone or private-dns indented below it",
  until: "write a day of the calendar, year first: 2027-03-31",
  of: "write the ARN of the resource, e.g. arn:aws:s3:::my-bucket",
};

/** How to find the value that an option wants. */
export const howToFind = (path: Path, given: string): string | undefined => {
  const name = path.findLast((part) => typeof part === "string");
  // An ARN, id or zone that is nearly right is better compared with the form.
  const nearly = /^(arn:(?!.*:secretsmanager:)|vpc-|sg-|Z[0-9A-Z]+$)/.test(given);
  if (given.startsWith("vpce-svc-")) return `write com.amazonaws.vpce.<Region of the service>.${given}`;
  return nearly || name === undefined || !Object.hasOwn(sources, name) ? undefined : sources[name];
};

/** The option of a section that a plain value in its place most likely means, where several would take it. */
const mainOptions: Readonly<Record<string, string>> = {
  accept: "automatically",
  build: "context",
  queue: "arn",
  clients: "cidrs",
  database: "use",
  fileSystem: "use",
  staticAssets: "use",
  dns: "mode",
  timeoutMinutes: "create",
  flowLogs: "enabled",
  privateDns: "name",
};

export const mainOptionOf = (path: Path): string | undefined => {
  const name = String(path.at(-1));
  return Object.hasOwn(mainOptions, name) ? mainOptions[name] : undefined;
};

/** The choice that a word means. */
export const meaningOf = (option: unknown, word: string): string | undefined => {
  const known = Object.hasOwn(words, String(option)) ? words[String(option)] : undefined;
  return known && Object.hasOwn(known, word.toLowerCase()) ? known[word.toLowerCase()] : undefined;
};
