import type { JSX } from "preact";
import { duration } from "../../../../engine/words";
import type { RehearsalRecord } from "../../../rehearse/report-file";
import { Gantt } from "../../charts/gantt";
import type { Facts } from "../../gather";
import { moment } from "../format";
import { Scroll, Section, Table, Verdict } from "../parts";
import { NotRehearsed } from "./verification";

/** `passed`, or how much of it. */
export const outcomeOf = ({ good, report }: RehearsalRecord): string =>
  !good ? "failed" : report.leftOut ? "quick part passed" : "passed";

export function Rehearsal({ environment, rehearsal }: Facts): JSX.Element {
  return (
    <Section
      id="rehearsal"
      title="Rehearsal"
      verdict={
        rehearsal ? (
          <Verdict tone={!rehearsal.good ? "bad" : rehearsal.report.leftOut ? "warn" : "good"}>
            {`${outcomeOf(rehearsal)} in ${duration(rehearsal.ended - rehearsal.began)}`}
          </Verdict>
        ) : (
          <Verdict tone="warn">not run</Verdict>
        )
      }
      about={
        rehearsal
          ? `Real Terraform against the emulated AWS: ${moment(rehearsal.began)}, ${duration(rehearsal.ended - rehearsal.began)} in all.`
          : "When each stack was planned, applied, planned again and destroyed by real Terraform."
      }
    >
      {rehearsal ? (
        <>
          <Scroll label="Timings, scrollable">
            <Gantt rehearsal={rehearsal} />
          </Scroll>
          <Table
            caption="Seconds of each phase"
            head={["Stack", "Resources", "Init", "Plan", "Apply", "Second plan", "Destroy", "Second plan says"]}
            numbers={[1, 2, 3, 4, 5, 6]}
            rows={rehearsal.report.stacks.map(({ id, planned, resources, secondPlan, seconds }) => ({
              cells: [
                id,
                resources ?? "–",
                ...(["init", "plan", "apply", "second plan", "destroy"] as const).map((phase) => {
                  const value = seconds[phase];
                  return value === undefined ? "–" : value.toFixed(1);
                }),
                secondPlan === undefined ? (
                  planned ? (
                    "planned with AWS mocked"
                  ) : (
                    "–"
                  )
                ) : (
                  <Verdict tone={secondPlan.length === 0 ? "good" : "bad"}>
                    {secondPlan.length === 0 ? "no change" : secondPlan.join(", ")}
                  </Verdict>
                ),
              ],
            }))}
          />
          {rehearsal.report.leftOut && <p>Left out: {rehearsal.report.leftOut.join(", ")}.</p>}
          {rehearsal.report.replacements.length > 0 && (
            <>
              <p>Where something was replaced, the number of resources differs from the stack's:</p>
              <ul>
                {rehearsal.report.replacements.map(({ by, what, why }) => (
                  <li key={what}>
                    Replaced: {what} by {by}, because {why}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      ) : (
        <NotRehearsed environment={environment.name} />
      )}
    </Section>
  );
}
