import fc from "fast-check";
import { ecrRegistry } from "../../config/ecr";
import { partition, type Region, regionsWithKnownDatabaseAuthority } from "../../config/regions";
import type { EnvironmentInput } from "../../config/schema";
import { imagesOverNat } from "./images";
import {
  anyBackend,
  anyDatabaseName,
  anyProject,
  anyRegion,
  anyTagging,
  anyVariables,
  arnsOf,
  certificateArn,
  choice,
  flag,
  KEY,
  MULTI_REGION_KEY,
  maybe,
  needsAccount,
  neighbours,
  pick,
  reason,
  webAclArn,
  within,
  zonesOf,
} from "./parts";
import { anySidecars } from "./sidecars";
import { anyText } from "./texts";
import { anyDeployment, anyJobs, anyOwner, anyScaling, anyServices, anyTarget, anyWorkers } from "./workloads";

type Section<Name extends keyof EnvironmentInput> = fc.Arbitrary<NonNullable<EnvironmentInput[Name]>>;
type Consumers = NonNullable<EnvironmentInput["privatelink"]["consumers"]>;

/** What several sections have to agree on. */
const agreement = fc.record({
  production: fc.boolean(),
  existingVpc: fc.boolean(),
  region: anyRegion,
  zones: pick(2 as const, 3 as const),
  fargate: fc.boolean(),
  ipSync: fc.boolean(),
  mutualTls: fc.boolean(),
  newerProtocols: fc.boolean(),
  verifiesClients: fc.boolean(),
  existingWebAcl: fc.boolean(),
  backend: anyBackend,
  natGateways: pick(undefined, "none" as const, "single" as const, "perAz" as const),
  tasks: fc
    .tuple(fc.nat(11), fc.nat(11))
    .map(([a, b]) => ({ minimum: 1 + Math.min(a, b), maximum: 1 + Math.max(a, b) })),
  instances: fc.nat(3),
  databaseClass: pick(undefined, "db.t4g.micro", "db.m7g.large"),
  engine: pick(undefined, "postgres" as const, "mysql" as const, "aurora-postgresql" as const, "aurora-mysql" as const),
  multiAz: flag,
  protection: pick("default" as const, "written" as const, "none" as const),
  everybody: fc.boolean(),
  alarmEmails: choice<string[] | undefined>(undefined, [], ["platform@example.com", "on.call+1@example.org"]),
  acceptanceRequired: flag,
  elsewhere: fc.boolean(),
  database: pick("create" as const, "create" as const, "existing" as const, "none" as const),
  fileSystem: pick("create" as const, "create" as const, "existing" as const, "none" as const),
  staticAssets: pick("create" as const, "create" as const, "existing" as const, "none" as const),
  dataRemoval: fc.boolean(),
  wide: fc.boolean(),
  published: fc.boolean(),
});

const hasNat = ({ natGateways }: Pick<Agreed, "natGateways">): boolean => natGateways !== "none";

type Agreed = (typeof agreement extends fc.Arbitrary<infer Value> ? Value : never) & { readonly account: string };

/** A switch against deletion: its value when protected is written or not, and when it is off. */
const guard = ({ protection }: Agreed, safe: boolean) =>
  protection === "default" ? undefined : protection === "written" ? safe : !safe;

interface Shared {
  readonly byTags: boolean;
  readonly isolated: "same" | "ids" | "tags";
  readonly s3: boolean;
  readonly endpoints: readonly string[];
}

/** What a VPC that exists gives; one that provides S3 needs no route tables, unless DynamoDB's endpoint is to be created. */
function existingVpc(agreed: Agreed, { byTags, endpoints, isolated, s3 }: Shared) {
  const ids = (digit: string) =>
    Array.from({ length: agreed.zones }, (_, zone) => `subnet-${digit.repeat(16)}${zone + 1}`);
  const nat = hasNat(agreed);
  return {
    // Each environment has its own: in one VPC the second would have to list what the first creates.
    vpcId: `vpc-0123456789abcdef${agreed.account.slice(-1)}`,
    privateSubnets: byTags ? { tags: { tier: "private" } } : { ids: ids("a") },
    isolatedSubnets: { same: undefined, ids: { ids: ids("b") }, tags: { tags: { tier: "data" } } }[isolated],
    routeTableIds: s3 ? undefined : ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
    provides: [
      ...(nat ? ["nat"] : []),
      ...(s3 ? ["s3", "dynamodb"] : []),
      ...endpoints.filter((name) => name !== "sqs"),
    ],
  };
}

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
      shared: fc.record({
        byTags: fc.boolean(),
        isolated: pick("same" as const, "ids" as const, "tags" as const),
        s3: fc.boolean(),
        endpoints: fc.subarray(["ecr.api", "ecr.dkr", "logs", "kms", "sqs"]),
      }),
    })
    .map(({ shared, size, zoneIds, ...options }) =>
      agreed.existingVpc
        ? {
            ...options,
            availabilityZoneIds:
              zoneIds || shared.byTags || shared.isolated === "tags"
                ? zonesOf(agreed.region).slice(0, agreed.zones)
                : undefined,
            existing: existingVpc(agreed, shared),
          }
        : {
            ...options,
            cidr: `10.${20 + index}.0.0/${size.prefix}`,
            subnets: size.subnets,
            natGateways: agreed.natGateways,
            availabilityZoneCount: agreed.zones,
            availabilityZoneIds: zoneIds ? zonesOf(agreed.region).slice(0, agreed.zones) : undefined,
          },
    );

const iam = ({ account, region }: Agreed): fc.Arbitrary<EnvironmentInput["iam"]> =>
  maybe(
    fc.record({
      permissionsBoundaryArn: maybe(
        pick(
          `arn:${partition(region)}:iam::${account}:policy/team/boundary`,
          `arn:${partition(region)}:iam::aws:policy/PowerUserAccess`,
        ),
      ),
      rolePath: maybe(pick("/", "/platform/", "/a/b.c/")),
    }),
  );

/** Where a part comes from: nothing that exists is in a VPC that is still to be created. */
const useOf = (agreed: Agreed, part: "database" | "fileSystem" | "staticAssets") =>
  agreed[part] === "existing" && part !== "staticAssets" && !agreed.existingVpc ? "none" : agreed[part];

/** Options of a part: those of a created one, a description of an existing one, or none. */
const partOf = <Created extends object, Existing extends object>(
  agreed: Agreed,
  part: "database" | "fileSystem" | "staticAssets",
  created: fc.Arbitrary<Created>,
  existing: fc.Arbitrary<Existing>,
) => {
  const use = useOf(agreed, part);
  if (use === "create") return created;
  return use === "existing" ? existing.map((one) => ({ use, ...one })) : fc.constant({ use });
};

const keyOf = (agreed: Agreed) => maybe(fc.constant(arnsOf(agreed)("kms", MULTI_REGION_KEY)));

const existingDatabase = (agreed: Agreed) =>
  fc.record({
    engine: fc.constant(agreed.engine),
    name: maybe(anyDatabaseName),
    port: within(1150, 65535),
    existing: fc
      .record({
        named: pick(
          { instanceIdentifier: "orders-database" },
          { clusterIdentifier: "orders" },
          { endpoint: "orders.proxy-0123456789ab.eu-central-1.rds.amazonaws.com" },
        ),
        secretArn: fc.constant(arnsOf(agreed)("secretsmanager", "secret:rds!db-1234/orders-AbCdEf")),
        secretKeyArn: keyOf(agreed),
        userName: maybe(pick("app", "App-1")),
      })
      .map(({ named, ...rest }) => ({ ...rest, ...named, securityGroupId: "sg-0123456789abcdef0" })),
  });

const existingFileSystem = fc.constant({
  existing: {
    id: "fs-0123456789abcdef0",
    accessPointId: "fsap-0123456789abcdef0",
    securityGroupId: "sg-0123456789abcdef1",
  },
});

const existingAssets = (agreed: Agreed) =>
  fc.record({
    existing: fc.record({
      bucket: pick("assets.example.com", "our-assets"),
      prefix: maybe(pick("shop/", "a/b.c/")),
      keyArn: keyOf(agreed),
    }),
  });

const isAurora = ({ engine }: Agreed): boolean => engine?.startsWith("aurora-") ?? false;

const versionsOf = {
  postgres: ["15", "16", "17.4", "18"],
  // 8.0 needs Extended Support.
  mysql: ["8.4", "8.4.5"],
  "aurora-postgresql": ["15", "16.10", "17"],
  "aurora-mysql": ["8.0", "8.0.mysql_aurora.3.08.0"],
} as const;

const createdDatabase = (agreed: Agreed) =>
  fc
    .record({
      engineVersion: maybe(pick(...versionsOf[agreed.engine ?? "postgres"])),
      engineLifecycleSupport: maybe(
        pick("open-source-rds-extended-support" as const, "open-source-rds-extended-support-disabled" as const),
      ),
      name: maybe(anyDatabaseName),
      userName: maybe(
        agreed.engine?.endsWith("mysql") ? anyDatabaseName.map((name) => `u${name.slice(-15)}`) : anyDatabaseName,
      ),
      port: within(1150, 65535),
      backupRetentionDays: within(1, 35),
      windows: pick(
        {},
        { backupWindow: "23:45-00:15", maintenanceWindow: "mon:02:00-mon:03:00" },
        { backupWindow: "05:00-06:00" },
        { maintenanceWindow: "sun:23:00-mon:01:30" },
      ),
      storage: isAurora(agreed)
        ? fc.constant({})
        : pick(
            {},
            { allocatedStorageGib: 25, maxAllocatedStorageGib: 28 },
            { allocatedStorageGib: 90 },
            { allocatedStorageGib: 400, maxAllocatedStorageGib: 1000 },
            { maxAllocatedStorageGib: 65536 },
          ),
      applyImmediately: flag,
      allowMajorVersionUpgrade: flag,
      performanceInsights:
        agreed.engine === "mysql" && agreed.databaseClass === "db.t4g.micro" ? fc.constant(false) : flag,
      passwordVersion: within(1, 9),
      // Enough for all connections; production keeps a reader, or says why not.
      serverless: fc
        .record({
          capacity: pick<{ minCapacity?: number; secondsUntilAutoPause?: number }>(
            {},
            { minCapacity: 0 },
            { minCapacity: 0, secondsUntilAutoPause: 300 },
            { minCapacity: 8.5 },
          ),
          maxCapacity: pick(64, 128.5, 256),
          readers:
            agreed.production && agreed.multiAz === false
              ? fc.constant(0)
              : maybe(pick(...(agreed.production ? [1, 3] : [0, 1, 3]))),
        })
        .map(({ capacity, ...options }) => ({ ...capacity, ...options })),
    })
    .map(({ windows, storage, serverless, ...options }) => ({
      ...options,
      ...(isAurora(agreed) ? { serverless } : { instanceClass: agreed.databaseClass, multiAz: agreed.multiAz }),
      ...windows,
      ...storage,
      engine: agreed.engine,
      deletionProtection: guard(agreed, true),
      finalSnapshot: guard(agreed, true),
    }));

const data = (agreed: Agreed): Section<"data"> =>
  fc.record({
    kms: maybe(
      fc.record({
        deletionWindowDays: within(7, 30),
        keyArn: maybe(pick(arnsOf(agreed)("kms", KEY), arnsOf(agreed)("kms", MULTI_REGION_KEY))),
      }),
    ),
    database: partOf(agreed, "database", createdDatabase(agreed), existingDatabase(agreed)),
    secretRecoveryDays:
      useOf(agreed, "database") !== "create"
        ? fc.constant(undefined)
        : agreed.protection === "none"
          ? fc.constant(0 as const)
          : within(7, 30),
    fileSystem: partOf(
      agreed,
      "fileSystem",
      fc.record({
        path: maybe(pick("/app", "/a/b/c")),
        userId: within(1, 4294967295),
        groupId: within(1, 4294967295),
        transitionToInfrequentAccessDays: maybe(pick(1 as const, 30 as const, 365 as const)),
        throughputMode: maybe(pick("elastic" as const, "bursting" as const)),
      }),
      existingFileSystem,
    ),
    staticAssets: partOf(
      agreed,
      "staticAssets",
      fc.record({
        directory: maybe(fc.constant("container/static")),
        noncurrentVersionDays: within(1, 3650),
        forceDestroy: fc.constant(guard(agreed, false)),
      }),
      existingAssets(agreed),
    ),
    backup: (["fileSystem", "staticAssets"] as const).every((part) => useOf(agreed, part) !== "create")
      ? fc.constant(undefined)
      : fc.record({
          enabled: maybe(fc.constant(true)),
          retentionDays: within(1, 3650),
          hourUtc: within(0, 23),
          forceDestroy: fc.constant(guard(agreed, false)),
        }),
  });

const registry = ({ account, region }: Agreed) => ecrRegistry(account, region);

/** How a container of any image runs. */
const anyProcess = {
  user: maybe(pick("0", "nginx", "1000:2000", "_app:99", "4294967294:0")),
  readOnlyRootFilesystem: flag,
  writableFolders: choice<Record<string, number> | undefined>(
    undefined,
    {},
    { "/tmp": 1 },
    { "/tmp": 64, "/var/cache/nginx": 32, "/run.d": 1 },
  ),
};

/** Containers beside the application, and where requests go. */
const anyBeside = (agreed: Agreed) =>
  anySidecars({ ...agreed, nat: hasNat(agreed), image: `${registry(agreed)}/otel:1` }).map((sidecars) => ({
    sidecars,
    route: sidecars && "proxy" in sidecars ? { to: { container: "proxy", port: 50 } } : undefined,
  }));

/** Secrets, and permissions that name what they allow. */
const access = (agreed: Agreed) => {
  const { region, wide } = agreed;
  const arn = arnsOf(agreed);
  const secret = arn("secretsmanager", "secret:prod/stripe-AbCdEf");
  const key = arn("kms", KEY);
  return fc.record({
    secrets: choice<Pick<EnvironmentInput["application"], "secrets" | "secretsVersion" | "secretsKmsKeyArns">>(
      {},
      { secrets: { STRIPE_KEY: { secretsManager: secret, jsonKey: "key" } }, secretsVersion: 3 },
      { secrets: { TOKEN: { parameter: "/prod/app/token" }, stripe: { secretsManager: secret } } },
      { secrets: { TOKEN: { parameter: arn("ssm", "parameter/token") } }, secretsKmsKeyArns: [key] },
    ),
    permissions: wide
      ? choice({ Any: { actions: ["translate:*"], resources: ["*"] } })
      : choice<NonNullable<EnvironmentInput["application"]["permissions"]> | undefined>(
          undefined,
          { Orders: { use: "sqs-consume", of: arn("sqs", "orders.fifo") }, Keys: { use: "kms-decrypt", of: key } },
          { Reports: { use: "s3-write", of: `arn:${partition(region)}:s3:::reports`, prefix: "daily/" } },
          { Tables: { use: "dynamodb-read-write", of: arn("dynamodb", "table/orders") } },
          { Own: { actions: ["sns:Publish"], resources: [arn("sns", "orders-*")] } },
        ),
  });
};

const application = (agreed: Agreed): Section<"application"> => {
  const uri = choice(
    `${registry(agreed)}/app:1.2.3`,
    `${registry(agreed)}/team/app@sha256:${"0123456789abcdef".repeat(4)}`,
  );
  const parameter = { name: "/prod/app/image", repository: `${registry(agreed)}/team/app` };
  const elsewhere = fc.oneof(
    fc.record({ uri, ownedBy: anyOwner }),
    ...imagesOverNat({ ...agreed, nat: hasNat(agreed), image: `${registry(agreed)}/quay/team/app:1` }).map((options) =>
      fc.constant(options),
    ),
    fc.record({ parameter: fc.constant(parameter), ownedBy: anyOwner }),
  );
  const built = fc.record({
    build: fc.record({
      context: maybe(fc.constant("container")),
      dockerfile: maybe(fc.constant("Dockerfile")),
      arguments: maybe(anyVariables),
      login: maybe(pick("docker-config" as const, "token-variable" as const)),
    }),
  });
  return fc
    .record({
      image: agreed.backend?.type === "hcp" ? elsewhere : fc.oneof(elsewhere, built),
      size: agreed.fargate
        ? pick([256, 512], [256, 2048], [512, 3072], [4096, 30720], [8192, 20480], [16384, 122880], [32768, 249856])
        : pick([128, 128], [256, 512], [1000, 1500]),
      containerPort: within(51, 65535),
      healthCheckPath: maybe(pick("/", "/health/live")),
      ...anyProcess,
      access: access(agreed),
      beside: anyBeside(agreed),
      entryPoint: maybe(fc.array(anyText, { minLength: 1, maxLength: 2 })),
      command: maybe(fc.array(anyText, { minLength: 1, maxLength: 4 })),
      ulimits: maybe(
        fc.record({
          nofile: maybe(pick({ soft: 1024, hard: 65536 }, { soft: 0, hard: 0 })),
          nproc: agreed.fargate ? fc.constant(undefined) : maybe(fc.constant({ soft: 100, hard: 200 })),
        }),
      ),
      healthCheckCommand: maybe(
        fc.oneof(
          fc.constant("none" as const),
          fc.array(anyText, { minLength: 1, maxLength: 3 }).map((texts) => ["CMD", "true", ...texts]),
          anyText.map((text) => ["CMD-SHELL", `exit 0 ${text}`]),
        ),
      ),
      dataLoadCommand:
        useOf(agreed, "database") === "none"
          ? fc.constant(undefined)
          : maybe(fc.array(anyText, { minLength: 1, maxLength: 4 })),
      environment: maybe(anyVariables),
      targetCpuPercent: within(10, 90),
      ...anyScaling(agreed.tasks.minimum, agreed.tasks.maximum),
      stopTimeoutSeconds: within(2, 120),
      deployment: anyDeployment,
      target: anyTarget(["HTTP1"]),
      executeCommand: flag,
      // The smallest class has just enough for twelve tasks beside the workloads.
      databasePoolSize:
        useOf(agreed, "database") === "none"
          ? fc.constant(undefined)
          : agreed.databaseClass === "db.t4g.micro"
            ? fc.constant(1)
            : within(1, 10),
    })
    .map(({ access: { permissions, secrets }, beside, size: [cpu, memoryMib], environment, target, ...options }) => ({
      ...options,
      ...secrets,
      ...beside,
      route: { ...beside.route, ...target },
      permissions,
      environment: {
        ...environment,
        ...("build" in options.image &&
          !regionsWithKnownDatabaseAuthority.includes(agreed.region) && {
            DATABASE_CA_FILE: "certificates/bundle.pem",
          }),
        ...(agreed.published && { BROWSER_API_KEY: "published" }),
      },
      cpu,
      memoryMib,
      minimumTasks: agreed.tasks.minimum,
      maximumTasks: agreed.tasks.maximum,
    }));
};

const albListeners = ({ account, mutualTls, region }: Agreed) =>
  fc.subarray(
    [
      // Mutual TLS is of all listeners.
      ...(mutualTls ? [] : [{ port: 80 }, { port: 8080 }]),
      { port: 443, certificateArn: certificateArn(region, account) },
      { port: 8443, certificateArn: certificateArn(region, account) },
    ],
    { minLength: 1 },
  );

/** Where every listener speaks HTTPS, and the NLB may check it by TCP. */
const usesMutualTls = (agreed: Agreed, listeners: readonly { certificateArn?: string }[] | undefined): boolean =>
  agreed.mutualTls && agreed.ipSync && (listeners?.every((one) => "certificateArn" in one) ?? false);

const caBundle = "config/examples/mutual-tls/consumers-ca.pem";
type MutualTlsInput = NonNullable<NonNullable<EnvironmentInput["compute"]>["loadBalancer"]>["mutualTls"];
const verifyingMutualTls = choice<MutualTlsInput>(
  { mode: "verify", caBundle },
  { mode: "verify", caBundle, revocationLists: ["config/examples/mutual-tls/revoked.pem"] },
  {
    mode: "verify",
    existingCaBundle: { bucket: "consumers-ca", key: "ca/bundle.pem", version: "3HL4kqtJlcpXroDTDmjVBH40Nr" },
  },
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
      ec2: fc.record({
        targetCapacityPercent: within(1, 100),
        rootVolumeGib: within(30, 16384),
        amiVersion: maybe(pick("2023.0.20251108", "2023.1.20260414")),
      }),
      fargate: maybe(fc.record({ spotSharePercent: within(0, 100), keepInstances: flag })),
      loadBalancer: fc.record({
        mutualTls: !usesMutualTls(agreed, listeners)
          ? fc.constant(undefined)
          : agreed.verifiesClients
            ? verifyingMutualTls
            : fc.constant<MutualTlsInput>({ mode: "passthrough" }),
        webAclArn: fc.constant(agreed.existingWebAcl ? webAclArn(agreed.region, agreed.account) : undefined),
        idleTimeoutSeconds: within(1, 4000),
        deregistrationDelaySeconds: within(0, 3600),
        accessLogRetentionDays: within(1, 3650),
      }),
      keepImages: within(5, 1000),
    })
    .map(({ machines: { cpuArchitecture, instanceType }, ec2, fargate, loadBalancer, keepImages }) => ({
      launchType: agreed.fargate ? ("FARGATE" as const) : undefined,
      cpuArchitecture,
      ...(agreed.fargate && { fargate }),
      ...((!agreed.fargate || fargate?.keepInstances) && {
        // One task an instance is what every type can hold; a deployment, the data load, a job, a worker and a service come on top.
        ec2: {
          ...ec2,
          instanceType,
          minimumInstances: agreed.instances,
          maximumInstances: Math.max(9, agreed.tasks.maximum + Math.ceil(agreed.tasks.maximum / 4) + 7),
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
    `${arn}:iam::777788889999:role/app`,
    `${arn}:iam::777788889999:user/somebody`,
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
        ...(tls && agreed.ipSync && !agreed.newerProtocols && !usesMutualTls(agreed, behind)
          ? { certificateArn: certificateArn(agreed.region, agreed.account) }
          : {}),
      })),
    { minLength: 1, maxLength: 4, selector: ({ port }) => port },
  );

/** What tells a consumer of a name from others: a header, or the subject of a verified certificate. */
const requestLimits = (name: string, verified: boolean) =>
  fc
    .record({
      requestsPerFiveMinutes: fc.oneof(fc.constant(10), fc.integer({ min: 10, max: 2_000_000_000 })),
      action: maybe(pick("block" as const, "count" as const)),
      bySubject: fc.boolean(),
    })
    .map(({ bySubject, ...limits }) => ({
      ...limits,
      ...(bySubject && verified
        ? { certificateSubject: `CN=${name},O="Example & Co"` }
        : { header: { name: "x-consumer", value: name } }),
    }));

/** Consumers by name, no two of which have an account in common. */
const serviceConsumers = (agreed: Agreed, index: number, verified: boolean): fc.Arbitrary<Consumers> => {
  const arn = `arn:${partition(agreed.region)}:iam`;
  const one = (account: string, cidrs: readonly string[], dnsLabel: string) =>
    fc
      .record({
        principals: fc.subarray([`${arn}::${account}:root`, `${arn}::${account}:role/app`], { minLength: 1 }),
        cidrs: maybe(fc.subarray([...cidrs])),
        availabilityZoneIds: maybe(fc.subarray(zonesOf(agreed.region).slice(0, agreed.zones), { minLength: 1 })),
        acceptedEndpointIds: maybe(fc.boolean().map((one) => (one ? [`vpce-${index}${account}abcd`] : []))),
        automatic: maybe(fc.record({ automatically: fc.constant(true), atMostEndpoints: within(1, 100) })),
        expectConnected: flag,
        expiry: pick(undefined, { rejectAfterExpiry: undefined }, { rejectAfterExpiry: true }),
        dnsLabel: pick(undefined, dnsLabel),
        contact: maybe(pick("platform@acme.example", "Büro 4711 (team a)")),
        costCentre: maybe(pick("platform@acme.example", "Büro 4711 (team a)")),
        limits: agreed.existingWebAcl ? fc.constant(undefined) : maybe(requestLimits(dnsLabel, verified)),
      })
      .map(({ acceptedEndpointIds, automatic, cidrs: ranges, expiry, ...options }) => ({
        ...options,
        cidrs: ranges,
        until: expiry && "2027-03-31",
        ...(agreed.acceptanceRequired !== false && {
          acceptedEndpointIds,
          accept: automatic || expiry ? { ...automatic, ...expiry } : undefined,
        }),
      }));
  return fc
    .tuple(
      one("555566667777", ["10.40.0.0/16", "10.41.0.0/16"], "acme"),
      one("666677778888", ["172.30.0.0/24"], "other"),
      fc.boolean(),
    )
    .map(
      ([acme, other, both]): Consumers =>
        both ? { acme: { ...acme, sharesPrincipalsWith: ["other-2"] }, "other-2": other } : { acme },
    );
};

const architecture = maybe(pick("arm64" as const, "x86_64" as const));

/** How the function that follows the ALB's addresses works. */
const anySync = fc.record({
  maximumUnconfirmedRuns: within(1, 60),
  maximumDeregistrationSharePercent: within(1, 100),
  minimumHealthyTargets: within(0, 100),
  watch: flag,
  dryRun: flag,
  quickTrigger: flag,
  insideVpc: flag,
  reserveConcurrency: flag,
  architecture,
});

const privatelink = (agreed: Agreed, behind: AlbListeners, index: number): Section<"privatelink"> =>
  fc
    .record({
      listeners: maybe(nlbListeners(agreed, behind)),
      clients: choice(
        { enforced: "off" as const, cidrs: undefined },
        { enforced: "on" as const, cidrs: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] },
      ),
      crossZoneLoadBalancing: flag,
      tcpIdleTimeoutSeconds: within(60, 350),
      longIdleTimeoutSeconds: within(351, 6000),
      closedRegions: fc.boolean(),
      deregistrationDelaySeconds: within(0, 3600),
      proxyProtocolV2: maybe(fc.constant(false)),
      healthCheck: pick("default", "TCP", "written"),
      allowedPrincipals: maybe(fc.subarray(principalsOf(agreed.region))),
      acceptedEndpointIds: maybe(fc.subarray([`vpce-${index}123456789abcdef0`, `vpce-${index}fedcba987654321f`])),
      consumers: maybe(serviceConsumers(agreed, index, usesMutualTls(agreed, behind) && agreed.verifiesClients)),
      consumerConnections: fc.record({ sweepMinutes: within(1, 60), dryRun: flag, architecture }),
      privateDns: pick(undefined, { publicZoneId: "Z0123456789ABC" }, { acknowledgeExternalTxtRecord: reason }),
      contributorInsights: flag,
      connectionEvents: maybe(fc.subarray(["Connect", "Accept", "Reject", "Delete"] as const)),
      sync: maybe(anySync),
    })
    .map(({ clients, closedRegions, longIdleTimeoutSeconds, ...chosen }) => {
      const {
        consumerConnections,
        consumers,
        deregistrationDelaySeconds,
        healthCheck,
        listeners,
        proxyProtocolV2,
        sync,
        ...options
      } = chosen;
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
        tcpIdleTimeoutSeconds: !hasTcp
          ? undefined
          : agreed.elsewhere
            ? 350
            : clients.enforced === "on"
              ? (longIdleTimeoutSeconds ?? options.tcpIdleTimeoutSeconds)
              : options.tcpIdleTimeoutSeconds,
        deletionProtection: guard(agreed, true),
        targetGroup: {
          proxyProtocolV2,
          deregistrationDelaySeconds: agreed.ipSync ? deregistrationDelaySeconds : undefined,
          healthCheckProtocol:
            healthCheck === "written" && !usesMutualTls(agreed, behind)
              ? oneProtocol
              : usesMutualTls(agreed, behind) || (healthCheck === "TCP" && agreed.ipSync)
                ? ("TCP" as const)
                : undefined,
        },
        allowedPrincipals: principals,
        acceptanceRequired: agreed.acceptanceRequired,
        acceptedEndpointIds: agreed.acceptanceRequired === false ? undefined : options.acceptedEndpointIds,
        consumerConnections: isWatched(consumers) ? consumerConnections : undefined,
        consumers: consumers && asFarAsUsed(consumers, clients.enforced, options.privateDns !== undefined),
        privateDns: options.privateDns && { name: "app.example.com", ...options.privateDns },
        supportedRegions: agreed.elsewhere ? [neighbours[agreed.region]] : closedRegions ? [] : undefined,
        sync: agreed.ipSync ? sync : undefined,
      };
    });

const ofCreated = <Value>(agreed: Agreed, part: "database" | "fileSystem", value: fc.Arbitrary<Value>) =>
  useOf(agreed, part) === "create" ? value : fc.constant(undefined);

/** Whether a consumer needs the function. */
const isWatched = (consumers: Consumers = {}): boolean =>
  Object.values(consumers).some(
    ({ accept, expectConnected, until }) => accept?.automatically || expectConnected || until !== undefined,
  );

/** Without what has no effect. */
const asFarAsUsed = (consumers: Consumers, enforced: "on" | "off", named: boolean) =>
  Object.fromEntries(
    Object.entries(consumers).map(([name, { cidrs, dnsLabel, ...consumer }]) => [
      name,
      { ...consumer, cidrs: enforced === "on" ? cidrs : undefined, dnsLabel: named ? dnsLabel : undefined },
    ]),
  );

const observability = (agreed: Agreed): Section<"observability"> =>
  fc.record({
    logRetentionDays: maybe(pick(1 as const, 90 as const, 3653 as const)),
    alarmEmails: fc.constant(agreed.alarmEmails),
    runbookUrl: maybe(pick("https://wiki.example.com/alarms", "https://example.com:8443/a/b.md")),
    dashboard: flag,
    thresholds: maybe(
      fc.record({
        alb5xxPercent: maybe(fc.integer({ min: 0, max: 200 }).map((halves) => halves / 2)),
        latencyP99Milliseconds: within(1, 60000),
        databaseCpuPercent: ofCreated(agreed, "database", within(1, 100)),
        databaseFreeStorageGib: isAurora(agreed)
          ? fc.constant(undefined)
          : ofCreated(agreed, "database", within(0, 19)),
        databaseCapacityPercent: isAurora(agreed)
          ? ofCreated(agreed, "database", within(1, 100))
          : fc.constant(undefined),
        databaseConnections: ofCreated(agreed, "database", within(1, 5000)),
        portAllocationErrors: within(1, 1000),
        blockedFlows: within(1, 1000),
        resetPackets: within(1, 100000),
        fileSystemIoPercent: ofCreated(agreed, "fileSystem", within(1, 100)),
      }),
    ),
  });

/** Exceptions that these choices need, and no others. */
function acknowledge(agreed: Agreed): NonNullable<EnvironmentInput["acknowledge"]> {
  const alone =
    agreed.tasks.minimum < 2 ||
    (!agreed.fargate && agreed.instances < 2) ||
    (agreed.natGateways === "single" && !agreed.existingVpc);
  const allCreated = (["database", "fileSystem", "staticAssets"] as const).every(
    (part) => useOf(agreed, part) === "create",
  );
  return {
    ...(agreed.production && !allCreated && agreed.dataRemoval ? { dataRemoval: reason } : {}),
    ...(agreed.production && agreed.multiAz === false && useOf(agreed, "database") === "create"
      ? { singleAzDatabase: reason }
      : {}),
    ...(agreed.production && agreed.protection === "none" ? { unprotectedDeletion: reason } : {}),
    ...(agreed.production && alone ? { singlePointOfFailure: reason } : {}),
    ...(agreed.production && !agreed.alarmEmails?.length ? { noAlarmRecipient: reason } : {}),
    ...(agreed.wide ? { wideTaskPermission: reason } : {}),
    ...(agreed.published ? { secretInVariable: reason } : {}),
    ...(agreed.everybody && agreed.acceptanceRequired === false ? { anyPrincipal: reason } : {}),
  };
}

/** Whether a listener of the NLB without certificate leads to one of the ALB without. */
function sendsClearText(
  behind: AlbListeners,
  listeners: NonNullable<EnvironmentInput["privatelink"]["listeners"]> | undefined,
): boolean {
  const clear = new Set(behind.filter((listener) => !("certificateArn" in listener)).map(({ port }) => port));
  const leading: NonNullable<typeof listeners> = listeners ?? behind.map(({ port }) => ({ port }));
  return leading.some(
    ({ albListenerPort, certificateArn, port }) => certificateArn === undefined && clear.has(albListenerPort ?? port),
  );
}

/** Each environment makes and deletes its own bucket. */
const ownBucket = (backend: EnvironmentInput["backend"], index: number): EnvironmentInput["backend"] =>
  backend?.s3?.bucket ? { ...backend, s3: { bucket: `${backend.s3.bucket}-${index}` } } : backend;

/** A valid environment; `index` keeps its network and account apart from the others'. */
export const anyEnvironment = (index: number): fc.Arbitrary<EnvironmentInput> =>
  agreement.chain((chosen) => {
    const backend = ownBucket(chosen.backend, index);
    const agreed: Agreed = { ...chosen, backend, account: `11112222333${index}` };
    return maybe(albListeners(agreed)).chain((listeners) => {
      const beside = {
        ...agreed,
        image: `${registry(agreed)}/beside:1`,
        nat: hasNat(agreed),
        usable: (["database", "fileSystem", "staticAssets"] as const).filter((part) => useOf(agreed, part) !== "none"),
        listener: listeners?.[0] ?? { port: 80 },
      };
      return fc
        .record({
          project: maybe(anyProject),
          named: fc.boolean(),
          overlapping: fc.boolean(),
          tagging: anyTagging,
          iam: iam(agreed),
          raised: fc.boolean(),
          network: network(agreed, index),
          data: data(agreed),
          application: application(agreed),
          services: anyServices(beside),
          workers: anyWorkers(beside),
          jobs: anyJobs(beside),
          compute: compute(agreed, listeners),
          privatelink: privatelink(agreed, listeners ?? [{ port: 80 }], index),
          observability: agreed.alarmEmails ? observability(agreed) : maybe(observability(agreed)),
        })
        .map(({ named, overlapping, raised, tagging, ...sections }) => ({
          ...sections,
          ...tagging,
          stage: agreed.production ? ("production" as const) : ("development" as const),
          region: agreed.region,
          accountId: named || needsAccount(agreed.backend) ? agreed.account : undefined,
          backend:
            agreed.backend?.type === "hcp" || agreed.backend?.type === "local"
              ? agreed.backend
              : { ...agreed.backend, s3: { ...agreed.backend?.s3, forceDestroy: guard(agreed, false) } },
          acknowledge: {
            ...acknowledge(agreed),
            ...(agreed.production && sendsClearText(listeners ?? [{ port: 80 }], sections.privatelink?.listeners)
              ? { plaintext: reason }
              : {}),
            ...(overlapping ? { overlappingNetwork: reason } : {}),
            ...(raised ? { raisedQuota: reason } : {}),
            ...(Object.values(sections.privatelink?.consumers ?? {}).some(({ limits }) => limits?.header)
              ? { forgeableLimits: reason }
              : {}),
            sharedNamePrefix: reason,
          },
        }));
    });
  });
