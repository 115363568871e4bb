import { hasInstances } from "../derive";
import { architectureOf, instanceSize, sizeExists } from "../instance-types";
import type { Path } from "../problem";
import { partition } from "../regions";
import type { Environment } from "../schema";
import { launchTypeOf, workloads } from "../workloads";
import type { EnvironmentRule, Finding } from "./rule";

const lowestFirst = (
  section: readonly string[],
  [minimum, maximum]: readonly [string, string],
  limits: readonly [number, number],
) =>
  limits[0] <= limits[1]
    ? []
    : [
        {
          path: [...section, minimum],
          allowed: `at most ${maximum}, which is ${limits[1]}`,
          fix: `lower it, or raise ${maximum}`,
        },
      ];

/** The lower bound of tasks is at most the upper one. */
export const taskLimitsAreInOrder: EnvironmentRule = ({ application }) =>
  lowestFirst(["application"], ["minimumTasks", "maximumTasks"], [application.minimumTasks, application.maximumTasks]);

/** The lower bound of instances is at most the upper one. */
export const instanceLimitsAreInOrder: EnvironmentRule = ({ compute }) =>
  hasInstances(compute)
    ? lowestFirst(
        ["compute", "ec2"],
        ["minimumInstances", "maximumInstances"],
        [compute.ec2.minimumInstances, compute.ec2.maximumInstances],
      )
    : [];

const gib = 1024;

const from = (first: number, last: number, step: number) =>
  Array.from({ length: (last - first) / step + 1 }, (_, index) => (first + index * step) * gib);

/** Sizes of a Fargate task: CPU units → memory, in MiB. */
const fargateSizes: Readonly<Record<number, readonly number[]>> = {
  256: [gib / 2, gib, 2 * gib],
  512: from(1, 4, 1),
  1024: from(2, 8, 1),
  2048: from(4, 16, 1),
  4096: from(8, 30, 1),
  8192: from(16, 60, 4),
  16384: from(32, 120, 8),
  32768: [60 * gib, 120 * gib, 244 * gib],
};

type TaskSize = Pick<Environment["application"], "cpu" | "memoryMib">;

const taskSize = 'Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", task size';

/** CPU and memory of the application's tasks and of each workload's, where these run, and where they stand in the file. */
const sizes = (environment: Environment, launchType: Environment["compute"]["launchType"]) =>
  [
    { path: ["application"], size: environment.application, placed: environment.compute.launchType },
    ...workloads(environment).map((each) => ({
      path: each.path,
      size: each.options,
      placed: launchTypeOf(environment, each),
    })),
  ].filter(({ placed }) => placed === launchType);

/** Fargate runs tasks of certain sizes only. */
export const fargateRunsTasksOfThisSize: EnvironmentRule = (environment) =>
  sizes(environment, "FARGATE").flatMap(({ path, size }) => fargateSizeFindings(path, size));

function fargateSizeFindings(section: Path, { cpu, memoryMib }: TaskSize): Finding[] {
  const memory = fargateSizes[cpu];
  if (!memory) {
    const all = Object.keys(fargateSizes).map(Number);
    const next = all.find((size) => size > cpu) ?? all.at(-1);
    return [
      {
        path: [...section, "cpu"],
        allowed: `with launchType FARGATE: ${all.join(", ")}`,
        fix: `write ${next}`,
        source: taskSize,
      },
    ];
  }
  if (memory.includes(memoryMib)) return [];
  const [first = 0, second = 0] = memory;
  const last = memory.at(-1) ?? 0;
  const inWords =
    memory.length > 3 ? `${first} to ${last} MiB in steps of ${second - first}` : `${memory.join(", ")} MiB`;
  return [
    {
      path: [...section, "memoryMib"],
      allowed: `with launchType FARGATE and cpu ${cpu}: ${inWords}`,
      fix: `write ${memory.find((size) => size > memoryMib) ?? last}, or change ${section.join(".")}.cpu`,
      source: taskSize,
    },
  ];
}

/** The kernel, the system's services and the ECS agent keep some of an instance's memory. */
const usableMemory = (memoryMib: number): number => Math.floor(memoryMib * 0.97) - 160;

/** Tasks that have to fit beside those that run: a deployment starts new ones before it stops old ones, and data is loaded. */
function tasksOnTop(maximumTasks: number): { deployment: number; dataLoad: number } {
  return { deployment: Math.max(1, Math.ceil(maximumTasks / 4)), dataLoad: 1 };
}

/**
 * A task that no instance can hold remains pending for ever, and with it the deployment that it belongs to. Each takes CPU,
 * memory and, with network mode awsvpc, one network interface beside the instance's own (an account with ENI trunking has
 * more; as upper bound that costs nothing). A deployment at the maximum replaces at least a quarter of the tasks at a time.
 */
export const instancesHoldTheTasks: EnvironmentRule = (environment) => {
  const { compute } = environment;
  const size = instanceSize(compute.ec2.instanceType);
  if (!size || sizes(environment, "EC2").length === 0) return [];
  const room = { cpu: size.vcpus * 1024, memoryMib: usableMemory(size.memoryMib) };
  const findings = sizes(environment, "EC2").flatMap(({ path, size: { cpu, memoryMib } }) => [
    ...tooLarge(environment, [...path, "cpu"], cpu, room.cpu, definitionParameters),
    ...tooLarge(environment, [...path, "memoryMib"], memoryMib, room.memoryMib, memoryReservation),
  ]);
  if (findings.length > 0) return findings;
  const each = ({ cpu, memoryMib }: TaskSize) =>
    Math.min(Math.floor(room.cpu / cpu), Math.floor(room.memoryMib / memoryMib), size.networkInterfaces - 1);
  return tooMany(environment, each);
};

const definitionParameters = 'Amazon ECS Developer Guide, "Task definition parameters", task size';
const memoryReservation = 'Amazon ECS Developer Guide, "Reserving Amazon ECS Linux container instance memory"';

function tooLarge({ compute }: Environment, path: Path, value: number, room: number, source: string): Finding[] {
  if (value <= room) return [];
  const allowed = `at most ${room}, the share of a task on a ${compute.ec2.instanceType}`;
  return [{ path, allowed, fix: "lower it, or choose a larger compute.ec2.instanceType", source }];
}

/** @param each tasks of a size that an instance holds */
function tooMany(environment: Environment, each: (size: TaskSize) => number): Finding[] {
  const { application, compute } = environment;
  const { maximumInstances } = compute.ec2;
  const onInstances = compute.launchType === "EC2";
  const { dataLoad, deployment } = tasksOnTop(application.maximumTasks);
  const tasks = application.maximumTasks + deployment + dataLoad;
  const placed = workloads(environment)
    .filter((other) => launchTypeOf(environment, other) === "EC2")
    .map(({ kind, maximumTasks, options }) => ({
      options,
      tasks: kind === "job" ? maximumTasks : maximumTasks + tasksOnTop(maximumTasks).deployment,
    }));
  // Shares of instances, since tasks of several sizes share them.
  const ofTheApplication = onInstances ? tasks / each(application) : 0;
  const share = placed.reduce((sum, one) => sum + one.tasks / each(one.options), ofTheApplication);
  const instances = Math.ceil(Number(share.toFixed(6)));
  if (instances <= maximumInstances) return [];
  const beside = placed.reduce((sum, one) => sum + one.tasks, 0);
  const given = `with ${each(application)} tasks each, for up to ${application.maximumTasks} tasks, ${deployment} more during a deployment and the data load${beside > 0 ? `, and ${beside} of other workloads` : ""}`;
  return [
    {
      path: ["compute", "ec2", "maximumInstances"],
      given: `${maximumInstances} instances ${onInstances ? given : `for up to ${beside} tasks of workloads`}`,
      allowed: `at least ${instances} for this many tasks`,
      fix: `raise it to ${instances}, choose a larger instanceType, or lower ${onInstances ? "application.maximumTasks" : "the workloads' maximum"}`,
      source: 'Amazon ECS Developer Guide, "Increasing Amazon ECS Linux container instance network interfaces"',
    },
  ];
}

/** A small type of a current generation. */
const currentType = (architecture: Environment["compute"]["cpuArchitecture"]) =>
  architecture === "ARM64" ? "t4g.medium" : "t3.medium";

/** An image of one architecture does not start on the other. */
export const instancesHaveTheArchitecture: EnvironmentRule = ({ compute }) => {
  if (!hasInstances(compute)) return [];
  const architecture = architectureOf(compute.ec2.instanceType);
  if (architecture === compute.cpuArchitecture) return [];
  return [
    {
      path: ["compute", "ec2", "instanceType"],
      given: `${compute.ec2.instanceType}, which is ${architecture}`,
      allowed: `a type of compute.cpuArchitecture ${compute.cpuArchitecture}`,
      fix: `choose another type, e.g. ${currentType(compute.cpuArchitecture)}, or set cpuArchitecture to ${architecture}`,
      source: 'Amazon EC2 Instance Types, "Naming conventions"',
    },
  ];
};

/**
 * Whether Amazon Linux 2023 starts: not on the first Graviton, instances of paravirtual AMIs alone, and Macs.
 * Source of the first: Amazon Linux 2023 User Guide, "CPU requirements for running AL2023".
 */
const startsTheAmi = (type: string): boolean => !/^(a1|c1|m1|m2|t1|mac.*)$/.test(type.split(".")[0] ?? "");

/** An instance that does not start never joins the cluster, and the tasks remain pending. */
export const instancesStartTheAmi: EnvironmentRule = ({ compute }) => {
  const { cpuArchitecture, ec2 } = compute;
  if (!hasInstances(compute) || startsTheAmi(ec2.instanceType)) return [];
  return [
    {
      path: ["compute", "ec2", "instanceType"],
      allowed: "types that run Amazon Linux 2023: none of a1, c1, m1, m2, t1 and mac",
      fix: `choose a type of a current generation, e.g. ${currentType(cpuArchitecture)}`,
      source: 'Amazon Linux 2023 User Guide, "CPU requirements for running AL2023"',
    },
  ];
};

/** A launch template takes any type; only the group that starts instances finds out. */
export const instanceTypeExists: EnvironmentRule = ({ compute }) => {
  const { cpuArchitecture, ec2 } = compute;
  // The rule before has its own answer to others.
  if (!hasInstances(compute) || !startsTheAmi(ec2.instanceType) || sizeExists(ec2.instanceType)) return [];
  return [
    {
      path: ["compute", "ec2", "instanceType"],
      allowed:
        "sizes that the family has: nano to 2xlarge in t families, in others large and above, and medium with Graviton",
      fix: `choose another size, or another family, e.g. ${currentType(cpuArchitecture)}`,
      source: 'Amazon EC2 Instance Types, "Instance type specifications"',
    },
  ];
};

/** A port has one listener. */
export const listenerPortsAreUnique: EnvironmentRule = ({ compute, privatelink }) => [
  ...repeatedPorts(["compute", "loadBalancer", "listeners"], compute.loadBalancer.listeners),
  ...repeatedPorts(["privatelink", "listeners"], privatelink.listeners),
];

const repeatedPorts = (path: readonly string[], listeners: readonly { readonly port: number }[]): Finding[] =>
  listeners.flatMap(({ port }, index) =>
    listeners.findIndex((other) => other.port === port) === index
      ? []
      : { path: [...path, index, "port"], allowed: "a port that no other listener has", fix: "choose another port" },
  );

/** A load balancer takes certificates of its own Region, and ACM keeps them in the account. */
export const certificatesAreTheEnvironmentsOwn: EnvironmentRule = (environment) => [
  ...environment.compute.loadBalancer.listeners.flatMap(({ certificateArn }, index) =>
    certificateFindings(environment, ["compute", "loadBalancer", "listeners", index, "certificateArn"], certificateArn),
  ),
  ...environment.privatelink.listeners.flatMap(({ certificateArn }, index) =>
    certificateFindings(environment, ["privatelink", "listeners", index, "certificateArn"], certificateArn),
  ),
];

function certificateFindings(
  { accountId, region }: Environment,
  path: Finding["path"],
  arn: string | undefined,
): Finding[] {
  if (!arn) return [];
  const [, arnPartition, , arnRegion, arnAccount] = arn.split(":");
  if (arnPartition === partition(region) && arnRegion === region && (!accountId || arnAccount === accountId)) return [];
  const where = accountId ? `${region} and account ${accountId}` : region;
  return [
    {
      path,
      allowed: `a certificate in ${where}: arn:${partition(region)}:acm:${region}:${accountId ?? "<account>"}:certificate/…`,
      fix: "request or import the certificate there",
      source: 'AWS Certificate Manager User Guide, "Services integrated with ACM"',
    },
  ];
}
