import { type App, DefaultTokenResolver, StringConcat, TerraformElement, TerraformStack, Tokenization } from "cdktf";
import { ConfigurationError, formatValue, type Problem } from "../../config/problem";
import type { Configuration, Consumer, Environment } from "../../config/schema";
import { describe } from "./evaluation/flow";
import type { Block, StackJson, Stacks } from "./model/stacks";
import { type FlowProof, type Proof, prove } from "./prove";

/** Types of resources and data sources that the network model reads. */
const modelled =
  /^aws_(vpc|subnet|route|route_table|route_table_association|internet_gateway|nat_gateway|network_acl|network_acl_rule|network_acl_association|security_group|default_security_group|vpc_security_group_(ingress|egress)_rule|vpc_endpoint|vpc_endpoint_service|lb|lb_listener|lb_target_group|lb_target_group_attachment|ecs_service|autoscaling_group|launch_template|db_instance|db_subnet_group|efs_mount_target|lambda_function|iam_policy_document)$/;

/**
 * Lets `app.synth()` refuse a configuration that breaks a path which the pattern needs: when all stacks are prepared and
 * nothing is written yet.
 *
 * @throws ConfigurationError from `app.synth()`
 */
export function provePathsBeforeWriting(app: App, configuration: Configuration): void {
  const stacks = app.node.findAll().filter(TerraformStack.isStack);
  const [first] = stacks;
  if (!first || configuration.environments.length === 0) return;
  const { synthesizer } = first;
  first.synthesizer = {
    synthesize: (session) => {
      const problems = brokenPaths(
        Object.fromEntries(stacks.map((stack) => [stack.node.id, jsonOf(stack)])),
        configuration,
      );
      if (problems.length > 0) throw new ConfigurationError(problems);
      synthesizer.synthesize(session);
    },
  };
}

/** The part of a stack's JSON that paths depend on. */
function jsonOf(stack: TerraformStack): StackJson {
  const json: Record<string, Record<string, unknown>> = { resource: {}, data: {}, output: {} };
  for (const element of stack.node.findAll()) {
    if (!TerraformElement.isTerraformElement(element)) continue;
    const type = (element as { terraformResourceType?: string }).terraformResourceType;
    if (type !== undefined && !modelled.test(type)) continue;
    const block = Tokenization.resolve(element.toTerraform(), {
      scope: stack,
      resolver: new DefaultTokenResolver(new StringConcat()),
      preparing: false,
    }) as Record<string, Record<string, Block>>;
    for (const section of ["resource", "data", "output"]) {
      for (const [name, value] of Object.entries(block[section] ?? {})) {
        const sofar = json[section] as Record<string, Block>;
        sofar[name] = section === "output" ? value : { ...sofar[name], ...value };
      }
    }
  }
  return json as unknown as StackJson;
}

/** What the configuration breaks, in the words of the configuration. */
export function brokenPaths(stacks: Stacks, { consumers, environments }: Configuration): Problem[] {
  return environments.flatMap((environment) => {
    const linked = consumers.filter(({ service }) => service.environment === environment.name);
    const { proofs } = prove(stacks, environment, linked, "must pass");
    return proofs.flatMap((proof) => (proof.outcome === "refuted" ? problem(proof, environment, linked) : []));
  });
}

const fileOf = (folder: "environments" | "consumers", { name }: Environment | Consumer) =>
  `config/${folder}/${name}.yaml`;

function problem({ expectation, flows }: Proof, environment: Environment, consumers: readonly Consumer[]): Problem {
  const refuted = flows.filter(({ outcome }) => outcome === "refuted");
  const [first] = refuted;
  const consumer = consumers.find(({ name }) => expectation.id === `consumer-${name}`);
  const known = first && consumer && consumerProblem(refuted, first, environment, consumer);
  if (known) return known;
  const hop = first?.trace.hops.at(-1);
  return {
    file: fileOf("environments", environment),
    path: "",
    given: `a configuration in which this is not so: ${expectation.title}${first ? `; ${describe(first.flow)}: ${hop?.text}` : ""}`,
    allowed: "one in which every path that the pattern needs is open",
    fix: `look at the hops with npm run paths -- --env ${environment.name}`,
  };
}

/** The mistakes that a person can make between a consumer's file and the environment's. */
function consumerProblem(
  refuted: readonly FlowProof[],
  first: FlowProof,
  environment: Environment,
  consumer: Consumer,
): Problem | undefined {
  const { origin } = first.trace.hops.at(-1) ?? {};
  if (first.trace.verdict === "open") {
    return {
      file: fileOf("consumers", consumer),
      path: "service.ports",
      given: formatValue(consumer.service.ports),
      allowed: `ports on which environment ${environment.name} listens`,
      fix: `leave service.ports out, or add a listener in ${fileOf("environments", environment)}`,
    };
  }
  if (origin?.stack !== `privatelink-service-${environment.name}`) return undefined;
  const blocks = refuted.flatMap(({ flow }) =>
    flow.kind === "PrivateLink" && "block" in flow.client ? [flow.client.block] : [],
  );
  const missing = [...new Set(blocks)].join(", ");
  return {
    file: fileOf("environments", environment),
    path: "privatelink.consumerCidrs",
    given: formatValue(environment.privatelink.consumerCidrs),
    allowed: `blocks that hold all clients of consumer ${consumer.name} (${missing}), since the NLB's security group checks their addresses`,
    fix: `add ${missing}, or set privatelink.enforceInboundRulesOnPrivateLinkTraffic to "off"`,
    source: "NLB guide, Update the security groups for your Network Load Balancer",
  };
}
