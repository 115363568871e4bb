import type { JSX } from "preact";
import type { RuleFact } from "../../facts/rules";
import type { Facts } from "../../gather";
import { Section, Table, Verdict } from "../parts";

/** `albReceivesNoProxyProtocol` → `alb receives no proxy protocol`. */
const words = (name: string): string => name.replace(/([A-Z])/g, " $1").toLowerCase();

export function Rules({ rules }: Facts): JSX.Element {
  const looked = rules.filter(({ content }) => content.length > 0).length;
  const topics = [...new Set(rules.map(({ topic }) => topic))];
  return (
    <Section
      id="rules"
      title="Rules"
      about={`${rules.length} rules across options: what breaks one is refused before Terraform or AWS would. ${
        looked === rules.length
          ? "All looked at the files here and are content."
          : `${looked} looked at the files here and are content; the others have nothing to look at.`
      }`}
    >
      {topics.map((topic) => {
        const own = rules.filter((rule) => rule.topic === topic);
        return (
          <details key={topic} class="topic">
            <summary>
              {topic} <span class="count">{own.length}</span>
            </summary>
            <Table
              caption={`Rules about ${topic}`}
              head={["Rule", "Result", "Reason", "Source"]}
              rows={own.map((rule) => ({
                cells: [
                  words(rule.name),
                  <Result key="result" rule={rule} />,
                  <Words key="reason" text={rule.reason} />,
                  sources(rule),
                ],
              }))}
            />
          </details>
        );
      })}
    </Section>
  );
}

const sources = (rule: RuleFact): string => rule.sources.join("; ") || "this project";

function Result({ rule: { content } }: { rule: RuleFact }): JSX.Element {
  if (content.length === 0) return <Verdict tone="plain">nothing to look at</Verdict>;
  return (
    <>
      <Verdict tone="good">content</Verdict> {content.join(", ")}
    </>
  );
}

/** A comment's words, with what stands in backticks as code. */
function Words({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}</>;
}
