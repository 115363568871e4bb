import type { JSX } from "preact";
import type { Check } from "../../../../operations/verify/check";
import type { Facts } from "../../gather";
import { moment } from "../format";
import { Section, Table, Verdict } from "../parts";

const tones: Record<Check["status"], "good" | "bad" | "plain"> = {
  pass: "good",
  fail: "bad",
  "not applicable": "plain",
};

export function Verification({ environment, rehearsal }: Facts): JSX.Element {
  const checked = rehearsal?.report.checks.flatMap(({ checks }) => checks) ?? [];
  const failed = checked.filter(({ status }) => status === "fail").length;
  return (
    <Section
      id="verification"
      title="Verification"
      open={failed > 0}
      verdict={
        rehearsal ? (
          <Verdict tone={failed > 0 ? "bad" : "good"}>
            {failed > 0 ? `${failed} failed` : `${checked.filter(({ status }) => status === "pass").length} passed`}
          </Verdict>
        ) : (
          <Verdict tone="warn">not run</Verdict>
        )
      }
      about={
        rehearsal
          ? `What the rehearsal of ${moment(rehearsal.began)} read back from the emulated AWS.`
          : "What a rehearsal reads back from the emulated AWS, item by item."
      }
    >
      {rehearsal?.error !== undefined && (
        <p class="missing error">
          <Verdict tone="bad">not finished</Verdict> {rehearsal.error}
        </p>
      )}
      {!rehearsal && <NotRehearsed environment={environment.name} />}
      {rehearsal?.report.checks.map(({ checks, title }) => {
        const failed = checks.filter(({ status }) => status === "fail").length;
        return (
          <details key={title} class="topic" open={failed > 0}>
            <summary>
              {title}{" "}
              <Verdict tone={failed > 0 ? "bad" : "good"}>
                {failed > 0 ? `${failed} failed` : `${checks.filter(({ status }) => status === "pass").length} passed`}
              </Verdict>
            </summary>
            <Table
              caption={title}
              head={["Item", "Result", "Seen"]}
              rows={checks.map(({ item, next, saw, status }) => ({
                cells: [
                  item,
                  <Verdict key="status" tone={tones[status]}>
                    {status}
                  </Verdict>,
                  next === undefined ? saw : `${saw}; next: ${next}`,
                ],
              }))}
            />
          </details>
        );
      })}
    </Section>
  );
}

/** Said wherever a rehearsal would tell something. */
export function NotRehearsed({ environment }: { environment: string }): JSX.Element {
  return (
    <p class="missing">
      <Verdict tone="warn">not run</Verdict> No rehearsal of {environment} was found:{" "}
      <code>npm start -- --env {environment}</code>
    </p>
  );
}
