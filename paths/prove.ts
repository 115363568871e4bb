import type { Consumer, Environment } from "../config/schema";
import { environmentStackIds, stackId } from "../config/stack-ids";
import { evaluate } from "./evaluation/evaluate";
import type { Flow } from "./evaluation/flow";
import type { Trace } from "./evaluation/trace";
import type { Expectation, Scope } from "./expectations/expectation";
import { forbidden } from "./expectations/forbidden";
import { needed } from "./expectations/needed";
import { addProbes } from "./expectations/probes";
import { existingVpcStack } from "./model/existing-vpc";
import type { Network } from "./model/network";
import { readNetwork } from "./model/read";
import type { Stacks } from "./model/stacks";

/** `refuted` contradicts the expectation; `unknown` is neither proven nor refuted. */
export type Outcome = "proven" | "refuted" | "unknown";

export interface FlowProof {
  readonly flow: Flow;
  readonly outcome: Outcome;
  readonly trace: Trace;
}

export interface Proof {
  readonly expectation: Expectation;
  readonly outcome: Outcome;
  readonly flows: readonly FlowProof[];
}

export interface EnvironmentProof {
  readonly environment: string;
  readonly consumers: readonly string[];
  readonly network: Network;
  readonly proofs: readonly Proof[];
  /** Nothing is known of the existing VPC: it has no snapshot. */
  readonly unseen: boolean;
}

/**
 * Proves what the pattern promises about one environment.
 *
 * @param stacks JSON of the environment's own stacks and of those of the consumers; others are ignored
 * @param consumers those that name this environment
 * @param kind only expectations of this kind
 */
export function prove(
  stacks: Stacks,
  environment: Environment,
  consumers: readonly Consumer[],
  kind?: Expectation["kind"],
): EnvironmentProof {
  const scope = scopeOf(stacks, environment, consumers);
  const { network } = scope;
  return {
    environment: environment.name,
    consumers: consumers.map(({ name }) => name),
    network,
    unseen: isUnseen(scope),
    proofs: [...(kind === "must not pass" ? [] : needed(scope)), ...(kind === "must pass" ? [] : forbidden(scope))].map(
      (expectation) => proveOne(scope, expectation),
    ),
  };
}

/** The first expectation that is not proven; undefined where all are. */
export function firstUnproven(
  stacks: Stacks,
  environment: Environment,
  consumers: readonly Consumer[],
): Expectation | undefined {
  const scope = scopeOf(stacks, environment, consumers);
  return [...needed(scope), ...forbidden(scope)].find(
    (expectation) =>
      expectation.flows.length === 0 ||
      expectation.flows.some((flow) => proveFlow(scope.network, expectation, flow).outcome !== "proven"),
  );
}

function scopeOf(stacks: Stacks, environment: Environment, consumers: readonly Consumer[]): Scope {
  const { interfaces, network } = readNetwork(stacksOf(stacks, environment, consumers));
  return { environment, consumers, network, probes: addProbes(network, interfaces) };
}

function stacksOf(stacks: Stacks, environment: Environment, consumers: readonly Consumer[]): Stacks {
  const wanted = new Set([
    ...environmentStackIds(environment),
    ...consumers.map((consumer) => stackId("consumer-endpoint", consumer)),
    ...(environment.network.existing ? [existingVpcStack(environment.network.existing.vpcId)] : []),
  ]);
  return Object.fromEntries(Object.entries(stacks).filter(([id]) => wanted.has(id)));
}

/** Nothing is known of an existing VPC without a snapshot: what seems closed may be open. */
function isUnseen({ environment, network }: Scope): boolean {
  const { existing } = environment.network;
  return (
    existing !== undefined &&
    ![...network.vpcs.values()].some(({ origin }) => origin.stack === existingVpcStack(existing.vpcId))
  );
}

function proveOne(scope: Scope, expectation: Expectation): Proof {
  const { network } = scope;
  const unseen = isUnseen(scope);
  const asFarAsSeen = (outcome: Outcome): Outcome =>
    unseen && expectation.kind === "must pass" && outcome === "refuted" ? "unknown" : outcome;
  const flows = expectation.flows.map((flow) => {
    const proof = proveFlow(network, expectation, flow);
    return { ...proof, outcome: asFarAsSeen(proof.outcome) };
  });
  // What is needed and has nothing to begin or end at is missing.
  const outcomes =
    flows.length === 0 ? ([unseen ? "unknown" : "refuted"] as const) : flows.map(({ outcome }) => outcome);
  return { expectation, flows, outcome: worst(outcomes) };
}

function proveFlow(network: Network, { kind }: Expectation, flow: Flow): FlowProof {
  const trace = evaluate(network, flow);
  return { flow, trace, outcome: kind === "must pass" ? passes(trace) : isClosed(trace) };
}

function passes({ answered, verdict }: Trace): Outcome {
  if (verdict === "closed") return "refuted";
  if (verdict === "unknown") return "unknown";
  return answered ? "proven" : "refuted";
}

/** That nothing listens is no protection, so only rules, routes and policies count. */
function isClosed({ verdict }: Trace): Outcome {
  return ({ open: "refuted", closed: "proven", unknown: "unknown" } as const)[verdict];
}

export function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes("refuted")) return "refuted";
  return outcomes.includes("unknown") ? "unknown" : "proven";
}
