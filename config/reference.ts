import * as z from "zod";
import { markdownTable } from "./markdown";
import { allOptions, allowedValues, defaultValue, description, isOptional, unwrap } from "./options";
import { consumerSchema, environmentSchema } from "./schema";

/** What is made from the schema, by the file it is kept in, relative to the project folder. */
export function references(): Readonly<Record<string, string>> {
  return {
    "config/environment.schema.json": jsonSchema(environmentSchema, "Environment: what a service provider deploys"),
    "config/consumer.schema.json": jsonSchema(consumerSchema, "Consumer: an endpoint of the service"),
    "docs/options.md": optionReference(),
  };
}

/** JSON Schema for editors. Draft 7 is what their YAML support knows best. */
function jsonSchema(schema: z.ZodType, title: string): string {
  const { $schema, ...definition } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  const $comment = "Made from config/schema.ts by `npm run generate`";
  return `${JSON.stringify({ $schema, $comment, title, ...definition }, null, 2)}\n`;
}

function optionReference(): string {
  return `${[
    "# Options",
    "Made from `config/schema.ts` by `npm run generate`; the same texts appear in editors and in error messages.",
    "Options without default are required, unless it says optional. Rules across options are in `config/rules.ts`.",
    "## Environment",
    "One file in `config/environments/` is one set of stacks. Examples: [dev](../config/environments/dev.yaml), [prod](../config/environments/prod.yaml).",
    ...chapters(environmentSchema),
    "## Consumer",
    "One file in `config/consumers/` is one stack. Example: [example](../config/consumers/example.yaml).",
    ...chapters(consumerSchema),
  ].join("\n\n")}\n`;
}

type Option = ReturnType<typeof allOptions> extends Generator<infer Item> ? Item : never;

/** A table of what stands at the top, then a chapter for each section. */
function chapters(schema: z.ZodObject): string[] {
  const options = [...allOptions(schema)];
  const top = options.filter(({ path }) => path.length === 1);
  const sections = top.filter((option) => options.some(({ path }) => path.length > 1 && path[0] === option.path[0]));
  return [
    table(top.filter((option) => !sections.includes(option))),
    ...sections.flatMap(({ path: [name = ""], schema: section }) => [
      `### ${name}`,
      [description(section) ?? "", isOptional(section) ? "" : "Required."].join(" ").trim(),
      table(
        options
          .filter(({ path }) => path.length > 1 && path[0] === name)
          .map((option) => ({ ...option, path: option.path.slice(1) })),
      ),
    ]),
  ];
}

/** AWS's Regions would make every line a page. */
const mostValues = 24;

function table(options: readonly Option[]): string {
  const rows = options.map(({ path, schema }) => [
    `\`${path.join(".")}\``,
    description(schema) ?? "",
    isSection(schema) ? "section" : allowedValues(schema, mostValues),
    isSection(schema) && isOptional(schema) ? "" : whenLeftOut(schema),
  ]);
  return markdownTable(
    ["option", "meaning", "allowed", "default"],
    rows.map((cells) => cells.map(withoutTags)),
  );
}

/** Outside of code, Markdown takes a `<` for a tag. */
const withoutTags = (cell: string): string => cell.replaceAll(/`[^`]*`|</g, (found) => (found === "<" ? "\\<" : found));

function isSection(schema: z.core.$ZodType): boolean {
  return unwrap(schema) instanceof z.ZodObject;
}

function whenLeftOut(schema: z.core.$ZodType): string {
  const value = defaultValue(schema);
  if (value !== undefined) return `\`${JSON.stringify(value)}\``;
  return isOptional(schema) ? "optional" : "**required**";
}
