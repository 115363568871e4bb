import { closest } from "../closest";
import { hasNat } from "../derive";
import { ecrRegistry, parseEcrImage } from "../ecr";
import type { Environment } from "../schema";
import { noHealthCheck } from "../schema/container";
import { applicationContainer } from "../schema/sidecar";
import { type TaskOwner, taskOwners } from "../tasks";
import type { EnvironmentRule, Finding } from "./rule";

const definition = 'Amazon ECS API Reference, "ContainerDefinition"';
const dependency = 'Amazon ECS API Reference, "ContainerDependency"';

const sidecarsOf = ({ options }: TaskOwner) => Object.entries(options.sidecars);

/** Place of an option of a sidecar in the file. */
const placesOf =
  ({ path }: TaskOwner) =>
  (name: string, ...option: (string | number)[]) => [...path, "sidecars", name, ...option];

/** Findings about the tasks of the application, and about those of each workload beside it. */
const ofEachTask = (environment: Environment, rule: (owner: TaskOwner) => readonly Finding[]): Finding[] =>
  taskOwners(environment).flatMap(rule);

/** ECS takes ten containers in a task, and each name once. */
export const sidecarsAreFewAndNamedApart: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) => {
    const at = placesOf(owner);
    const sidecars = sidecarsOf(owner);
    const taken = sidecars.flatMap(([name]): Finding[] =>
      name === applicationContainer
        ? [
            {
              path: at(name),
              given: name,
              allowed: `names other than ${applicationContainer}, which is the task's own container`,
              fix: "choose another name",
            },
          ]
        : [],
    );
    if (sidecars.length < 10) return taken;
    return [
      ...taken,
      {
        path: [...owner.path, "sidecars"],
        given: `${sidecars.length} sidecars`,
        allowed: "at most 9, since a task has ten containers at most",
        fix: "keep 9",
        source: 'Amazon ECS Developer Guide, "Amazon ECS service quotas", containers per task definition',
      },
    ];
  });

/** What sidecars reserve is taken from the application. */
export const sidecarsLeaveRoomForTheApplication: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) =>
    (["cpu", "memoryMib"] as const).flatMap((option): Finding[] => {
      const section = owner.path.join(".");
      const total = sidecarsOf(owner).reduce((sum, [, sidecar]) => sum + (sidecar[option] ?? 0), 0);
      const size = owner.options[option];
      if (total < size) return [];
      return [
        {
          path: [...owner.path, "sidecars"],
          given: `${total} ${option === "cpu" ? "CPU units" : "MiB of memory"} in all`,
          allowed: `less than ${section}.${option}, which is ${size} for the whole task`,
          fix: `lower ${option} of the sidecars, or raise ${section}.${option}`,
          source: 'Amazon ECS Developer Guide, "Task definition parameters", task size',
        },
      ];
    }),
  );

/** A container's name as it should have been; the application's is always app. */
const rightName = (given: string, names: readonly string[]): string => {
  const meant =
    closest(given, names) ?? (names.length === 1 || /^(application|main|web)$/.test(given) ? names[0] : undefined);
  return meant === undefined ? "correct the name" : `write ${meant}`;
};

/** Containers that wait for each other would never start. */
export const sidecarsStartInOrder: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) => {
    const at = placesOf(owner);
    const sidecars = sidecarsOf(owner);
    const names = [applicationContainer, ...sidecars.map(([name]) => name)];
    const before = new Map(sidecars.map(([name, { startsBefore }]) => [name, startsBefore]));
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (before.get(from) ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
    return sidecars.flatMap(([name, { condition, essential, healthCheckCommand, startsBefore }]): Finding[] => [
      ...startsBefore.flatMap((other, index): Finding[] => {
        if (names.includes(other) && other !== name && !reaches(other, name)) return [];
        return [
          {
            path: at(name, "startsBefore", index),
            allowed: `other containers of the task (${names.filter((each) => each !== name).join(", ")}) that do not start before it themselves`,
            fix: names.includes(other)
              ? "remove one of the two, so that the order has a beginning"
              : rightName(
                  other,
                  names.filter((each) => each !== name),
                ),
            source: dependency,
          },
        ];
      }),
      ...(condition === "HEALTHY" && healthCheckCommand === noHealthCheck
        ? [
            {
              path: at(name, "condition"),
              allowed: "HEALTHY only with healthCheckCommand",
              fix: "add healthCheckCommand, or write START",
              source: dependency,
            },
          ]
        : []),
      ...(condition === "SUCCESS" && essential
        ? [
            {
              path: at(name, "condition"),
              allowed: "SUCCESS only with essential: false: the end of an essential container ends the task",
              fix: "add essential: false",
              source: dependency,
            },
          ]
        : []),
    ]);
  });

/** Containers of a task share one network interface; requests go to a port that one of them has. */
export const portsOfATaskAreUnique: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) => {
    const at = placesOf(owner);
    const sidecars = sidecarsOf(owner);
    const { application } = environment;
    const to = owner.options === application ? application.route.to : undefined;
    const holders = new Map(owner.containerPort === undefined ? [] : [[owner.containerPort, applicationContainer]]);
    const repeated = sidecars.flatMap(([name, { ports }]) =>
      ports.flatMap((port, index): Finding[] => {
        const holder = holders.get(port);
        holders.set(port, holder ?? name);
        if (holder === undefined) return [];
        return [
          {
            path: at(name, "ports", index),
            allowed: `ports other than ${port}, which ${holder} has in the same task`,
            fix: "let one of the two listen on another port",
            source: 'Amazon ECS Developer Guide, "Amazon ECS task networking options", awsvpc',
          },
        ];
      }),
    );
    if (to === undefined || holders.get(to.port) === to.container) return repeated;
    return [
      ...repeated,
      {
        path: ["application", "route", "to"],
        given: `port ${to.port} of ${to.container}`,
        allowed: `a container and a port of it: ${[...holders].map(([port, name]) => `${name} ${port}`).join(", ")}`,
        fix: `correct it, or add the port to ports of the sidecar`,
        source: 'Amazon ECS API Reference, "LoadBalancer"',
      },
    ];
  });

/** Without NAT the private subnets reach AWS services alone, so that no other registry can be pulled from. */
export const sidecarImagesAreReachableWithoutNat: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) => {
    if (hasNat(environment)) return [];
    const at = placesOf(owner);
    const { region } = environment;
    return sidecarsOf(owner).flatMap(([name, { image }]): Finding[] => {
      const ecr = parseEcrImage(image);
      if (ecr && image.startsWith(`${ecrRegistry(ecr.account, region)}/`)) return [];
      return [
        {
          path: at(name, "image"),
          allowed: `without NAT: an image in Amazon ECR of ${region}, by its host ${ecrRegistry("<account>", region)}`,
          fix: "copy the image into a repository of ECR, or choose NAT gateways",
          source: 'Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"',
        },
      ];
    });
  });

/** A task has one log router. */
export const tasksHaveOneLogRouter: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) => {
    const at = placesOf(owner);
    const [first, ...others] = sidecarsOf(owner).filter(([, { logRouter }]) => logRouter);
    return others.map(([name]) => ({
      path: at(name, "logRouter"),
      allowed: `one log router in a task, which is ${first?.[0]}`,
      fix: "remove one of the two",
      source: 'Amazon ECS Developer Guide, "Send Amazon ECS logs to an AWS service or AWS Partner", FireLens',
    }));
  });

/** A variable is a plain text or a secret; ECS refuses what is both. */
export const sidecarVariablesAreApart: EnvironmentRule = (environment) =>
  ofEachTask(environment, (owner) =>
    sidecarsOf(owner).flatMap(([name, { environment: variables, secrets }]) =>
      Object.keys(secrets).flatMap((variable): Finding[] =>
        variable in variables
          ? [
              {
                path: placesOf(owner)(name, "secrets", variable),
                allowed: "names that environment of the sidecar does not have",
                fix: "remove it here, or there",
                source: definition,
              },
            ]
          : [],
      ),
    ),
  );
