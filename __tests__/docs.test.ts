import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectPath } from "../config/project";
import { environmentOf, resources, synthesize } from "./synth";

const pages = ["README.md", ...filesBelow("docs")].filter((file) => file.endsWith(".md"));
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
  const named = [...read(page).matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, name = ""]) => name);
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
