import fc from "fast-check";
import { partition, type Region } from "../../../config/regions";
import type { EnvironmentInput } from "../../../config/schema";
import {
  anyBackend,
  anyRegion,
  anyTags,
  certificateArn,
  choice,
  flag,
  maybe,
  needsAccount,
  neighbours,
  pick,
  reason,
  within,
  zonesOf,
} from "./parts";

type Section<Name extends keyof EnvironmentInput> = fc.Arbitrary<NonNullable<EnvironmentInput[Name]>>;

/** What several sections have to agree on. */
const agreement = fc.record({
  production: fc.boolean(),
  region: anyRegion,
  zones: pick(2 as const, 3 as const),
  fargate: fc.boolean(),
  ipSync: fc.boolean(),
  backend: anyBackend,
  natGateways: pick(undefined, "none" as const, "single" as const, "perAz" as const),
  tasks: fc
    .tuple(fc.nat(11), fc.nat(11))
    .map(([a, b]) => ({ minimum: 1 + Math.min(a, b), maximum: 1 + Math.max(a, b) })),
  instances: fc.nat(3),
  multiAz: flag,
  protection: pick("default" as const, "written" as const, "none" as const),
  everybody: fc.boolean(),
  acceptanceRequired: flag,
  elsewhere: fc.boolean(),
});

type Agreed = (typeof agreement extends fc.Arbitrary<infer Value> ? Value : never) & { readonly account: string };

/** A switch against deletion: its value when protected is written or not, and when it is off. */
const guard = ({ protection }: Agreed, safe: boolean) =>
  protection === "default" ? undefined : protection === "written" ? safe : !safe;

const network = (agreed: Agreed, index: number): Section<"network"> =>
  fc
    .record({
      size: pick(
        { prefix: 16, subnets: { publicPrefixLength: 28, privatePrefixLength: 20, isolatedPrefixLength: 24 } },
        { prefix: 20, subnets: undefined },
        { prefix: 23, subnets: { publicPrefixLength: 28, privatePrefixLength: 25, isolatedPrefixLength: 28 } },
      ),
      zoneIds: fc.boolean(),
      ipAddressType: maybe(pick("ipv4", "dualstack")),
      additionalInterfaceEndpoints: maybe(fc.subarray(["sqs", "sns", "xray", "kms"])),
      flowLogs: pick(undefined, { enabled: false }, { enabled: true, retentionDays: 30 as const }),
    })
    .map(({ size, zoneIds, ...options }) => ({
      ...options,
      cidr: `10.${20 + index}.0.0/${size.prefix}`,
      subnets: size.subnets,
      natGateways: agreed.natGateways,
      availabilityZoneCount: agreed.zones,
      availabilityZoneIds: zoneIds ? zonesOf(agreed.region).slice(0, agreed.zones) : undefined,
    }));

const data = (agreed: Agreed): Section<"data"> =>
  fc.record({
    kms: maybe(fc.record({ deletionWindowDays: within(7, 30) })),
    database: fc
      .record({
        engineVersion: maybe(pick("16", "17.4")),
        instanceClass: maybe(pick("db.t4g.micro", "db.m7g.large")),
        name: maybe(pick("app", "orders_2")),
        userName: maybe(pick("app_admin", "owner")),
        port: within(1150, 65535),
        backupRetentionDays: within(1, 35),
        windows: pick(
          {},
          { backupWindow: "23:45-00:15", maintenanceWindow: "mon:02:00-mon:03:00" },
          { backupWindow: "05:00-06:00" },
          { maintenanceWindow: "sun:23:00-mon:01:30" },
        ),
        storage: pick(
          {},
          { allocatedStorageGib: 25, maxAllocatedStorageGib: 28 },
          { allocatedStorageGib: 90 },
          { maxAllocatedStorageGib: 65536 },
        ),
        allowMajorVersionUpgrade: flag,
        performanceInsights: flag,
        passwordVersion: within(1, 9),
      })
      .map(({ windows, storage, ...options }) => ({
        ...options,
        ...windows,
        ...storage,
        multiAz: agreed.multiAz,
        deletionProtection: guard(agreed, true),
        finalSnapshot: guard(agreed, true),
      })),
    secretRecoveryDays: agreed.protection === "none" ? fc.constant(0 as const) : within(7, 30),
    fileSystem: fc.record({
      path: maybe(pick("/app", "/a/b/c")),
      userId: within(1, 4294967295),
      groupId: within(1, 4294967295),
      transitionToInfrequentAccessDays: maybe(pick(1 as const, 30 as const, 365 as const)),
      throughputMode: maybe(pick("elastic" as const, "bursting" as const)),
    }),
    staticAssets: fc.record({
      directory: maybe(fc.constant("container/static")),
      noncurrentVersionDays: within(1, 3650),
      forceDestroy: fc.constant(guard(agreed, false)),
    }),
    backup: fc.record({
      enabled: maybe(fc.constant(true)),
      retentionDays: within(1, 3650),
      hourUtc: within(0, 23),
      forceDestroy: fc.constant(guard(agreed, false)),
    }),
  });

const registry = ({ account, region }: Agreed) =>
  `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

const application = (agreed: Agreed): Section<"application"> => {
  const uri = choice(
    `${registry(agreed)}/app:1.2.3`,
    `${registry(agreed)}/team/app@sha256:${"0123456789abcdef".repeat(4)}`,
  );
  const existing = fc.record({ uri });
  const built = fc.record({
    build: fc.record({
      context: maybe(fc.constant("container")),
      dockerfile: maybe(fc.constant("Dockerfile")),
      arguments: maybe(choice<Record<string, string>>({}, { VERSION: "1" })),
      login: maybe(pick("docker-config" as const, "token-variable" as const)),
    }),
  });
  return fc
    .record({
      image: agreed.backend?.type === "hcp" ? existing : fc.oneof(existing, built),
      size: agreed.fargate
        ? pick([256, 512], [256, 2048], [512, 3072], [1024, 8192], [4096, 30720], [8192, 20480], [16384, 122880])
        : pick([128, 128], [256, 512], [1000, 1500]),
      containerPort: within(1024, 65535),
      healthCheckPath: maybe(pick("/", "/health/live")),
      healthCheckCommand: maybe(choice(["CMD", "true"], ["CMD-SHELL", "exit 0"])),
      dataLoadCommand: maybe(choice(["node", "load.mjs"], ["true"])),
      environment: maybe(choice<Record<string, string>>({}, { LOG_LEVEL: "debug", EMPTY: "" })),
      targetCpuPercent: within(10, 90),
      stopTimeoutSeconds: within(2, 120),
      executeCommand: flag,
    })
    .map(({ size: [cpu, memoryMib], ...options }) => ({
      ...options,
      cpu,
      memoryMib,
      minimumTasks: agreed.tasks.minimum,
      maximumTasks: agreed.tasks.maximum,
    }));
};

const albListeners = ({ account, region }: Agreed) =>
  fc.subarray(
    [
      { port: 80 },
      { port: 8080 },
      { port: 443, certificateArn: certificateArn(region, account) },
      { port: 8443, certificateArn: certificateArn(region, account) },
    ],
    { minLength: 1 },
  );

type AlbListeners = ReturnType<typeof albListeners> extends fc.Arbitrary<infer Value> ? Value : never;

const compute = (agreed: Agreed, listeners: AlbListeners | undefined): Section<"compute"> => {
  const machines = fc.oneof(
    fc.record({
      cpuArchitecture: maybe(fc.constant("ARM64" as const)),
      instanceType: pick(undefined, "t4g.small", "m7g.large", "c7gd.2xlarge", "x2gd.medium"),
    }),
    fc.record({
      cpuArchitecture: fc.constant("X86_64" as const),
      instanceType: pick("t3.small", "m7i.large", "c6a.4xlarge", "m7i-flex.large"),
    }),
  );
  return fc
    .record({
      machines,
      ec2: fc.record({ targetCapacityPercent: within(1, 100), rootVolumeGib: within(30, 16384) }),
      fargate: maybe(fc.record({ spotSharePercent: within(0, 100), keepInstances: flag })),
      loadBalancer: fc.record({
        idleTimeoutSeconds: within(1, 4000),
        deregistrationDelaySeconds: within(0, 3600),
        accessLogRetentionDays: within(1, 3650),
      }),
      keepImages: within(1, 1000),
    })
    .map(({ machines: { cpuArchitecture, instanceType }, ec2, fargate, loadBalancer, keepImages }) => ({
      launchType: agreed.fargate ? ("FARGATE" as const) : undefined,
      cpuArchitecture,
      ...(agreed.fargate && { fargate }),
      ...((!agreed.fargate || fargate?.keepInstances) && {
        // One task an instance is what every type can hold.
        ec2: {
          ...ec2,
          instanceType,
          minimumInstances: agreed.instances,
          maximumInstances: Math.max(3, agreed.tasks.maximum),
        },
      }),
      loadBalancer: {
        ...loadBalancer,
        listeners,
        deletionProtection: guard(agreed, true),
        accessLogForceDestroy: guard(agreed, false),
      },
      repository: { keepImages, forceDelete: guard(agreed, false) },
    }));
};
const principalsOf = (region: Region) => {
  const arn = `arn:${partition(region)}`;
  return [
    `${arn}:iam::444455556666:root`,
    `${arn}:iam::777788889999:role/team/app`,
    `${arn}:iam::777788889999:user/somebody`,
    `${arn}:organizations::777788889999:organization/o-abcdefghij`,
    `${arn}:organizations::777788889999:ou/o-abcdefghij/ou-ab12-cdefghij`,
  ];
};

const nlbListeners = (agreed: Agreed, behind: AlbListeners) =>
  fc.uniqueArray(
    fc
      .record({
        target: pick(...behind),
        samePort: fc.boolean(),
        port: fc.integer({ min: 9000, max: 9009 }),
        tls: fc.boolean(),
      })
      .map(({ target, samePort, port, tls }) => ({
        port: samePort ? target.port : port,
        albListenerPort: samePort ? undefined : target.port,
        ...(tls && agreed.ipSync ? { certificateArn: certificateArn(agreed.region, agreed.account) } : {}),
      })),
    { minLength: 1, maxLength: 4, selector: ({ port }) => port },
  );

const privatelink = (agreed: Agreed, behind: AlbListeners): Section<"privatelink"> =>
  fc
    .record({
      listeners: maybe(nlbListeners(agreed, behind)),
      clients: choice(
        { enforced: "off" as const, cidrs: undefined },
        { enforced: "on" as const, cidrs: ["10.0.0.0/8", "10.1.2.0/24"] },
      ),
      crossZoneLoadBalancing: flag,
      tcpIdleTimeoutSeconds: within(60, 6000),
      deregistrationDelaySeconds: within(0, 3600),
      proxyProtocolV2: maybe(fc.constant(false)),
      healthCheck: pick("default", "TCP", "written"),
      allowedPrincipals: maybe(fc.subarray(principalsOf(agreed.region))),
      acceptedEndpointIds: maybe(fc.subarray(["vpce-0123456789abcdef0", "vpce-0fedcba987654321f"])),
      privateDns: pick(undefined, { publicZoneId: "Z0123456789ABC" }, { acknowledgeExternalTxtRecord: reason }),
      connectionEvents: maybe(fc.subarray(["Connect", "Accept", "Reject", "Delete"] as const)),
      sync: maybe(
        fc.record({
          maximumUnconfirmedRuns: within(1, 60),
          maximumDeregistrationSharePercent: within(1, 100),
          minimumHealthyTargets: within(0, 100),
          dryRun: flag,
          quickTrigger: flag,
          insideVpc: flag,
          reserveConcurrency: flag,
          architecture: maybe(pick("arm64" as const, "x86_64" as const)),
        }),
      ),
    })
    .map(({ clients, deregistrationDelaySeconds, healthCheck, listeners, proxyProtocolV2, sync, ...options }) => {
      const led = listeners?.map(({ port, albListenerPort = port }) => albListenerPort);
      const protocols = behind
        .filter(({ port }) => !led || led.includes(port))
        .map((listener) => ("certificateArn" in listener ? ("HTTPS" as const) : ("HTTP" as const)));
      const oneProtocol = new Set(protocols).size === 1 ? protocols[0] : undefined;
      const hasTcp = !listeners || listeners.some((listener) => !("certificateArn" in listener));
      const principals = [...(agreed.everybody ? ["*"] : []), ...(options.allowedPrincipals ?? [])];
      return {
        ...options,
        listeners,
        albTargetMode: agreed.ipSync ? undefined : ("alb-target" as const),
        enforceInboundRulesOnPrivateLinkTraffic: clients.enforced,
        consumerCidrs: clients.cidrs,
        tcpIdleTimeoutSeconds: !hasTcp ? undefined : agreed.elsewhere ? 350 : options.tcpIdleTimeoutSeconds,
        deletionProtection: guard(agreed, true),
        targetGroup: {
          proxyProtocolV2,
          deregistrationDelaySeconds: agreed.ipSync ? deregistrationDelaySeconds : undefined,
          healthCheckProtocol:
            healthCheck === "written"
              ? oneProtocol
              : healthCheck === "TCP" && agreed.ipSync
                ? ("TCP" as const)
                : undefined,
        },
        allowedPrincipals: principals,
        acceptanceRequired: agreed.acceptanceRequired,
        acceptedEndpointIds: agreed.acceptanceRequired === false ? undefined : options.acceptedEndpointIds,
        privateDns: options.privateDns && { name: "app.example.com", ...options.privateDns },
        supportedRegions: agreed.elsewhere ? [neighbours[agreed.region]] : undefined,
        sync: agreed.ipSync ? sync : undefined,
      };
    });

const observability: Section<"observability"> = fc.record({
  logRetentionDays: maybe(pick(1 as const, 90 as const, 3653 as const)),
  alarmEmails: maybe(fc.subarray(["platform@example.com", "on.call+1@example.org"])),
  dashboard: flag,
  thresholds: maybe(
    fc.record({
      alb5xxPercent: maybe(fc.integer({ min: 0, max: 200 }).map((halves) => halves / 2)),
      latencyP99Milliseconds: within(1, 60000),
      databaseCpuPercent: within(1, 100),
      databaseFreeStorageGib: within(0, 19),
      databaseConnections: within(1, 5000),
      portAllocationErrors: within(1, 1000),
      blockedFlows: within(1, 1000),
      resetPackets: within(1, 100000),
      fileSystemIoPercent: within(1, 100),
    }),
  ),
});

/** Exceptions that these choices need, and no others. */
function acknowledge(agreed: Agreed): NonNullable<EnvironmentInput["acknowledge"]> {
  const alone =
    agreed.tasks.minimum < 2 || (!agreed.fargate && agreed.instances < 2) || agreed.natGateways === "single";
  return {
    ...(agreed.production && agreed.multiAz === false ? { singleAzDatabase: reason } : {}),
    ...(agreed.production && agreed.protection === "none" ? { unprotectedDeletion: reason } : {}),
    ...(agreed.production && alone ? { singlePointOfFailure: reason } : {}),
    ...(agreed.everybody && agreed.acceptanceRequired === false ? { anyPrincipal: reason } : {}),
  };
}

/** A valid environment; `index` keeps its network and account apart from the others'. */
export const anyEnvironment = (index: number): fc.Arbitrary<EnvironmentInput> =>
  agreement.chain((chosen) => {
    const agreed: Agreed = { ...chosen, account: `11112222333${index}` };
    return maybe(albListeners(agreed)).chain((listeners) =>
      fc
        .record({
          project: pick(undefined, "shop", "private-app", "a1"),
          named: fc.boolean(),
          overlapping: fc.boolean(),
          tags: anyTags,
          network: network(agreed, index),
          data: data(agreed),
          application: application(agreed),
          compute: compute(agreed, listeners),
          privatelink: privatelink(agreed, listeners ?? [{ port: 80 }]),
          observability: maybe(observability),
        })
        .map(({ named, overlapping, ...sections }) => ({
          ...sections,
          stage: agreed.production ? ("production" as const) : ("development" as const),
          region: agreed.region,
          accountId: named || needsAccount(agreed.backend) ? agreed.account : undefined,
          backend:
            agreed.backend?.type === "hcp" || agreed.backend?.type === "local"
              ? agreed.backend
              : { ...agreed.backend, s3: { ...agreed.backend?.s3, forceDestroy: guard(agreed, false) } },
          acknowledge: { ...acknowledge(agreed), ...(overlapping ? { overlappingNetwork: reason } : {}) },
        })),
    );
  });
