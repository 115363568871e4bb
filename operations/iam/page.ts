import type { Configuration } from "../../config/schema";
import type { Statement } from "../scan/policies";
import { type Listed, listStatements, type Managed } from "./statements";
import { withVariants } from "./variants";
import { CHOICES, WITHOUT_RESOURCES } from "./wildcards";

export const PAGE = "docs/iam.md";

/** The page, and what it was made of. */
export function iamPage(configuration: Configuration): { text: string; statements: Listed[] } {
  const { statements, managed } = listStatements(withVariants(configuration));
  const committed = configuration.environments.map(({ name }) => name);
  return { text: page(statements, managed, committed), statements };
}

function page(statements: readonly Listed[], managed: readonly Managed[], committed: readonly string[]): string {
  const stacks = [...new Set(statements.map(({ stack }) => stack))];
  return `${[
    "# Every policy statement",
    "Made from the synthesized Terraform JSON by `npm run docs:iam`; a test fails where it is stale. `<prefix>`, `<region>`, `<account>`\n" +
      `and \`<env>\` stand for each environment's own. "In" names the environments that have it: ${committed.join(", ")}, or options: the variants in\n` +
      "`operations/iam/variants.ts`. Conditions are joined by *and*.",
    "## Wildcards",
    "Identity policies (those of roles) allow `*`, or all of a kind, only as these two tables say; a test compares. The resources of a key's,\n" +
      "an endpoint's or a trust's policy are what it stands on. `<prefix>-*` and what lies in a named bucket or log group are the environment's own.",
    "### AWS has no resource-level permission",
    'Source: Service Authorization Reference, "Actions, resources, and condition keys for …" the service of the second column.',
    table(
      ["action", "service"],
      Object.entries(WITHOUT_RESOURCES).map(([action, service]) => [code(action), service]),
    ),
    "### A choice",
    table(
      ["where", "statement", "resource", "why", "narrowed by"],
      CHOICES.map(({ place, sid, resource, why, narrowedBy }) => [
        code(place),
        code(sid),
        code(resource),
        why,
        narrowedBy,
      ]),
    ),
    "## Managed policies",
    "Written by AWS, carried by roles of the project.",
    table(
      ["role's attachment", "policy"],
      managed.map(({ place, arn }) => [code(place), code(arn.replace(/^.*:policy\//, ""))]),
    ),
    ...stacks.flatMap((stack) => [
      `## ${stack}`,
      table(
        ["policy", "kind, carried by", "effect", "principal", "actions", "resources", "conditions", "in"],
        statements.filter((each) => each.stack === stack).map((each) => row(each, committed)),
      ),
    ]),
  ].join("\n\n")}\n`;
}

function row({ place, kind, belongsTo, statement, environments }: Listed, committed: readonly string[]): string[] {
  const { sid, effect = "Allow", principals = [], condition = [] } = statement;
  return [
    `${code(place.split("/").slice(1).join("/"))}${sid === undefined ? "" : ` ${sid}`}`,
    `${kind}, ${belongsTo.map(code).join(" ")}`,
    effect,
    lines(principals.flatMap(({ identifiers }) => identifiers)),
    oneOf(statement.actions, statement.not_actions),
    oneOf(statement.resources, statement.not_resources),
    condition
      .map(({ test, variable, values }) => `${test} ${code(variable)}: ${values.map(shown).map(code).join(" or ")}`)
      .join("<br>"),
    environments.some((name) => committed.includes(name))
      ? environments.filter((name) => committed.includes(name)).join(", ")
      : "options",
  ];
}

const oneOf = (these: Statement["actions"], not: Statement["actions"]) =>
  these === undefined && not !== undefined ? `all but ${lines(not)}` : lines(these ?? []);

const lines = (values: readonly string[]) => values.map(shown).map(code).join("<br>");

/** References in the words of a reader: type and name, without the hash of the construct. */
const shown = (text: string) =>
  text
    .replaceAll(/\$\{(?:data\.terraform_remote_state\.[^.]+\.outputs\.cross-stack-output-)?([^{}]*)\}/g, "{$1}")
    .replaceAll(/_[0-9A-F]{8}/g, "");

const code = (text: string) => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Statements of roles that name a wildcard which neither AWS nor a choice explains, and explanations without one. */
export function unexplained(statements: readonly Listed[]): { statements: string[]; unused: string[] } {
  const used = new Set<string>();
  const wrong = statements
    .filter(({ kind, statement }) => kind === "identity" && (statement.effect ?? "Allow") === "Allow")
    .flatMap(({ place, statement }) =>
      allowed(statement).flatMap((resource) => {
        const choice = CHOICES.find(
          (each) => each.place === place && each.sid === statement.sid && each.resource === resource,
        );
        const left = (statement.actions ?? ["*"]).filter((action) => {
          const known = resource === "*" && action in WITHOUT_RESOURCES;
          if (known) used.add(action);
          return !known;
        });
        if (choice !== undefined && left.length > 0) used.add(keyOf(choice));
        return choice !== undefined || left.length === 0
          ? []
          : [`${place} ${statement.sid ?? ""}: ${left.join(", ")} on ${resource}`];
      }),
    );
  const explained = [...Object.keys(WITHOUT_RESOURCES), ...CHOICES.map(keyOf)];
  return { statements: wrong, unused: explained.filter((each) => !used.has(each)) };
}

const keyOf = ({ place, sid, resource }: (typeof CHOICES)[number]) => `${place} ${sid} ${resource}`;

/** The resources that reach beyond what bears the environment's name or is a part of a resource of a stack. */
function allowed({ resources, not_resources }: Statement): string[] {
  if (not_resources !== undefined) return ["all but some"];
  return (resources ?? ["*"]).filter((each) => each.includes("*") && !OWN.test(each));
}

/** `…<prefix>-*`, the state bucket's keys, `${…arn}/*` and `${…arn}:*`: the wildcard stands behind a name. */
const OWN = /^[^*]*(?:<prefix>|\$\{[^{}]*arn\})[^*]*[-:/]\*(?:$|\/\*$|\.tflock$)/;
