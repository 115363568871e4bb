import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPath } from "../../../config/project";
import { createRunFolder } from "../../../proof/lab/run-folder";
import type { Report } from "../../../proof/rehearse/report";
import { keepRecord, newestRecord } from "../../../proof/rehearse/report-file";
import { callEach } from "../../cli/calls";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "report-file-"));
});
afterEach(() => rmSync(project, { recursive: true }));

const report: Report = { stacks: [], checks: [], replacements: [], asDeployed: [], seconds: 1 };
const record = (environment: string, began: number) => ({ environment, began, ended: began + 1, good: true, report });

test("each environment has its own newest rehearsal, however many runs of others came later", () => {
  keepRecord(project, record("dev", 1));
  keepRecord(project, record("dev", 2));
  for (let run = 0; run < 7; run++) {
    createRunFolder(project);
    keepRecord(project, record("prod", 10 + run));
  }
  expect(newestRecord(project, "dev")?.began).toBe(2);
  expect(newestRecord(project, "prod")?.began).toBe(16);
  expect(newestRecord(project, "test")).toBeUndefined();
});

describe("typing errors", () => {
  const runs = projectPath(".rehearsal/runs");
  const runFolders = () => (existsSync(runs) ? readdirSync(runs) : undefined);
  let before: string[] | undefined;
  let answers: ReturnType<typeof callAll>;
  const callAll = () =>
    callEach({
      "an environment": ["rehearse", "--env", "dve"],
      "a consumer": ["rehearse", "--consumer", "exmple"],
      "a stack": ["rehearse", "--stack", "netwrok-dev"],
    });
  beforeAll(() => {
    before = runFolders();
    answers = callAll();
  }, 60_000);

  test.each([
    ["an environment", 'Unknown environment "dve". Available: dev, prod. Did you mean "dev"?'],
    ["a consumer", 'Unknown consumer "exmple". Available: example. Did you mean "example"?'],
    ["a stack", 'Did you mean "network-dev"?'],
  ] as const)("in the name of %s is told at once, and no run folder is made", (what, message) => {
    const { status, stderr } = answers[what];
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(runFolders()).toEqual(before);
  });
});
