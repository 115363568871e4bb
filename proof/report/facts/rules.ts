import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { projectPath } from "../../../config/project";
import { configurationRules, consumerRules, environmentRules, linkRules } from "../../../config/rules";
import type { Consumer, Environment } from "../../../config/schema";

/** One rule of config/rules.ts, and what it has looked at. */
export interface RuleFact {
  readonly name: string;
  /** Topic: the file that it stands in. */
  readonly topic: string;
  /** Why it is there: the comment over it. */
  readonly reason: string;
  /** Pages of AWS's documentation that it names. */
  readonly sources: readonly string[];
  /** Files that it was content with; none: there is nothing that it is about. */
  readonly content: readonly string[];
}

/** A configuration is only ever loaded when every rule is content, so what is loaded tells what they have looked at. */
export function ruleFacts(environment: Environment, consumers: readonly Consumer[]): RuleFact[] {
  const written = new Map(texts().map((text) => [text.name, text]));
  const linked = consumers.filter(({ service }) => service.environment === environment.name).map(({ name }) => name);
  const all = consumers.map(({ name }) => name);
  const groups = [
    [environmentRules, [environment.name]],
    [consumerRules, all],
    [linkRules, linked.map((name) => `${name} → ${environment.name}`)],
    [configurationRules, ["all environments"]],
  ] as const;
  return groups.flatMap(([rules, content]) =>
    rules.map(({ name }): RuleFact => {
      const text = written.get(name);
      if (!text) throw new Error(`config/rules has no text of rule ${name}`);
      return { ...text, content };
    }),
  );
}

type RuleText = Omit<RuleFact, "content">;

const folder = projectPath("config/rules");
const quoted = `'(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*"`;

/** Reason and sources stand beside the rule as comment and as constants; nowhere else. */
function texts(): RuleText[] {
  return readdirSync(folder)
    .flatMap((file) => {
      const code = readFileSync(`${folder}/${file}`, "utf8");
      const constants = new Map(
        [...code.matchAll(new RegExp(`^(?:export )?const (\\w+)(?:: string)? =\\s+(${quoted});`, "gm"))].map(
          ([, name = "", text = ""]) => [name, unquote(text)],
        ),
      );
      const rule =
        /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const (\w+): \w+Rule =([\s\S]*?)(?=\n\/\*\*|\nexport |\nfunction |\nconst |$(?![\s\S]))/g;
      return [...code.matchAll(rule)].map(([, comment = "", name = "", body = ""]): RuleText => {
        const sources = [...body.matchAll(new RegExp(`\\bsource(?:: (${quoted}|\\w+))?,`, "g"))].flatMap(
          ([, given = "source"]) => (/^['"]/.test(given) ? unquote(given) : (constants.get(given) ?? [])),
        );
        return { name, topic: basename(file, ".ts"), ...reasonOf(comment), sources: [...new Set(sources)] };
      });
    })
    .map(({ reason, sources, ...rest }) => {
      // Some rules name their source in the comment.
      const [why = "", named] = reason.split(/ Source: /);
      return { ...rest, reason: why, sources: named ? [...new Set([...sources, named.replace(/\.$/, "")])] : sources };
    });
}

const reasonOf = (comment: string) => ({ reason: comment.replace(/\s*\n\s*\*\s?/g, " ").trim() });

const unquote = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, "$1");
