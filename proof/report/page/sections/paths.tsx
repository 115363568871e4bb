import type { JSX } from "preact";
import { count } from "../../../../engine/words";
import { describe } from "../../../../paths/evaluation/flow";
import type { FlowProof, Outcome, Proof } from "../../../../paths/prove";
import { idOf } from "../../drawing/drawing";
import type { Facts } from "../../gather";
import { Section, Table, Verdict } from "../parts";

/** Id of an expectation's row; the drawing shows its arrows alone while it is chosen. */
export const pathId = (expectation: string): string => `path-${idOf(expectation)}`;

const tones: Record<Outcome, "good" | "bad" | "warn"> = { proven: "good", refuted: "bad", unknown: "warn" };
const marks = { open: "→", closed: "✖", unknown: "?" } as const;

export function Paths({ architecture, proof: { environment, proofs, unseen } }: Facts): JSX.Element {
  const drawn = new Set(architecture.edges.flatMap(({ paths }) => paths));
  const proven = proofs.filter(({ outcome }) => outcome === "proven").length;
  const paths = proofs.reduce((sum, { flows }) => sum + flows.length, 0);
  return (
    <Section
      id="paths"
      title="Packet paths"
      open={proven < proofs.length}
      verdict={kinds.map((kind) => <Sum key={kind} kind={kind} proofs={proofs} />)}
      about={`${proven} of ${proofs.length} expectations proven over ${paths} paths, hop by hop from routes, security groups, network ACLs and endpoint policies, without an account.${unseen ? ` The VPC exists already and is not known here: npx ecs-privatelink network-snapshot --env ${environment} reads it.` : ""}`}
    >
      {kinds.map((kind) => {
        const own = proofs.filter(({ expectation }) => expectation.kind === kind);
        const isDrawn = own.some(({ expectation }) => drawn.has(idOf(expectation.id)));
        return (
          <details key={kind} class="topic" open={own.some(({ outcome }) => outcome !== "proven")}>
            <summary>
              <Sum kind={kind} proofs={proofs} />
            </summary>
            <Table
              caption={`What ${kind}`}
              head={["Expectation", "Verdict", "Paths", ...(isDrawn ? ["In the drawing"] : [])]}
              numbers={[2]}
              rows={own.map((proof) => ({
                id: pathId(proof.expectation.id),
                cells: [
                  <Hops key="hops" proof={proof} unseen={unseen} />,
                  <Verdict key="verdict" tone={tones[proof.outcome]}>
                    {proof.outcome}
                  </Verdict>,
                  proof.flows.length,
                  ...(isDrawn ? [<Show key="show" proof={proof} drawn={drawn} />] : []),
                ],
              }))}
            />
          </details>
        );
      })}
    </Section>
  );
}

const kinds = ["must pass", "must not pass"] as const;

/** `28 must pass: all proven`. */
function Sum({ kind, proofs }: { kind: (typeof kinds)[number]; proofs: readonly Proof[] }): JSX.Element {
  const own = proofs.filter(({ expectation }) => expectation.kind === kind);
  const open = own.filter(({ outcome }) => outcome !== "proven").length;
  const refuted = own.some(({ outcome }) => outcome === "refuted");
  if (own.length === 0) return <Verdict tone="warn">{`${kind}: nothing is known to check`}</Verdict>;
  return (
    <Verdict tone={open === 0 ? "good" : refuted ? "bad" : "warn"}>
      {`${own.length} ${kind}: ${open === 0 ? "all proven" : `${open} not proven`}`}
    </Verdict>
  );
}

function Show({ drawn, proof: { expectation } }: { drawn: ReadonlySet<string>; proof: Proof }): JSX.Element {
  if (!drawn.has(idOf(expectation.id))) return <>–</>;
  return (
    <a class="show-path" href={`#${pathId(expectation.id)}`}>
      show<span class="unseen"> {expectation.title}</span>
    </a>
  );
}

/** The title; opened, the hops of the first path that tells. */
function Hops({ proof: { expectation, flows, outcome }, unseen }: { proof: Proof; unseen: boolean }): JSX.Element {
  const [first] = flows.filter((flow) => flow.outcome === outcome);
  if (!first)
    return (
      <>
        {expectation.title}: {unseen ? "the existing VPC is not known" : "nothing exists that could"}
      </>
    );
  return (
    <details>
      <summary>{expectation.title}</summary>
      <p>
        {flows.length > 1 ? `one of ${count(flows.length, "path")}: ` : ""}
        {describe(first.flow)}
      </p>
      <FlowHops flow={first} />
    </details>
  );
}

function FlowHops({ flow: { trace } }: { flow: FlowProof }): JSX.Element {
  return (
    <ol class="hops">
      {trace.hops.map(({ origin, text, verdict }, index) => (
        <li key={index}>
          {marks[verdict]} {text}
          {origin && <code>{` ${origin.stack} ${origin.address}`}</code>}
        </li>
      ))}
    </ol>
  );
}
