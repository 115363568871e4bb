import { describe } from "../../paths/evaluation/flow";
import type { Hop, Trace } from "../../paths/evaluation/trace";
import type { EnvironmentProof, FlowProof, Outcome, Proof } from "../../paths/prove";

const marks: Record<Hop["verdict"], string> = { open: "→", closed: "✖", unknown: "?" };

/** For people: every expectation, with the hops of one of its paths; of those that are not proven, with all. */
export function renderText(proof: EnvironmentProof, { everyPath }: { readonly everyPath: boolean }): string {
  const consumers = proof.consumers.length > 0 ? `, consumers ${proof.consumers.join(", ")}` : ", without consumers";
  const parts = (["must pass", "must not pass"] as const).flatMap((kind) => {
    const own = proof.proofs.filter(({ expectation }) => expectation.kind === kind);
    return own.length === 0
      ? []
      : [[`${kind.toUpperCase()}`, ...own.map((one) => renderProof(one, proof.unseen, everyPath))].join("\n\n")];
  });
  return [`Environment ${proof.environment}${consumers}`, ...parts, summary(proof), ...advice(proof)].join("\n\n");
}

const advice = ({ environment, unseen }: EnvironmentProof): string[] =>
  unseen
    ? [
        `The VPC exists already, and its routes, network ACLs and endpoints are not known here. Read them once, review the file\nand commit it: npx ecs-privatelink network-snapshot --env ${environment}`,
      ]
    : [];

function renderProof({ expectation, flows, outcome }: Proof, unseen: boolean, everyPath: boolean): string {
  const telling = flows.filter((flow) => flow.outcome === outcome);
  const shown = everyPath ? flows : outcome === "proven" ? telling.slice(0, 1) : telling;
  const count = `${flows.length} path${flows.length === 1 ? "" : "s"}`;
  const title = `${outcome.padEnd(8)} ${expectation.title} (${count})`;
  if (flows.length === 0)
    return `${title}\n    ${unseen ? "the existing VPC is not known" : "nothing is there that could"}`;
  return [title, ...shown.map(renderFlow)].join("\n");
}

function renderFlow({ flow, trace }: FlowProof): string {
  const hops = trace.hops.map(
    ({ origin, text, verdict }) =>
      `      ${marks[verdict]} ${text}${origin ? `\n          ${origin.stack}  ${origin.address}` : ""}`,
  );
  const silent = trace.verdict === "open" && !trace.answered ? ["      ✖ nothing listens there"] : [];
  return [`    ${describe(flow)}`, ...hops, ...silent].join("\n");
}

function summary({ proofs }: EnvironmentProof): string {
  const count = (outcome: Outcome) => proofs.filter((one) => one.outcome === outcome).length;
  const paths = proofs.reduce((sum, { flows }) => sum + flows.length, 0);
  const rest = [
    count("refuted") > 0 ? `, ${count("refuted")} refuted` : "",
    count("unknown") > 0 ? `, ${count("unknown")} unknown (not proven)` : "",
  ].join("");
  return `${count("proven")} of ${proofs.length} expectations proven over ${paths} paths${rest}`;
}

/** For tools. */
export function toJson({ consumers, environment, proofs }: EnvironmentProof): unknown {
  return {
    environment,
    consumers,
    expectations: proofs.map(({ expectation: { id, kind, title }, flows, outcome }) => ({
      id,
      kind,
      title,
      outcome,
      paths: flows.map(({ flow, outcome: of, trace }) => ({ path: describe(flow), outcome: of, ...hopsOf(trace) })),
    })),
  };
}

const hopsOf = ({ answered, hops, verdict }: Trace) => ({ verdict, answered, hops });
