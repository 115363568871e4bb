import type { JSX } from "preact";
import type { Facts } from "../../gather";
import { moment } from "../format";
import { Section, Table, Verdict } from "../parts";

export function Scanners({ scan }: Facts): JSX.Element {
  return (
    <Section
      id="scanners"
      title="Scanners"
      open={(scan?.unlisted.length ?? 0) > 0}
      verdict={
        scan ? (
          <Verdict tone={scan.unlisted.length > 0 ? "bad" : "good"}>
            {`${scan.unlisted.length} open, ${scan.accepted} accepted`}
          </Verdict>
        ) : (
          <Verdict tone="warn">not run</Verdict>
        )
      }
      about={
        scan
          ? `What scanners said about the JSON of every stack, ${moment(scan.ended)}.`
          : "What scanners say about the JSON of every stack."
      }
    >
      {scan ? (
        <>
          <Table
            caption="What ran"
            head={["Scanner", "Result"]}
            rows={scan.scanners.map(({ findings, missing, name }) => ({
              cells: [
                name,
                findings === undefined ? (
                  <Verdict key="missing" tone="warn">{`not run: ${missing ?? "not there"}`}</Verdict>
                ) : (
                  `${findings} findings`
                ),
              ],
            }))}
          />
          <p>
            {scan.accepted} findings accepted with a reason,{" "}
            <Verdict tone={scan.unlisted.length === 0 ? "good" : "bad"}>{scan.unlisted.length} open</Verdict>
          </p>
          {scan.unlisted.length > 0 && (
            <Table
              caption="Open findings"
              head={["Check", "Place", "Says"]}
              rows={scan.unlisted.map(({ check, place, says }) => ({ cells: [check, place, says] }))}
            />
          )}
        </>
      ) : (
        <p class="missing">
          <Verdict tone="warn">not run</Verdict> No scan results yet: run <code>npx ecs-privatelink check scan</code>
        </p>
      )}
    </Section>
  );
}
