import type { JSX } from "preact";
import type { RuleFact } from "../../facts/rules";
import type { Facts } from "../../gather";
import { Section, Table, Verdict } from "../parts";

/** The first sentence of a rule's reason is its title, what follows explains it. */
function titleAndMore(reason: string): [string, string] {
  const [, title = reason, more = ""] = /^(.*?[^.])\.(?: (?=[A-Z`])(.*))?$/s.exec(reason) ?? [];
  return [title, more];
}

export function Rules({ rules }: Facts): JSX.Element {
  const looked = rules.filter(({ content }) => content.length > 0).length;
  const topics = [...new Set(rules.map(({ topic }) => topic))];
  return (
    <Section
      id="rules"
      title="Rules"
      verdict={<Verdict tone="good">{`${looked} of ${rules.length} apply: all pass`}</Verdict>}
      about={`${rules.length} rules across options: what breaks one is refused before Terraform or AWS would. ${
        looked === rules.length
          ? "All rules pass."
          : `${looked} apply to these files and pass; the others have nothing to check.`
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
              head={["Rule", "Result", "Source"]}
              rows={own.map((rule) => {
                const [title, more] = titleAndMore(rule.reason);
                return {
                  cells: [
                    <>
                      <Words text={title} />
                      {more !== "" && (
                        <small>
                          <Words text={more} />
                        </small>
                      )}
                    </>,
                    <Result key="result" rule={rule} />,
                    sources(rule),
                  ],
                };
              })}
            />
          </details>
        );
      })}
    </Section>
  );
}

const sources = (rule: RuleFact): string => rule.sources.join("; ") || "this project";

function Result({ rule: { content } }: { rule: RuleFact }): JSX.Element {
  if (content.length === 0) return <Verdict tone="plain">not applicable</Verdict>;
  return (
    <>
      <Verdict tone="good">ok</Verdict> {content.join(", ")}
    </>
  );
}

/** A comment's words, with what stands in backticks as code. */
function Words({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}</>;
}
