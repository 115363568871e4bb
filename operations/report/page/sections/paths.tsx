import type { JSX } from "preact";
import { describe } from "../../../paths/evaluation/flow";
import type { FlowProof, Outcome, Proof } from "../../../paths/prove";
import { idOf } from "../../drawing/drawing";
import type { Facts } from "../../gather";
import { plural } from "../format";
import { Section, Table, Verdict } from "../parts";

/** Id of an expectation's row; the drawing shows its arrows alone while it is chosen. */
export const pathId = (expectation: string): string => `path-${idOf(expectation)}`;

const tones: Record<Outcome, "good" | "bad" | "warn"> = { proven: "good", refuted: "bad", unknown: "warn" };
const marks = { open: "→", closed: "✖", unknown: "?" } as const;

export function Paths({ architecture, proof: { proofs } }: Facts): JSX.Element {
  const drawn = new Set(architecture.edges.flatMap(({ paths }) => paths));
  const proven = proofs.filter(({ outcome }) => outcome === "proven").length;
  const paths = proofs.reduce((sum, { flows }) => sum + flows.length, 0);
  return (
    <Section
      id="paths"
      title="Packet paths"
      about={`${proven} of ${proofs.length} expectations proven over ${paths} paths, hop by hop from routes, security groups, network ACLs and endpoint policies, without an account.`}
    >
      {(["must pass", "must not pass"] as const).map((kind) => (
        <Table
          key={kind}
          caption={`What ${kind}`}
          head={["Expectation", "Verdict", "Paths", "In the drawing"]}
          numbers={[2]}
          rows={proofs
            .filter(({ expectation }) => expectation.kind === kind)
            .map((proof) => ({
              id: pathId(proof.expectation.id),
              cells: [
                <Hops key="hops" proof={proof} />,
                <Verdict key="verdict" tone={tones[proof.outcome]}>
                  {proof.outcome}
                </Verdict>,
                proof.flows.length,
                drawn.has(idOf(proof.expectation.id)) ? (
                  <a key="show" class="show-path" href={`#${pathId(proof.expectation.id)}`}>
                    show<span class="unseen"> {proof.expectation.title}</span>
                  </a>
                ) : (
                  "–"
                ),
              ],
            }))}
        />
      ))}
    </Section>
  );
}

/** The title; opened, the hops of the first path that tells. */
function Hops({ proof: { expectation, flows, outcome } }: { proof: Proof }): JSX.Element {
  const [first] = flows.filter((flow) => flow.outcome === outcome);
  if (!first) return <>{expectation.title}: nothing is there that could</>;
  return (
    <details>
      <summary>{expectation.title}</summary>
      <p>
        {flows.length > 1 ? `one of ${plural(flows.length, "path")}: ` : ""}
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
