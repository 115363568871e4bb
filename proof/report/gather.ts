import type { Configuration, Consumer, Environment } from "../../config/schema";
import type { Version } from "../../engine/version";
import type { Stacks } from "../../paths/model/stacks";
import { type EnvironmentProof, prove } from "../../paths/prove";
import { stacksInMemory } from "../../synth/synthesize";
import type { RehearsalRecord } from "../rehearse/report-file";
import { bill, type Line } from "./cost/bill";
import { type PricedOption, pricedOptions } from "./cost/choices";
import { countResources } from "./cost/counted";
import { drawArchitecture } from "./drawing/draw";
import type { Layout } from "./drawing/layout";
import { drawStacks } from "./drawing/stack-graph";
import { type RuleFact, ruleFacts } from "./facts/rules";
import { type ResourceFact, resourceFact } from "./facts/settings";
import { type StackFact, stackFacts } from "./facts/stacks";
import type { ScanRecord } from "./scan-record";

export interface EnvironmentCost {
  readonly environment: string;
  readonly lines: readonly Line[];
  readonly options: readonly PricedOption[];
}

/** Everything that a report tells. */
export interface Facts {
  readonly environment: Environment;
  readonly consumers: readonly Consumer[];
  readonly proof: EnvironmentProof;
  readonly architecture: Layout;
  /** What the architecture's boxes stand for, in their order. */
  readonly resources: readonly ResourceFact[];
  readonly stacks: readonly StackFact[];
  readonly stackGraph: Layout;
  readonly rules: readonly RuleFact[];
  readonly costs: readonly EnvironmentCost[];
  /** The latest rehearsal, if it was one of this environment. */
  readonly rehearsal?: RehearsalRecord;
  readonly scan?: ScanRecord;
  readonly made: Made;
}

/** When, and from which state of the project, a report was made. */
export interface Made extends Version {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Subject {
  readonly configuration: Configuration;
  readonly environment: Environment;
  /** Consumers that are drawn; all of them use the environment. */
  readonly consumers: readonly Consumer[];
}

/** Proves the paths of an environment from what a synth would write. */
export function proveSubject({ configuration, consumers, environment }: Subject): {
  stacks: Stacks;
  proof: EnvironmentProof;
} {
  const stacks = stacksInMemory({ environments: configuration.environments, consumers });
  return { stacks, proof: prove(stacks, environment, consumers) };
}

/** Works out everything that a report tells; reads and changes nothing outside. */
export async function gather(
  subject: Subject,
  { made, rehearsal, scan }: Pick<Facts, "made" | "rehearsal" | "scan">,
): Promise<Facts> {
  const { configuration, consumers, environment } = subject;
  const { proof, stacks } = proveSubject(subject);
  const graph = stackFacts(stacks, environment.name, proof.consumers);
  const architecture = drawArchitecture(stacks, proof);
  const stackGraph = await drawStacks(graph);
  const keys = [...new Set(architecture.boxes.flatMap(({ resource }) => resource ?? []))];
  return {
    made,
    environment,
    consumers,
    proof,
    architecture,
    stackGraph,
    resources: keys.flatMap((key) => resourceFact(stacks, proof.network, key) ?? []),
    stacks: graph,
    rules: ruleFacts(environment, configuration.consumers),
    costs: configuration.environments.map((one) => {
      const counted = countResources(stacks, one.name);
      return { environment: one.name, lines: bill(one, counted), options: pricedOptions(one, counted) };
    }),
    ...(rehearsal?.environment === environment.name && { rehearsal }),
    ...(scan && { scan }),
  };
}
