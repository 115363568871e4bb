import { readdirSync, readFileSync } from "node:fs";
import { markdownTable } from "../../../config/markdown";
import { projectPath } from "../../../config/project";
import { exampleFile, type Resources, synthesizeExample } from "./example";
import { type ConstructSource, constructsOf, type Member } from "./source";

/** Folders of modules: each has a page. */
export const moduleFolders = (): string[] =>
  readdirSync(projectPath("modules"), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();

/** Path of a folder's page, relative to the project folder. */
export const pageFile = (folder: string): string => `docs/modules/${folder}.md`;

/** Attributes that name or order rather than set, and CDKTF's own. */
const NAMES = /^(name|name_prefix|description|tags|comment|id|depends_on|\/\/)$/;

/** The page of a folder of modules: all of it is read from source, example and synthesis. */
export async function modulePage(folder: string): Promise<string> {
  const constructs = constructsOf(folder);
  return `${[
    `# modules/${folder}`,
    "Made from the source by `npm run generate`.",
    `![Kinds of resources that these modules make for the environment dev, or else in the example below, and which refer to which; policies, rules and other parts of a resource are not drawn](${folder}.svg)`,
    "| construct | what |\n|---|---|\n" +
      constructs.map(({ doc, file, name }) => `| [${name}](../../${file}) | ${cell(doc)} |`).join("\n"),
    "## Smallest example",
    `[${folder}.ts](examples/${folder}.ts) is compiled and synthesized by the tests; [environment.ts](examples/environment.ts) is what has no default.`,
    `\`\`\`ts\n${readFileSync(projectPath(exampleFile(folder)), "utf8").trim()}\n\`\`\``,
    "## Default settings",
    "What the example sets in AWS besides names and references, as synthesized:",
    settings(await synthesizeExample(folder)),
    ...constructs.flatMap(chapter),
  ].join("\n\n")}\n`;
}

function chapter({ members, name, props }: ConstructSource): string[] {
  return [
    `## ${name}`,
    ...(props.length > 0 ? [table(["prop", "type", "meaning", "default"], props.map(propRow))] : []),
    ...(members.length > 0 ? [table(["member", "type", "meaning"], members.map(memberRow))] : []),
  ];
}

const propRow = ({ doc, name, optional, standard, type }: Member) => [
  `\`${name}\``,
  `\`${type}\``,
  doc,
  standard ?? (optional ? "optional" : "**required**"),
];

const memberRow = ({ doc, name, optional, type }: Member) => [
  `\`${name}\``,
  `\`${type}${optional ? " \\| undefined" : ""}\``,
  doc,
];

function settings(resources: Resources): string {
  const rows = Object.entries(resources).flatMap(([type, blocks]) => {
    const lists = Object.values(blocks).map((block) => literals(block).map((line) => `\`${line}\``));
    // Resources of one kind that differ in names alone are one row.
    const distinct = [...new Set(lists.map((list) => list.join("<br>")))].filter((list) => list !== "");
    return distinct.map((list) => [`\`${type}\``, list]);
  });
  return table(["resource", "settings"], rows);
}

/** Attributes whose value is known when it is synthesized. */
function literals(value: unknown, path = ""): string[] {
  if (typeof value === "string" && (value.includes("${") || value.length > 60)) return [];
  if (typeof value !== "object" || value === null) return value === null ? [] : [`${path} = ${JSON.stringify(value)}`];
  if (Array.isArray(value)) return value.flatMap((entry) => literals(entry, path));
  return Object.entries(value)
    .filter(([key]) => !NAMES.test(key))
    .flatMap(([key, entry]) => literals(entry, path === "" ? key : `${path}.${key}`));
}

/** Markdown takes a `<` at the begin of a line for a tag. */
const cell = (text: string) => text.replace(/^</, "\\<");

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  markdownTable(
    head,
    rows.map((row) => row.map(cell)),
  );
