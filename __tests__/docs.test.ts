import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { allOptions, schemaAt, unwrap } from "../config/options";
import { projectPath } from "../config/project";
import { consumerSchema, environmentSchema } from "../config/schema";
import { environmentOf, resources, synthesize } from "./synth";

const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ...filesBelow("docs")].filter((file) =>
  file.endsWith(".md"),
);
const read = (file: string) => readFileSync(projectPath(file), "utf8");

const scriptsIn = (file: string) => (JSON.parse(read(file)) as { scripts: Record<string, string> }).scripts;
const scripts = scriptsIn("package.json");
const scriptsOfContainer = scriptsIn("container/package.json");

function filesBelow(folder: string): string[] {
  return readdirSync(projectPath(folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
}

test.each(pages)("every link of %s leads somewhere", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, link = ""]) => link);
  const dead = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(projectPath(dirname(page), link)));
  expect(dead).toEqual([]);
});

test.each([...pages, "help"])("every npm command in %s exists", (page) => {
  const named = [...read(page).matchAll(/npm run ([a-z][a-z0-9:-]*)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !(name in scripts) && !(name in scriptsOfContainer))).toEqual([]);
});

test("help names every command", () => {
  const named = read("help");
  const missing = Object.keys(scripts).filter(
    (name) => !["start", "test"].includes(name) && !named.includes(`npm run ${name}`),
  );
  expect(missing).toEqual([]);
});

test("the runbook has an entry for every alarm", () => {
  const { stacks } = synthesize({ environments: [environmentOf()], consumers: [] });
  const stack = stacks["privatelink-service-test"];
  if (!stack) throw new Error("no stack privatelink-service-test");
  const runbook = read("docs/runbook.md");
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm").map(({ alarm_name }) =>
    // Ports and zones are numbers in the name; a zone's own alarm is described with the whole.
    String(alarm_name)
      .replace("private-app-test-", "")
      .replace(/(-by)?(-zone)?-\d+(?!xx)/g, ""),
  );
  expect(alarms.length).toBeGreaterThan(10);
  expect([...new Set(alarms)].filter((alarm) => !runbook.includes(`\`${alarm}\``))).toEqual([]);
});

/** What stands between fences of a language. */
const blocksOf = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

test.each(pages)("every program that %s starts by npx is installed", (page) => {
  const programs = [...read(page).matchAll(/\bnpx (?:--no-install )?([a-z][\w-]*)/g)].map(([, name = ""]) => name);
  expect(programs.filter((name) => !existsSync(projectPath("node_modules/.bin", name)))).toEqual([]);
});

test.each([...pages, "help"])("every flag that %s gives to a command of the project is one", (page) => {
  const calls = [...read(page).matchAll(/npm (?:run ([a-z][a-z0-9:-]*)|(start)) -- ([^\n`#|]*)/g)];
  const unknown = calls.flatMap(([, run, start, given = ""]) => {
    const name = run ?? start ?? "";
    const flags = [...given.matchAll(/(?<=^|[ [])--[a-z][a-z-]*/g)].map(([flag]) => flag);
    const source = sourceOf(name);
    return flags.filter((flag) => !new RegExp(`["\`]${flag}\\b`).test(source)).map((flag) => `${name} ${flag}`);
  });
  expect(unknown).toEqual([]);
});

/** The code behind an npm script: its file, or the folder of its `main.ts`. Commander answers `--help` itself. */
function sourceOf(script: string): string {
  const file = /operations\/[\w./-]+\.ts/.exec(scripts[script] ?? "")?.[0];
  if (file === undefined) return "";
  const files = file.endsWith("/main.ts") ? filesBelow(dirname(file)).filter((each) => each.endsWith(".ts")) : [file];
  return `"--help" ${files.map(read).join("\n")}`;
}

describe("options in pages", () => {
  const schemas = [environmentSchema, consumerSchema];
  const sections = new Set(
    schemas.flatMap((schema) =>
      Object.entries(schema.shape).flatMap(([name, option]) => ("shape" in unwrap(option) ? [name] : [])),
    ),
  );
  const exists = (path: readonly string[]) => schemas.some((schema) => schemaAt(schema, path) !== undefined);
  const written = pages.filter((page) => page !== "docs/options.md" && !page.startsWith("docs/modules/"));

  test.each(written)("every option that %s names is in the schema", (page) => {
    const named = [...read(page).matchAll(/`([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)+)(?:: [^`]*)?`/g)].map(
      ([, path = ""]) => path,
    );
    const options = named.map((path) => path.split(".")).filter(([section = ""]) => sections.has(section));
    expect(options.filter((path) => !exists(path)).map((path) => path.join("."))).toEqual([]);
  });

  test.each(written)("every option in a YAML example of %s is in the schema", (page) => {
    const unknown = blocksOf(page, "yaml").flatMap((block) =>
      pathsOf(parse(block))
        .filter(([section = ""]) => section in environmentSchema.shape || section in consumerSchema.shape)
        .filter((path) => !exists(path)),
    );
    expect(unknown.map((path) => path.join("."))).toEqual([]);
  });

  test("the option reference names every option", () => {
    const reference = read("docs/options.md");
    const missing = schemas.flatMap((schema) =>
      [...allOptions(schema)].filter(
        ({ path }) => path.length > 1 && !reference.includes(`\`${path.slice(1).join(".")}\``),
      ),
    );
    expect(missing.map(({ path }) => path.join("."))).toEqual([]);
  });
});

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[...path]];
  return Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
}
