import fc from "fast-check";
import { partition, type Region } from "../../config/regions";
import type { EnvironmentInput } from "../../config/schema";
import { imagesOverNat } from "./images";
import { anyVariables, arnsOf, choice, flag, KEY, maybe, pick, within } from "./parts";
import { anySidecars } from "./sidecars";
import { anyText } from "./texts";

interface Surroundings {
  /** An image in ECR of the environment's Region. */
  readonly image: string;
  readonly fargate: boolean;
  /** Parts of the data that the environment has. */
  readonly usable: readonly ("database" | "fileSystem" | "staticAssets")[];
  readonly account: string;
  readonly nat: boolean;
  readonly region: Region;
  readonly production: boolean;
  /** One of the ALB's. */
  readonly listener: { readonly port: number; readonly certificateArn?: string };
  /** Whether services may speak newer versions than HTTP/1.1, which no NLB may end TLS of. */
  readonly newerProtocols: boolean;
}

const name = pick("nightly", "a1", "with-two-hyphens", "abcdefghijklmnopqrst");

/** Who rolls revisions out. */
export const anyOwner = maybe(pick("terraform" as const, "pipeline" as const));

/** What else than CPU scales a service, within bounds that fit each of its kind. */
export const anyScaling = (minimumTasks: number, maximumTasks: number) => ({
  targetMemoryPercent: within(10, 90),
  targetRequestsPerTask: within(1, 1000000),
  schedules: maybe(
    choice<Record<string, { schedule: string; timeZone?: string; minimumTasks: number; maximumTasks: number }>>(
      {},
      {
        morning: { schedule: "cron(0 7 ? * MON-FRI *)", timeZone: "Europe/Berlin", minimumTasks, maximumTasks },
        "at-night": { schedule: "cron(0 20 * * ? *)", minimumTasks, maximumTasks: minimumTasks },
      },
    ),
  ),
});
/** How the ALB speaks to tasks. */
export const anyTarget = (protocols: readonly ("HTTP1" | "HTTP2" | "GRPC")[]) =>
  fc.record({
    protocol: maybe(pick(...protocols)),
    tls: flag,
    stickinessSeconds: within(1, 604800),
    slowStartSeconds: within(30, 900),
  });

/** Listeners that lead to a service; newer protocols than HTTP/1.1 need one with a certificate. */
const reachedBy = ({ listener: { certificateArn, port }, newerProtocols }: Surroundings) =>
  fc.oneof(
    fc.record({ listenerPorts: maybe(choice<number[]>([port])), route: maybe(anyTarget(["HTTP1"])) }),
    fc.record({
      listenerPorts: choice<number[]>([port]),
      route: maybe(anyTarget(certificateArn && newerProtocols ? ["HTTP2", "GRPC"] : ["HTTP1"])),
    }),
  );

/** What rolls a deployment back. */
export const anyDeployment = maybe(
  fc.record({
    strategy: maybe(fc.constant("rolling" as const)),
    rollbackAlarms: maybe(
      fc.record({
        server5xxPercent: maybe(pick(0.1, 5, 100)),
        latencyP99Milliseconds: within(1, 4000000),
        alarmNames: maybe(fc.subarray(["checkout errors", "team/slow-answers"])),
      }),
    ),
  }),
);

/** What a pipeline writes of an image. */
const parameterOf = (image: string) => ({ name: "/prod/reports/image", repository: image.replace(/[:@][^/]*$/, "") });

/** The image of a workload that is a service of ECS. */
const anyServiceImage = (surroundings: Surroundings) => {
  const { image } = surroundings;
  return maybe(
    fc.oneof(
      ...imagesOverNat(surroundings).map((options) => fc.constant(options)),
      fc.record({ sameAs: fc.constant("application" as const), ownedBy: anyOwner }),
      fc.record({ uri: fc.constant(image), ownedBy: anyOwner }),
      fc.record({ parameter: fc.constant(parameterOf(image)), ownedBy: anyOwner }),
    ),
  );
};

/** Secrets and permissions of a workload. */
const anyAccess = (surroundings: Surroundings) => {
  const { region } = surroundings;
  const arn = arnsOf(surroundings);
  const secretsManager = arn("secretsmanager", "secret:team/key-AbCdEf");
  return choice<
    Pick<
      NonNullable<EnvironmentInput["jobs"]>[string],
      "permissions" | "secrets" | "secretsKmsKeyArns" | "secretsVersion"
    >
  >(
    {},
    {
      secrets: { STRIPE_KEY: { secretsManager, jsonKey: "key" }, TOKEN: { parameter: "/team/token" } },
      secretsVersion: 4,
      secretsKmsKeyArns: [arn("kms", KEY)],
    },
    {
      permissions: {
        Send: { use: "s3-read", of: `arn:${partition(region)}:s3:::orders`, prefix: "daily/" },
        Own: { actions: ["sns:Publish"], resources: [arn("sns", "orders-*")] },
      },
    },
    { permissions: { Table: { use: "dynamodb-read", of: arn("dynamodb", "table/orders") } } },
  );
};

interface Placement {
  readonly launchType?: "EC2" | "FARGATE";
  readonly cpu?: number;
  readonly memoryMib?: number;
}

/** Where the tasks run, and their size: the smallest, of which any instance holds one more. */
const anyPlacement = (fargate: boolean): fc.Arbitrary<Placement> => {
  const onFargate = { cpu: fc.constant(256), memoryMib: pick<(number | undefined)[]>(undefined, 512, 1024) };
  return fargate
    ? fc.record({ launchType: maybe(fc.constant("FARGATE" as const)), ...onFargate })
    : fc.oneof(
        fc.record({
          launchType: maybe(fc.constant("EC2" as const)),
          cpu: pick<(number | undefined)[]>(undefined, 128, 256),
          memoryMib: pick<(number | undefined)[]>(128, 300),
        }),
        fc.record({ launchType: fc.constant("FARGATE" as const), ...onFargate }),
      );
};

const anyWorkload = ({ fargate, image, usable, ...others }: Surroundings) => ({
  access: anyAccess({ fargate, image, usable, ...others }),
  image: maybe(
    choice<NonNullable<NonNullable<EnvironmentInput["jobs"]>[string]["image"]>>(
      { sameAs: "application" },
      { uri: image },
      { parameter: parameterOf(image) },
      ...imagesOverNat({ image, ...others }),
    ),
  ),
  // Fargate has fewer options of containers.
  placement: anyPlacement(fargate).chain((placement) =>
    anySidecars({ fargate: fargate || placement.launchType === "FARGATE", image, ...others }).map((sidecars) => ({
      ...placement,
      sidecars,
    })),
  ),
  environment: maybe(anyVariables),
  user: maybe(pick("1000:1000", "0", "node")),
  readOnlyRootFilesystem: flag,
  writableFolders: maybe(fc.constant({ "/tmp/cache": 16 })),
  entryPoint: maybe(fc.array(anyText, { minLength: 1, maxLength: 2 })),
  stopTimeoutSeconds: within(2, 120),
  uses: maybe(fc.subarray([...usable])),
  databasePoolSize: within(1, 2),
});

const anyCommand = fc.array(anyText, { minLength: 1, maxLength: 3 });

/** None, or one of a name, which is enough to meet all else. */
const named = <Options>(options: fc.Arbitrary<Options>) => maybe(fc.dictionary(name, options, { maxKeys: 1 }));

/** As a person writes it: a pool size only has a meaning with a database. */
const meaningful = <
  Options extends { access: object; placement: Placement; uses?: readonly string[]; databasePoolSize?: number },
>({
  access,
  databasePoolSize,
  placement,
  ...options
}: Options) => ({
  ...options,
  ...access,
  ...placement,
  databasePoolSize: options.uses?.includes("database") ? databasePoolSize : undefined,
});

export const anyJobs = (surroundings: Surroundings): fc.Arbitrary<EnvironmentInput["jobs"]> =>
  named(
    fc
      .record({
        ...anyWorkload(surroundings),
        command: anyCommand,
        planned: pick(
          undefined,
          { schedule: "rate(1 hour)", retries: 2 },
          { schedule: "cron(0 3 * * ? *)", timeZone: "Europe/Berlin" },
          { schedule: "cron(0/15 8-18 ? * MON-FRI *)", retries: 0 },
        ),
        timeoutMinutes: within(1, 60),
      })
      .map(({ planned, ...options }) => meaningful({ ...options, ...planned })),
  );

const anyQueue = (surroundings: Surroundings) =>
  fc.oneof(
    fc.record({
      create: fc.record({
        visibilitySeconds: pick(121, 600, 43200),
        maximumReceives: within(1, 1000),
        retentionDays: within(1, 13),
        fifo: flag,
        senders: maybe(pick<string[][]>([], ["application"])),
      }),
    }),
    pick("orders", "orders.fifo").map((queue) => ({
      arn: arnsOf(surroundings)("sqs", queue),
      kmsKeyArn: queue.endsWith("fifo") ? arnsOf(surroundings)("kms", KEY) : undefined,
    })),
  );

const schedules = {
  evening: { schedule: "cron(0 18 ? * 2-6 *)", timeZone: "Asia/Tokyo", minimumTasks: 0, maximumTasks: 1 },
};

export const anyWorkers = (surroundings: Surroundings): fc.Arbitrary<EnvironmentInput["workers"]> =>
  named(
    fc
      .record({
        ...anyWorkload(surroundings),
        command: maybe(anyCommand),
        image: anyServiceImage(surroundings),
        healthCheckCommand: maybe(choice<"none" | string[]>("none", ["CMD", "true"])),
        queue: anyQueue(surroundings),
        scale: pick(
          { secondsPerMessage: 0.25, to: 1, schedules },
          { from: 0, to: 1, secondsPerMessage: 20, acceptableLatencySeconds: 300 },
          { from: 1, to: 1, secondsPerMessage: 120, acceptableLatencySeconds: 86400 },
        ),
      })
      .map(meaningful),
  );

export const anyServices = (surroundings: Surroundings): fc.Arbitrary<EnvironmentInput["services"]> =>
  named(
    fc
      .record({
        ...anyWorkload(surroundings),
        command: maybe(anyCommand),
        image: anyServiceImage(surroundings),
        deployment: anyDeployment,
        healthCheckCommand: maybe(choice<"none" | string[]>("none", ["CMD-SHELL", "exit 0"])),
        containerPort: maybe(pick(8080, 3000)),
        healthCheckPath: pick("/", "/reports/health"),
        expose: fc.record({
          priority: fc.integer({ min: 1, max: 50000 }),
          conditions: choice<{ pathPatterns?: string[]; hostNames?: string[] }>(
            { pathPatterns: ["/reports/*", "/r?"] },
            { hostNames: ["reports.example.com", "*.reports.example.com"] },
            { pathPatterns: ["/*"], hostNames: ["reports.example.com"] },
          ),
        }),
        reached: reachedBy(surroundings),
        maximumTasks: fc.constant(surroundings.production ? 2 : 1),
        targetCpuPercent: within(10, 90),
        ...anyScaling(surroundings.production ? 2 : 1, surroundings.production ? 2 : 1),
      })
      .map(({ expose: { conditions, ...expose }, reached: { listenerPorts, route }, ...options }) =>
        meaningful({
          ...options,
          minimumTasks: surroundings.production ? undefined : 1,
          expose: { ...expose, ...conditions, listenerPorts },
          route,
        }),
      ),
  );
