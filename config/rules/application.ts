import { connectionLimit } from "../database-connections";
import { creates, uses } from "../derive";
import type { Path } from "../problem";
import { partition, regionsWithKnownDatabaseAuthority } from "../regions";
import type { Environment } from "../schema";
import { noHealthCheck } from "../schema/container";
import { executeCommandFolders, fileSystemFolder } from "../task-folders";
import { taskOwners } from "../tasks";
import { services, workers, workloads } from "../workloads";
import type { EnvironmentRule, Finding } from "./rule";

const checks = ["CMD", "CMD-SHELL"];

/** ECS takes the command as Docker does: how it is run, then what. */
export const healthCheckCommandIsRunnable: EnvironmentRule = (environment) => [
  ...commandFindings(["application", "healthCheckCommand"], environment.application.healthCheckCommand),
  ...[...services(environment), ...workers(environment)].flatMap(({ options, path }) =>
    commandFindings([...path, "healthCheckCommand"], options.healthCheckCommand),
  ),
  ...taskOwners(environment).flatMap(({ options, path }) =>
    Object.entries(options.sidecars).flatMap(([name, { healthCheckCommand }]) =>
      commandFindings([...path, "sidecars", name, "healthCheckCommand"], healthCheckCommand),
    ),
  ),
];

function commandFindings(path: Path, command: Environment["application"]["healthCheckCommand"]): Finding[] {
  if (command === noHealthCheck) return [];
  const [how = "", ...words] = command;
  const allowed = "CMD and the words of a command, or CMD-SHELL and one line for the shell";
  const source = 'Amazon ECS API Reference, "HealthCheck"';
  if (!checks.includes(how)) {
    const fix = `put CMD in front: ${JSON.stringify(["CMD", how, ...words])}`;
    return [{ path, allowed, fix: how === "" ? "write CMD, then the command" : fix, source }];
  }
  if (words[0]?.trim()) {
    if (how === "CMD" || words.length === 1) return [];
    return [{ path, allowed, fix: `join the words: ${JSON.stringify([how, words.join(" ")])}`, source }];
  }
  return [{ path, allowed, fix: `add the command, e.g. ${JSON.stringify([how, "node health-check.mjs"])}`, source }];
}

/** What this project itself writes into a task definition, in bytes, and some to spare. */
const ownBytes = 8 * 1024;
const taskDefinitionBytes = 64 * 1024;

type Sidecar = Environment["application"]["sidecars"][string];

/** What a container brings into a task definition and has no other limit. */
interface ContainerTexts {
  /** Its section of the file. */
  readonly path: Path;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Environment["application"]["secrets"];
  readonly others: readonly unknown[];
}

const bytesOf = ({ environment, others, secrets }: ContainerTexts): number => {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const references = Object.entries(secrets).map(([name, { jsonKey, parameter, secretsManager }]) => ({
    name,
    valueFrom: [parameter ?? secretsManager, jsonKey].join(":"),
  }));
  return Buffer.byteLength(JSON.stringify([variables, references, ...others]));
};

const textsOfSidecars = (path: Path, sidecars: Readonly<Record<string, Sidecar>>): ContainerTexts[] =>
  Object.entries(sidecars).map(([name, sidecar]) => ({
    path: [...path, "sidecars", name],
    environment: sidecar.environment,
    secrets: sidecar.secrets,
    others: [sidecar.entryPoint, sidecar.command, sidecar.healthCheckCommand, sidecar.logRouter?.options],
  }));

/** ECS takes task definitions of at most 64 KiB, with all containers of the task: variables, secrets and commands. */
export const taskDefinitionIsSmallEnough: EnvironmentRule = (environment) => {
  const { application } = environment;
  const { command, dataLoadCommand, entryPoint, healthCheckCommand } = application;
  return [
    {
      path: ["application"],
      options: application,
      others: [entryPoint, command, healthCheckCommand, dataLoadCommand],
    },
    ...workloads(environment).map(({ options, path }) => ({
      path,
      options,
      others: [options.entryPoint, options.command],
    })),
  ].flatMap(({ options, others, path }) => {
    const all = [
      { path, environment: options.environment, secrets: options.secrets, others },
      ...textsOfSidecars(path, options.sidecars),
    ].map((container) => ({ path: container.path, bytes: bytesOf(container) }));
    const bytes = all.reduce((sum, container) => sum + container.bytes, 0);
    const room = taskDefinitionBytes - ownBytes;
    const [largest] = all.toSorted((one, other) => other.bytes - one.bytes);
    if (bytes <= room || largest === undefined) return [];
    return {
      path: [...largest.path, "environment"],
      given: `${bytes} bytes, with the names, the secrets and the commands of all containers of the task`,
      allowed: `at most ${room} bytes, since a task definition has at most ${taskDefinitionBytes}`,
      fix: "keep large values in S3, Parameter Store or the image, and name the place here",
      source: 'Amazon ECS Developer Guide, "Amazon ECS service quotas", task definition size',
    };
  });
};

/** For people, monitoring and the data load. */
const spareConnections = 10;

/** All tasks may open all their connections at once, and a deployment doubles the tasks for a while. */
export const databaseTakesAllConnections: EnvironmentRule = (environment) => {
  const { application, data } = environment;
  if (!creates(environment, "database")) return [];
  const limit = connectionLimit(data.database);
  if (!limit) return [];
  const { connections } = limit;
  const { databasePoolSize, maximumTasks } = application;
  const ofWorkloads = workloads(environment)
    .filter(({ options }) => options.uses.includes("database"))
    .reduce((sum, { maximumTasksDeploying, options }) => sum + maximumTasksDeploying * options.databasePoolSize, 0);
  const others = spareConnections + ofWorkloads;
  const needed = 2 * maximumTasks * databasePoolSize + others;
  if (needed <= connections) return [];
  const enough = Math.floor((connections - others) / (2 * maximumTasks));
  const tasks = Math.floor((connections - others) / (2 * databasePoolSize));
  const lowerTasks = tasks >= 1 ? `, application.maximumTasks to ${tasks}` : "";
  return [
    {
      path: ["application", "databasePoolSize"],
      given: `${databasePoolSize} connections for each of up to ${2 * maximumTasks} tasks during a deployment, and ${others} others`,
      allowed: `at most about ${connections} connections in all, the limit of ${limit.of}`,
      fix: `${enough >= 1 ? `lower it to ${enough}${lowerTasks}` : `lower application.maximumTasks`}, or ${limit.raise}`,
      source: limit.source,
    },
  ];
};

/** Where the sample application is, with its own certificates. */
const sampleContext = "container";

/**
 * Each Region's databases have a certificate authority of their own, and the sample application trusts those that it
 * knows and no others.
 */
export const databaseAuthorityIsKnown: EnvironmentRule = ({ application, data, region }) => {
  if (!uses({ data }, "database")) return [];
  const { build } = application.image;
  if (build?.context !== sampleContext || regionsWithKnownDatabaseAuthority.includes(region)) return [];
  if (application.environment.DATABASE_CA_FILE) return [];
  const host = partition(region) === "aws-us-gov" ? "truststore.pki.us-gov-west-1.rds" : "truststore.pki.rds";
  const bundle = `${region}-bundle.pem`;
  return [
    {
      path: ["application", "environment", "DATABASE_CA_FILE"],
      allowed: `in ${region}: the file of the image with the certificate authorities of Amazon RDS, which the sample application lacks for this Region`,
      fix: `download https://${host}.amazonaws.com/${region}/${bundle} into ${sampleContext}/certificates, and set it to certificates/${bundle}`,
      source: 'Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance or cluster"',
    },
  ];
};

const containers = 'Amazon ECS API Reference, "ContainerDefinition"';

/** Fargate sets all limits but one itself, and a soft limit above the hard one is no limit. */
export const ulimitsAreThoseOfTheHost: EnvironmentRule = (environment) =>
  taskOwners(environment).flatMap(({ launchType, options, path }) =>
    [
      ...(options === environment.application ? [{ path, ulimits: environment.application.ulimits }] : []),
      ...Object.entries(options.sidecars).map(([name, { ulimits }]) => ({
        path: [...path, "sidecars", name],
        ulimits,
      })),
    ].flatMap(({ path: container, ulimits }) => ulimitFindings([...container, "ulimits"], ulimits, launchType)),
  );

const ulimitFindings = (
  section: Path,
  ulimits: Environment["application"]["ulimits"],
  launchType: Environment["compute"]["launchType"],
): Finding[] =>
  Object.entries(ulimits).flatMap(([name, limit]): Finding[] => {
    if (!limit) return [];
    const { hard, soft } = limit;
    const path = [...section, name];
    if (soft > hard) {
      return [
        {
          path: [...path, "soft"],
          allowed: `at most hard, which is ${hard}`,
          fix: "lower it, or raise hard",
          source: containers,
        },
      ];
    }
    if (launchType === "EC2" || name === "nofile") return [];
    return [
      {
        path,
        allowed: "with launchType FARGATE: nofile alone",
        fix: "remove it, or choose launchType EC2",
        source: 'Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", resource limits',
      },
    ];
  });

const below = (folder: string, other: string) => `${folder}/`.startsWith(`${other}/`);

/** A container with folders in memory, and what else is mounted in it. */
interface FoldersInMemory {
  /** Place of the container's options in the file. */
  readonly path: Path;
  readonly writableFolders: Environment["application"]["writableFolders"];
  readonly mounted: readonly string[];
  /** Of the container, in MiB. */
  readonly memoryMib: number;
}

/** A folder in memory hides what is mounted there, and what a container writes into memory is taken from its own. */
export const writableFoldersStandApart: EnvironmentRule = (environment) => {
  const { executeCommand, readOnlyRootFilesystem } = environment.application;
  const ofAgent = executeCommand && readOnlyRootFilesystem ? Object.values(executeCommandFolders) : [];
  return taskOwners(environment)
    .flatMap(({ mountsFileSystem, options, path }): FoldersInMemory[] => {
      const sidecars = Object.entries(options.sidecars);
      const mounted = [
        ...(mountsFileSystem ? [fileSystemFolder] : []),
        ...sidecars.flatMap(([, { sharedFolders }]) => sharedFolders),
        ...(options === environment.application ? ofAgent : []),
      ];
      return [
        { ...options, path, mounted },
        ...sidecars.map(([name, sidecar]) => ({
          ...sidecar,
          path: [...path, "sidecars", name],
          mounted: sidecar.sharedFolders,
        })),
      ];
    })
    .flatMap(foldersFindings);
};

function foldersFindings({ memoryMib, mounted, path, writableFolders }: FoldersInMemory): Finding[] {
  const folders = Object.entries(writableFolders);
  const total = folders.reduce((sum, [, sizeMib]) => sum + sizeMib, 0);
  const nested = folders.flatMap(([folder], index): Finding[] => {
    const others = [...mounted, ...folders.slice(0, index).map(([other]) => other)];
    const taken = others.find((other) => below(folder, other) || below(other, folder));
    if (taken === undefined) return [];
    return [
      {
        path: [...path, "writableFolders", folder],
        given: folder,
        allowed: `folders that neither hold nor are in ${taken}, which is mounted already`,
        fix: "choose another folder, or remove it",
        source: containers,
      },
    ];
  });
  if (nested.length > 0 || total < memoryMib) return nested;
  const memory = `${path.join(".")}.memoryMib`;
  return [
    {
      path: [...path, "writableFolders"],
      given: `${total} MiB in all`,
      allowed: `less than ${memory}, which is ${memoryMib}: the folders are in the container's memory`,
      fix: `lower the sizes, or raise ${memory}`,
      source: 'Amazon ECS API Reference, "Tmpfs"',
    },
  ];
}
