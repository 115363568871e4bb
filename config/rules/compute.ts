import { hasInstances } from "../derive";
import { architectureOf, instanceSize } from "../instance-types";
import { partition } from "../regions";
import type { Environment } from "../schema";
import type { EnvironmentRule, Finding } from "./rule";

/** Where the image comes from must be clear. */
export const imageHasOneOrigin: EnvironmentRule = ({ application }) => {
  const { build, uri } = application.image;
  if (Boolean(build) !== Boolean(uri)) return [];
  const given = build ? "both build and uri" : "neither build nor uri";
  const fix = build ? "remove one of them" : "add `build: {}` to build it here, or uri to run one that exists";
  return [{ path: ["application", "image"], given, allowed: "exactly one of build and uri", fix }];
};

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

/** Fargate runs tasks of certain sizes only. */
export const fargateRunsTasksOfThisSize: EnvironmentRule = ({ application, compute }) => {
  if (compute.launchType !== "FARGATE") return [];
  const { cpu, memoryMib } = application;
  const memory = fargateSizes[cpu];
  if (!memory) {
    const allowed = `with launchType FARGATE: ${Object.keys(fargateSizes).join(", ")}`;
    const next =
      Object.keys(fargateSizes)
        .map(Number)
        .find((size) => size > cpu) ?? 16384;
    return [{ path: ["application", "cpu"], allowed, fix: `write ${next}`, source: taskSize }];
  }
  const [from, to, step] = memory;
  // The smallest task alone takes half a GiB.
  const steps = memoryMib === from || memoryMib % step === 0;
  if (memoryMib >= from && memoryMib <= to && steps) return [];
  const nearest = Math.min(to, Math.max(from, Math.ceil(memoryMib / step) * step));
  return [
    {
      path: ["application", "memoryMib"],
      allowed: `with launchType FARGATE and cpu ${cpu}: ${from} to ${to} MiB in steps of ${step}`,
      fix: `write ${nearest}, or change application.cpu`,
      source: taskSize,
    },
  ];
};

/** Kernel and ECS agent keep some of an instance's memory: a tenth leaves room for both. */
const usableMemory = 0.9;

/**
 * A task that no instance can hold stays pending for ever. Each takes CPU, memory and, with network mode awsvpc, one
 * network interface beside the instance's own (an account with ENI trunking has more; as upper bound that costs nothing).
 */
export const instancesHoldTheTasks: EnvironmentRule = ({ application, compute }) => {
  const size = compute.launchType === "EC2" ? instanceSize(compute.ec2.instanceType) : undefined;
  if (!size) return [];
  const { instanceType, maximumInstances } = compute.ec2;
  const cpuUnits = size.vcpus * 1024;
  const memoryMib = Math.floor(size.memoryMib * usableMemory);
  const tooLarge = (option: "cpu" | "memoryMib", room: number, source: string): Finding[] =>
    application[option] <= room
      ? []
      : [
          {
            path: ["application", option],
            allowed: `at most ${room}, what a task gets of a ${instanceType}`,
            fix: "lower it, or choose a larger compute.ec2.instanceType",
            source,
          },
        ];
  const findings = [
    ...tooLarge("cpu", cpuUnits, 'Amazon ECS Developer Guide, "Task definition parameters", task size'),
    ...tooLarge(
      "memoryMib",
      memoryMib,
      'Amazon ECS Developer Guide, "Reserving Amazon ECS Linux container instance memory"',
    ),
  ];
  if (findings.length > 0) return findings;

  const each = Math.min(
    Math.floor(cpuUnits / application.cpu),
    Math.floor(memoryMib / application.memoryMib),
    size.networkInterfaces - 1,
  );
  const instances = Math.ceil(application.maximumTasks / each);
  if (instances <= maximumInstances) return [];
  return [
    {
      path: ["compute", "ec2", "maximumInstances"],
      given: `${maximumInstances} instances with ${each} tasks each, for up to ${application.maximumTasks} tasks`,
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
