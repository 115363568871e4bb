import { ConfigurationError, type Problem } from "../config/problem";
import type { Configuration, Environment } from "../config/schema";
import { describe } from "../paths/evaluation/flow";
import type { Stacks } from "../paths/model/stacks";
import { type Proof, prove } from "../paths/prove";

/**
 * Refuses Terraform JSON in which a path that the pattern needs is closed.
 *
 * @param stacks JSON of the configuration's stacks, by id
 * @throws ConfigurationError that names the path and the hop that closes it
 */
export function refuseBrokenPaths(stacks: Stacks, { consumers, environments }: Configuration): void {
  const problems = environments.flatMap((environment) => {
    const linked = consumers.filter(({ service }) => service.environment === environment.name);
    const { proofs } = prove(stacks, environment, linked, "must pass");
    return proofs.flatMap((proof) => (proof.outcome === "refuted" ? problem(proof, environment) : []));
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function problem({ expectation, flows }: Proof, environment: Environment): Problem {
  const first = flows.find(({ outcome }) => outcome === "refuted");
  const hop = first?.trace.hops.at(-1);
  return {
    file: `config/environments/${environment.name}.yaml`,
    path: "",
    given: `a configuration in which this is not so: ${expectation.title}${first ? `; ${describe(first.flow)}: ${hop?.text}` : ""}`,
    allowed: "one in which every path that the pattern needs is open",
    fix: `look at the hops with npx ecs-privatelink paths --env ${environment.name}`,
  };
}
