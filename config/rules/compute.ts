import { hasInstances } from "../derive";
import { architectureOf, instanceSize } from "../instance-types";
import type { Path } from "../problem";
import { partition } from "../regions";
import type { Environment } from "../schema";
import { workloads } from "../workloads";
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

/** Sizes of a Fargate task: CPU units → memory from, to and step, in MiB. */
const fargateSizes: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [gib / 2, 2 * gib, gib],
  512: [gib, 4 * gib, gib],
  1024: [2 * gib, 8 * gib, gib],
  2048: [4 * gib, 16 * gib, gib],
  4096: [8 * gib, 30 * gib, gib],
  8192: [16 * gib, 60 * gib, 4 * gib],
  16384: [32 * gib, 120 * gib, 8 * gib],
};

const taskSize = 'Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", task size';

/** CPU and memory of the application's tasks and of each workload's, and where they stand in the file. */
const sizes = (
  environment: Environment,
): { path: Path; size: Pick<Environment["application"], "cpu" | "memoryMib"> }[] => [
  { path: ["application"], size: environment.application },
  ...workloads(environment).map(({ options, path }) => ({ path, size: options })),
];

/** Fargate runs tasks of certain sizes only. */
export const fargateRunsTasksOfThisSize: EnvironmentRule = (environment) =>
  environment.compute.launchType === "FARGATE"
    ? sizes(environment).flatMap(({ path, size }) => fargateSizeFindings(path, size))
    : [];

function fargateSizeFindings(
  section: Path,
  { cpu, memoryMib }: Pick<Environment["application"], "cpu" | "memoryMib">,
): Finding[] {
  const memory = fargateSizes[cpu];
  if (!memory) {
    const allowed = `with launchType FARGATE: ${Object.keys(fargateSizes).join(", ")}`;
    const next =
      Object.keys(fargateSizes)
        .map(Number)
        .find((size) => size > cpu) ?? 16384;
    return [{ path: [...section, "cpu"], allowed, fix: `write ${next}`, source: taskSize }];
  }
  const [from, to, step] = memory;
  // The smallest task alone takes half a GiB.
  const steps = memoryMib === from || memoryMib % step === 0;
  if (memoryMib >= from && memoryMib <= to && steps) return [];
  const nearest = Math.min(to, Math.max(from, Math.ceil(memoryMib / step) * step));
  return [
    {
      path: [...section, "memoryMib"],
      allowed: `with launchType FARGATE and cpu ${cpu}: ${from} to ${to} MiB in steps of ${step}`,
      fix: `write ${nearest}, or change ${section.join(".")}.cpu`,
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
  const { application, compute } = environment;
  const size = compute.launchType === "EC2" ? instanceSize(compute.ec2.instanceType) : undefined;
  if (!size) return [];
  const { instanceType, maximumInstances } = compute.ec2;
  const cpuUnits = size.vcpus * 1024;
  const memoryMib = usableMemory(size.memoryMib);
  const tooLarge = (
    section: Path,
    option: "cpu" | "memoryMib",
    value: number,
    room: number,
    source: string,
  ): Finding[] =>
    value <= room
      ? []
      : [
          {
            path: [...section, option],
            allowed: `at most ${room}, the share of a task on a ${instanceType}`,
            fix: "lower it, or choose a larger compute.ec2.instanceType",
            source,
          },
        ];
  const findings = sizes(environment).flatMap(({ path, size: { cpu, memoryMib: memory } }) => [
    ...tooLarge(path, "cpu", cpu, cpuUnits, 'Amazon ECS Developer Guide, "Task definition parameters", task size'),
    ...tooLarge(
      path,
      "memoryMib",
      memory,
      memoryMib,
      'Amazon ECS Developer Guide, "Reserving Amazon ECS Linux container instance memory"',
    ),
  ]);
  if (findings.length > 0) return findings;

  const each = (task: { readonly cpu: number; readonly memoryMib: number }) =>
    Math.min(Math.floor(cpuUnits / task.cpu), Math.floor(memoryMib / task.memoryMib), size.networkInterfaces - 1);
  const { dataLoad, deployment } = tasksOnTop(application.maximumTasks);
  const tasks = application.maximumTasks + deployment + dataLoad;
  const others = workloads(environment);
  const placed = others.map(({ kind, maximumTasks, options }) => ({
    options,
    tasks: kind === "job" ? maximumTasks : maximumTasks + tasksOnTop(maximumTasks).deployment,
  }));
  // Shares of instances, since tasks of several sizes share them.
  const share = placed.reduce((sum, one) => sum + one.tasks / each(one.options), tasks / each(application));
  const instances = Math.ceil(Number(share.toFixed(6)));
  if (instances <= maximumInstances) return [];
  const beside = placed.reduce((sum, one) => sum + one.tasks, 0);
  return [
    {
      path: ["compute", "ec2", "maximumInstances"],
      given: `${maximumInstances} instances with ${each(application)} tasks each, for up to ${application.maximumTasks} tasks, ${deployment} more during a deployment and the data load${beside > 0 ? `, and ${beside} of other workloads` : ""}`,
      allowed: `at least ${instances} for this many tasks`,
      fix: `raise it to ${instances}, choose a larger instanceType, or lower application.maximumTasks`,
      source: 'Amazon ECS Developer Guide, "Increasing Amazon ECS Linux container instance network interfaces"',
    },
  ];
};

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
      fix: `choose another type, e.g. ${compute.cpuArchitecture === "ARM64" ? "t4g.medium" : "t3.medium"}, or set cpuArchitecture to ${architecture}`,
      source: 'Amazon EC2 Instance Types, "Naming conventions"',
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
