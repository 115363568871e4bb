import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { entries } from "../cli/commands";
import { allOptions, schemaAt, unwrap } from "../config/options";
import { projectPath } from "../config/project";
import { consumerSchema, environmentSchema } from "../config/schema";
import { type ListedCommand, listedCommands } from "./cli/listed-commands";
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

// The changelog has the old names beside the new ones.
test.each([...pages.filter((page) => page !== "CHANGELOG.md"), "help"])("every npm command in %s exists", (page) => {
  const named = [...read(page).matchAll(/npm run ([a-z][a-z0-9:-]*)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !(name in scripts) && !(name in scriptsOfContainer))).toEqual([]);
});

test("docs/alarms.md has an entry for every alarm", () => {
  const services = { some: { healthCheckPath: "/s", expose: { priority: 1, pathPatterns: ["/s"] } } };
  const workers = { some: { queue: { create: {} }, scale: { secondsPerMessage: 1, to: 1 } } };
  const jobs = { some: { command: ["job"], schedule: "rate(1 day)" } };
  const { stacks } = synthesize({ environments: [environmentOf({ jobs, workers, services })], consumers: [] });
  const stack = stacks["privatelink-service-test"];
  if (!stack) throw new Error("no stack privatelink-service-test");
  const page = read("docs/alarms.md");
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm").map(({ alarm_name }) =>
    // Ports and zones are numbers in the name; a zone's own alarm is described with the whole. Workloads have names.
    String(alarm_name)
      .replace("private-app-test-", "")
      .replace(/(-by)?(-zone)?-\d+(?!xx)|-some$/g, ""),
  );
  expect(alarms.length).toBeGreaterThan(10);
  expect([...new Set(alarms)].filter((alarm) => !page.includes(`\`${alarm}\``))).toEqual([]);
  // Links in the alarms' descriptions lead to these anchors.
  expect([...new Set(alarms)].filter((alarm) => !page.includes(`<a id="${alarm}"></a>`))).toEqual([]);
});

/** What stands between fences of a language. */
const blocksOf = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

test.each(pages)("every program that %s starts by npx is installed", (page) => {
  const programs = [...read(page).matchAll(/\bnpx (?:--no-install )?([a-z][\w-]*)/g)].map(([, name = ""]) => name);
  expect(
    programs.filter((name) => name !== "ecs-privatelink" && !existsSync(projectPath("node_modules/.bin", name))),
  ).toEqual([]);
});

/** Words of each command and the options that it knows; `--help` is commander's own. */
const flagsOf = new Map<string, readonly string[]>();
let listed: readonly ListedCommand[];
beforeAll(() => {
  listed = listedCommands();
  for (const { name, options } of listed) {
    flagsOf.set(name, ["--help", "--no-color", ...options.flatMap(({ long }) => (long ? [long] : []))]);
  }
}, 60_000);

test("every command says what it does, and each of its options what it is for", () => {
  expect(listed.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
  expect(listed.filter(({ description }) => description.length < 20 || description.includes("\n"))).toEqual([]);
  expect(listed.flatMap(({ options }) => options.filter(({ description }) => description === ""))).toEqual([]);
});

/** Calls of the program in a page: the command, and the words after it. */
const callsIn = (page: string) => {
  const text = read(page)
    .replaceAll("npm start --", "npx ecs-privatelink rehearse")
    .replace(/npm run (generate|check|synth|watch) --/g, "npx ecs-privatelink $1");
  return [...text.matchAll(/npx ecs-privatelink ([a-z][\w-]*)(?: ([a-z][\w-]*))?([^\n`#|]*)/g)].map(
    ([, first = "", second = "", rest = ""]) => {
      const name = flagsOf.has(`${first} ${second}`) ? `${first} ${second}` : first;
      return { name, flags: [...rest.matchAll(/(?<=^|[ [])--[a-z][a-z-]*/g)].map(([flag]) => flag) };
    },
  );
};

test.each([...pages.filter((page) => page !== "CHANGELOG.md"), "help"])(
  "every command and flag that %s names is one",
  (page) => {
    const unknown = callsIn(page).flatMap(({ flags, name }) =>
      flagsOf.has(name)
        ? flags.filter((flag) => !flagsOf.get(name)?.includes(flag)).map((flag) => `${name} ${flag}`)
        : [name].filter((each) => !["help", "completion"].includes(each)),
    );
    expect(unknown).toEqual([]);
  },
);

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
