import { markdownTable } from "../../../config/markdown";
import type { Configuration } from "../../../config/schema";
import type { Statement } from "../../check/scan/policies";
import { BEARERS, type Bearer, bearerOf } from "./purposes";
import { inWords } from "./references";
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
    "# IAM",
    "Every role and policy of the project, by stack: the purpose of each role, then its statements.",
    "`npm run generate` writes this page from the synthesized Terraform JSON; a test fails if it is out of date. `<prefix>`, `<region>`, `<account>`\n" +
      `and \`<env>\` stand for each environment's own values, and \`<S3 bucket …>\` for the ARN or name of that resource. "In" names the environments\n` +
      `that have the statement (${committed.join(", ")}); "options" means that only other options add it (\`upkeep/generate/iam/variants.ts\`).`,
    "Wildcards in the policies of roles are explained at the [end of the page](#wildcards).",
    ...stacks.flatMap((stack) => [
      `## ${stack}`,
      ...BEARERS.flatMap((bearer) =>
        section(
          bearer,
          statements.filter((each) => each.stack === stack && bearerOf(each.place) === bearer),
          managed.filter(({ place }) => bearerOf(place) === bearer),
          committed,
        ),
      ),
    ]),
    "## Wildcards",
    "Policies of roles allow `*`, or all resources of a kind, only as these two tables list; a test compares. In the policy of a key, an\n" +
      "endpoint or a trust, the resource is the one that the policy is attached to. `<prefix>-*` and the contents of a named bucket or log\n" +
      "group belong to the environment.",
    "### Actions without resource-level permissions",
    'Source: Service Authorization Reference, "Actions, resources, and condition keys for …" the service of the second column.',
    markdownTable(
      ["action", "service"],
      Object.entries(WITHOUT_RESOURCES).map(([action, service]) => [code(action), service]),
    ),
    "### Wildcards by choice",
    markdownTable(
      ["policy", "statement", "resource", "reason", "narrowed by"],
      CHOICES.map(({ place, sid, resource, why, narrowedBy }) => [
        code(place),
        code(sid),
        code(resource),
        why,
        narrowedBy,
      ]),
    ),
  ].join("\n\n")}\n`;
}

/** A role or resource: purpose, policies of AWS, and one table of statements. */
function section(
  { purpose, title }: Bearer,
  statements: readonly Listed[],
  managed: readonly Managed[],
  committed: readonly string[],
): string[] {
  if (statements.length === 0) return [];
  const withPrincipals = statements.some(({ statement }) => statement.principals !== undefined);
  const policies = managed.map(({ arn }) => code(arn.replace(/^.*:policy\//, "")));
  const head = ["statement", ...(withPrincipals ? ["principal"] : []), "actions", "resources", "conditions", "in"];
  return [
    `### ${title}`,
    purpose,
    ...(policies.length > 0 ? [`Policies that AWS maintains: ${policies.join(", ")}.`] : []),
    markdownTable(
      head,
      statements.map((each) => row(each, committed, withPrincipals)),
    ),
  ];
}

function row(
  { place, kind, statement, environments }: Listed,
  committed: readonly string[],
  withPrincipals: boolean,
): string[] {
  const { sid, effect = "Allow", principals = [], condition = [] } = statement;
  const name = sid ?? (kind === "trust" ? "trust" : (place.split("/").at(-1) ?? ""));
  return [
    effect === "Allow" ? name : `**${effect}** ${name}`,
    ...(withPrincipals ? [lines(principals.flatMap(({ identifiers }) => identifiers))] : []),
    oneOf(statement.actions, statement.not_actions),
    oneOf(statement.resources, statement.not_resources),
    condition
      .map(({ test, variable, values }) => `${test} ${code(variable)}: ${values.map(inWords).map(code).join(" or ")}`)
      .join(" and<br>"),
    environments.some((name) => committed.includes(name))
      ? environments.filter((name) => committed.includes(name)).join(", ")
      : "options",
  ];
}

const oneOf = (these: Statement["actions"], not: Statement["actions"]) =>
  these === undefined && not !== undefined ? `all except ${lines(not)}` : lines(these ?? []);

const lines = (values: readonly string[]) => values.map(inWords).map(code).join("<br>");

const code = (text: string) => `\`${text}\``;

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
