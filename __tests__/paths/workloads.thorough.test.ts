import type { Block, Stacks } from "../../paths/model/stacks";
import { firstUnproven } from "../../paths/prove";
import { environmentOf, synthesize } from "../synth";
import { mutations } from "./mutations";

const environment = environmentOf({
  network: { cidr: "10.20.0.0/16", natGateways: "none", availabilityZoneCount: 2 },
  compute: { ec2: { maximumInstances: 20 } },
  services: {
    reports: {
      healthCheckPath: "/r",
      expose: { priority: 1, pathPatterns: ["/r"] },
      uses: ["database"],
      maximumTasks: 2,
    },
  },
  workers: {
    orders: { queue: { create: {} }, scale: { secondsPerMessage: 1, to: 2 }, uses: ["fileSystem"] },
  },
  jobs: { nightly: { command: ["report"], uses: ["database", "staticAssets"] }, export: { command: ["export"] } },
});
const { stacks }: { stacks: Stacks } = synthesize({ environments: [environment], consumers: [] });

test("services, workers and jobs reach what they use, and nothing else", () => {
  expect(firstUnproven(stacks, environment, [])).toBeUndefined();
});

test.each(["EC2", "FARGATE"] as const)(
  "they do beside an application on %s as well, each on its own kind of capacity",
  (launchType) => {
    const { services, workers, ...others } = environment;
    const [{ reports }, { orders }] = [services, workers];
    if (!reports || !orders) throw new Error("the workloads have other names");
    const mixed = {
      ...others,
      compute: { ...environment.compute, launchType, fargate: { spotSharePercent: 0, keepInstances: true } },
      services: { reports: { ...reports, launchType: "FARGATE" as const } },
      workers: { orders: { ...orders, launchType: "EC2" as const } },
    };
    const synthesized = synthesize({ environments: [mixed], consumers: [] }).stacks as Stacks;
    expect(firstUnproven(synthesized, mixed, [])).toBeUndefined();
  },
);

test("every rule of theirs that is removed or widened is noticed", () => {
  const ofWorkloads = mutations(stacks).filter(({ address }) => /\.(service|worker|job)-\w+_/.test(address));
  expect(ofWorkloads.length).toBeGreaterThan(20);
  const survivors = ofWorkloads.filter((mutation) => firstUnproven(mutation.apply(), environment, []) === undefined);
  expect(survivors.map(({ address, change }) => `${change} ${address}`)).toEqual([]);
});

/** A pair of rules as that of one workload, for another one. */
function alsoFor(other: string, like: string): Stacks {
  const compute = stacks["compute-test"] as { resource: Record<string, Record<string, Block>> };
  const added = (type: string) =>
    Object.fromEntries(
      Object.entries(compute.resource[type] ?? {}).flatMap(([name, block]) =>
        name.startsWith(`${like}_task_to-`)
          ? [[`another-${name}`, JSON.parse(JSON.stringify(block).replaceAll(groupOf(like), groupOf(other)))]]
          : [],
      ),
    );
  const types = ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"];
  const resource = {
    ...compute.resource,
    ...Object.fromEntries(types.map((type) => [type, { ...compute.resource[type], ...added(type) }])),
  };
  return { ...stacks, "compute-test": { ...compute, resource } };
}

const groupOf = (workload: string): string => {
  const names = Object.keys(stacks["compute-test"]?.resource?.aws_security_group ?? {});
  return `aws_security_group.${names.find((name) => name.startsWith(`${workload}_task_security-group_`))}.`;
};

test.each([
  ["a job that uses nothing reaches the database", "job-export", "job-nightly"],
  ["a worker that uses files reaches the database", "worker-orders", "service-reports"],
  ["a service that uses the database reaches the file system", "service-reports", "worker-orders"],
])("it is noticed when %s", (_what, other, like) => {
  expect(firstUnproven(alsoFor(other, like), environment, [])?.kind).toBe("must not pass");
});
