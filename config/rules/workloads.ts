import { hasInstances } from "../derive";
import { partition } from "../regions";
import { createdQueue, jobs, services, workers, workloads } from "../workloads";
import { oneOrigin } from "./image";
import { albQuotas } from "./quotas";
import type { EnvironmentRule, Finding } from "./rule";

/** Where a workload's image comes from must be clear. */
export const workloadImagesHaveOneOrigin: EnvironmentRule = (environment) =>
  workloads(environment).flatMap(({ options: { image }, path }) =>
    oneOrigin(
      [...path, "image"],
      image,
      ["sameAs", "uri", "parameter"],
      "write `sameAs: application`, or uri or parameter",
    ),
  );

/** Where a worker's messages come from must be clear. */
export const queuesHaveOneOrigin: EnvironmentRule = (environment) =>
  workers(environment).flatMap(({ options: { queue }, path }) =>
    Boolean(queue.create) === Boolean(queue.arn)
      ? {
          path: [...path, "queue"],
          given: queue.arn ? "both create and arn" : "neither create nor arn",
          allowed: "exactly one of create and arn",
          fix: queue.arn ? "remove one of them" : "add `create: {}`, or the arn of a queue that exists",
        }
      : [],
  );

/** CloudWatch has the length of a queue where the queue is, and scaling reads it there; the key is the queue's. */
export const existingQueuesAreTheEnvironments: EnvironmentRule = (environment) => {
  const { accountId, region } = environment;
  return workers(environment).flatMap(({ options: { queue }, path }) =>
    (["arn", "kmsKeyArn"] as const).flatMap((option): Finding[] => {
      const [, arnPartition, service, arnRegion, account] = queue[option]?.split(":") ?? [];
      if (service === undefined) return [];
      const here = arnPartition === partition(region) && arnRegion === region && (!accountId || account === accountId);
      if (here) return [];
      return [
        {
          path: [...path, "queue", option],
          allowed: `one in ${region}${accountId ? ` and account ${accountId}` : ""}: arn:${partition(region)}:${service}:${region}:${accountId ?? "<account>"}:…`,
          fix: "let that queue's messages be forwarded to a queue here, or let one be created",
          source: 'Application Auto Scaling User Guide, "Target tracking scaling policies", CloudWatch metrics',
        },
      ];
    }),
  );
};

/** A message that becomes visible while it is worked on is worked on twice. */
export const messagesStayHiddenWhileWorkedOn: EnvironmentRule = (environment) =>
  workers(environment).flatMap(({ options, path }) => {
    const queue = createdQueue(options);
    const { secondsPerMessage } = options.scale;
    const least = Math.max(Math.ceil(secondsPerMessage) + 1, options.stopTimeoutSeconds + 1);
    if (!queue || queue.visibilitySeconds >= least) return [];
    return {
      path: [...path, "queue", "create", "visibilitySeconds"],
      allowed: `at least ${least}: more than scale.secondsPerMessage (${secondsPerMessage}) and stopTimeoutSeconds (${options.stopTimeoutSeconds}), in which a message is still worked on`,
      fix: `raise it to ${least} or more`,
      source: 'Amazon SQS Developer Guide, "Amazon SQS visibility timeout"',
    };
  });

/** The lower bound of a worker's tasks is at most the upper one. */
export const workerLimitsAreInOrder: EnvironmentRule = (environment) =>
  workers(environment).flatMap(({ options: { scale }, path }) =>
    scale.from <= scale.to
      ? []
      : {
          path: [...path, "scale", "from"],
          allowed: `at most scale.to, which is ${scale.to}`,
          fix: "lower it, or raise scale.to",
        },
  );

/** Until the first task of an empty worker runs: a datapoint of the queue, the alarm, the start of a task. */
const secondsToFirstTask = 300;

/** A latency below what a single message takes, or what the first task takes to start, cannot be kept. */
export const latencyCanBeKept: EnvironmentRule = (environment) =>
  workers(environment).flatMap(({ options: { scale }, path }) => {
    const least = Math.ceil(Math.max(scale.secondsPerMessage, scale.from === 0 ? secondsToFirstTask : 0));
    if (scale.acceptableLatencySeconds >= least) return [];
    const why = scale.from === 0 ? "until the first task runs, where scale.from is 0" : "that one message takes";
    return {
      path: [...path, "scale", "acceptableLatencySeconds"],
      allowed: `at least ${least}, the seconds ${why}`,
      fix: `raise it to ${least}${scale.from === 0 ? ", or write from: 1" : ""}`,
      source: 'Amazon EC2 Auto Scaling User Guide, "Scaling policy based on Amazon SQS"',
    };
  });

/** A sender gets the queue's address and the right to send. */
export const sendersAreKnown: EnvironmentRule = (environment) => {
  const known = ["application", ...[...services(environment), ...jobs(environment)].map(({ name }) => name)];
  return workers(environment).flatMap(({ options, path }) =>
    (createdQueue(options)?.senders ?? []).flatMap((sender, index) =>
      known.includes(sender)
        ? []
        : {
            path: [...path, "queue", "create", "senders", index],
            allowed: known.join(", "),
            fix: "name one of them; a sender outside of this file needs sqs:SendMessage on the queue and kms:GenerateDataKey on its key",
          },
    ),
  );
};

/** Tasks are placed by a capacity provider that the cluster has: that of instances is there only with instances. */
export const workloadsHaveTheirCapacity: EnvironmentRule = (environment) =>
  workloads(environment).flatMap(({ options: { launchType }, path }) =>
    launchType === "EC2" && !hasInstances(environment.compute)
      ? {
          path: [...path, "launchType"],
          allowed: "FARGATE, where the cluster has no instances",
          fix: "remove it, or set compute.fargate.keepInstances to true",
          source: 'Amazon ECS API Reference, "CreateService", capacityProviderStrategy',
        }
      : [],
  );

const ruleConditions = 'User Guide for Application Load Balancers, "Condition types for listener rules"';

/** A rule has a condition, and five values of all conditions at most. */
export const servicesAreChosenByConditions: EnvironmentRule = (environment) =>
  services(environment).flatMap(({ options: { expose }, path }) => {
    const values = expose.pathPatterns.length + expose.hostNames.length;
    if (values >= 1 && values <= 5) return [];
    return {
      path: [...path, "expose"],
      given: `${values} paths and host names`,
      allowed: "1 to 5 paths and host names together",
      fix: values === 0 ? "add pathPatterns or hostNames" : "join paths with *, or make two services of it",
      source: values === 0 ? ruleConditions : albQuotas,
    };
  });

/** Wildcards of a rule, in all its conditions. Older accounts have one more (awsdocs/elb-application-load-balancers-user-guide, pull request 32). */
const maximumWildcards = 5;

/** Each wildcard costs every request time, so AWS takes few of them. */
export const conditionsHaveFewWildcards: EnvironmentRule = (environment) =>
  services(environment).flatMap(({ options: { expose }, path }) => {
    const wildcards = [...expose.pathPatterns, ...expose.hostNames].join("").match(/[*?]/g)?.length ?? 0;
    if (wildcards <= maximumWildcards || environment.acknowledge.raisedQuota) return [];
    return [
      {
        path: [...path, "expose"],
        given: `${wildcards} wildcards`,
        allowed: `at most ${maximumWildcards} of * and ? in all paths and host names together, AWS's default quota`,
        fix: "name prefixes, e.g. /reports/*, or make two services of it; older accounts with a larger quota say so in acknowledge.raisedQuota",
        source: albQuotas,
      },
    ];
  });

/** What fits every request leaves none to the application. */
export const theApplicationGetsTheRest: EnvironmentRule = (environment) =>
  services(environment).flatMap(({ options: { expose }, path }) =>
    expose.pathPatterns.flatMap((pattern, index) =>
      /^\/\*+$/.test(pattern) && expose.hostNames.length === 0
        ? {
            path: [...path, "expose", "pathPatterns", index],
            allowed: "paths that leave some to the application, or hostNames beside it",
            fix: "name a prefix, e.g. /reports/*",
            source: ruleConditions,
          }
        : [],
    ),
  );

/** A listener refuses a second rule of the same priority. */
export const prioritiesAreUnique: EnvironmentRule = (environment) => {
  const all = services(environment);
  return all.flatMap(({ options, path }, index) => {
    const first = all.findIndex((other) => other.options.expose.priority === options.expose.priority);
    if (first === index) return [];
    return {
      path: [...path, "expose", "priority"],
      allowed: `a priority that no other service has; services.${all[first]?.name} has this one`,
      fix: "choose another number: the lowest is asked first",
      source: 'Elastic Load Balancing API Reference, "CreateRule"',
    };
  });
};

/** A service is reached on listeners that are there. */
export const servicesAreBehindListeners: EnvironmentRule = (environment) => {
  const ports = environment.compute.loadBalancer.listeners.map(({ port }) => port);
  return services(environment).flatMap(({ options, path }) =>
    (options.expose.listenerPorts ?? []).flatMap((port, index) =>
      ports.includes(port)
        ? []
        : {
            path: [...path, "expose", "listenerPorts", index],
            allowed: `ports of compute.loadBalancer.listeners: ${ports.join(", ")}`,
            fix: "name one of them, or remove the line to be on all",
          },
    ),
  );
};

/** The lower bound of a service's tasks is at most the upper one. */
export const serviceLimitsAreInOrder: EnvironmentRule = (environment) =>
  services(environment).flatMap(({ options: { maximumTasks, minimumTasks }, path }) =>
    minimumTasks <= maximumTasks
      ? []
      : {
          path: [...path, "minimumTasks"],
          allowed: `at most maximumTasks, which is ${maximumTasks}`,
          fix: "lower it, or raise maximumTasks",
        },
  );
