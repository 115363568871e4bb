import type { EnvironmentInput } from "../../../config/schema";
import { type Block, type StackJson, synthesizeEnvironment } from "../../synth";

/** Resources and data sources of a stack by address, with what each refers to. */
function references(stack: StackJson): Map<string, string[]> {
  const blocks = [
    ...Object.entries(stack.resource).map(([type, named]) => ["", type, named] as const),
    ...Object.entries(stack.data).map(([type, named]) => ["data.", type, named] as const),
  ].flatMap(([prefix, type, named]) =>
    Object.entries(named).map(([name, block]): [string, Block] => [`${prefix}${type}.${name}`, block]),
  );
  const addresses = new Set(blocks.map(([address]) => address));
  return new Map(
    blocks.map(([address, block]) => {
      const named = JSON.stringify(block).matchAll(/(?:data\.)?aws_\w+\.[\w-]+/g);
      return [address, [...named].map(([found]) => found).filter((found) => addresses.has(found))];
    }),
  );
}

/** What Terraform creates before a resource, and destroys after it. */
function outlives(stack: StackJson, type: string): Set<string> {
  const graph = references(stack);
  const found = new Set<string>();
  const visit = (address: string) => {
    for (const next of graph.get(address) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  for (const address of graph.keys()) if (address.startsWith(`${type}.`)) visit(address);
  return found;
}

const addressesOf = (stack: StackJson, type: string, is: (block: Block) => boolean) =>
  Object.entries(stack.resource[type] ?? {}).flatMap(([name, block]) => (is(block) ? [`${type}.${name}`] : []));

const environments: Readonly<Record<string, Partial<EnvironmentInput>>> = {
  "EC2 with NAT": {},
  "EC2 without NAT": { network: { cidr: "10.20.0.0/16", natGateways: "none" } },
  Fargate: { compute: { launchType: "FARGATE" } },
  "Fargate that keeps its instances": { compute: { launchType: "FARGATE", fargate: { keepInstances: true } } },
};

describe.each(Object.entries(environments))("destroy, %s", (_name, overrides) => {
  const stack = synthesizeEnvironment(overrides)("compute");
  const afterService = outlives(stack, "aws_ecs_service");
  const ofGroup = (part: string) => (block: Block) => String(block.security_group_id).includes(part);
  const ofRole = (part: string) => (block: Block) => String(block.role).includes(part);

  test("the service's tasks keep every connection and permission until they have stopped", () => {
    const needed = [
      ...addressesOf(stack, "aws_vpc_security_group_egress_rule", ofGroup(".tasks-security-group")),
      ...addressesOf(stack, "aws_vpc_security_group_ingress_rule", ofGroup(".tasks-security-group")),
      ...addressesOf(stack, "aws_vpc_security_group_ingress_rule", ({ referenced_security_group_id: client }) =>
        String(client).includes(".tasks-security-group"),
      ),
      ...addressesOf(stack, "aws_iam_role_policy", ofRole("application-task")),
    ];
    expect(needed.length).toBeGreaterThanOrEqual(8);
    expect(needed.filter((address) => !afterService.has(address))).toEqual([]);
  });

  const instances = Object.keys(stack.resource.aws_autoscaling_group ?? {}).length > 0;
  (instances ? test : test.skip)("the instances keep theirs until the last of them is gone", () => {
    const needed = [
      ...addressesOf(stack, "aws_vpc_security_group_egress_rule", ofGroup("ec2-capacity")),
      ...addressesOf(stack, "aws_iam_role_policy_attachment", ofRole("ec2-capacity")),
    ];
    expect(needed.length).toBeGreaterThanOrEqual(4);
    const afterInstances = outlives(stack, "aws_autoscaling_group");
    expect(needed.filter((address) => !afterInstances.has(address))).toEqual([]);
    expect(needed.filter((address) => !afterService.has(address))).toEqual([]);
  });
});
