import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectPath } from "../../config/project";
import type { Environment } from "../../config/schema";
import type { Interruption } from "../../engine/terraform/interruption";
import { type ProcessResult, runProcess } from "../../engine/terraform/process";
import { type Check, checked } from "../../operations/verify/check";
import { MISSING_IMAGE, withChangedContext, withImage } from "./variant";

/** One step of an acceptance. What it does may be done again. */
export interface AcceptStep {
  readonly title: string;
  /** What it takes on AWS, roughly. */
  readonly minutes: number;
  /** Why there is nothing to do. */
  readonly skipped?: string;
  run(): AsyncIterable<Check>;
}

export interface StepsOptions {
  readonly environment: Environment;
  /** Folder of this acceptance, absolute. */
  readonly folder: string;
  readonly interruption: Interruption;
  /** How long to wait for a healthy environment, and between two looks, in seconds. */
  readonly patience: { readonly seconds: number; readonly between: number };
}

/** The sequence, by the program's own commands. */
export function acceptSteps(options: StepsOptions): AcceptStep[] {
  const { name, application } = options.environment;
  const { build } = application.image;
  const own = (command: string, ...flags: string[]) => [command, "--env", name, ...flags];
  const once = (item: string, args: readonly string[], expected?: Expected) =>
    async function* () {
      yield await expect(options, item, args, expected);
    };
  const deploy = own("deploy", "--yes");
  return [
    { title: "Bootstrap", minutes: 2, run: once("the state bucket holds its own state", own("bootstrap")) },
    { title: "Deploy", minutes: 25, run: once("every stack is applied", deploy) },
    { title: "Data load", minutes: 3, run: once("a load that works ends with 0", own("load-data")) },
    { title: "Items of the pattern", minutes: 6, run: () => verified(options) },
    { title: "Second plan", minutes: 2, run: once(NO_CHANGE, own("deploy", "--dry-run"), { line: /^No change/m }) },
    { title: "Drift", minutes: 2, run: once("nothing differs, whatever no plan shows included", own("drift")) },
    {
      title: "New image",
      minutes: 20,
      ...(build === undefined ? { skipped: "application.image.build is not used" } : {}),
      run: () => imageAndBack(options, build ?? raise(), deploy),
    },
    { title: "Bad image", minutes: 25, run: () => badImage(options, deploy) },
    {
      title: "Teardown",
      minutes: 25,
      run: once("everything is destroyed", own("teardown", "--confirm", name, ...EMPTYING), {
        line: new RegExp(`^${name} (is completely destroyed|has no resources)`, "m"),
      }),
    },
  ];
}

const NO_CHANGE = "a second plan of every stack is empty";

/** The environment is there to be destroyed. */
const EMPTYING = ["--empty-buckets", "--empty-repositories", "--delete-recovery-points", "--terminate-instances"];

interface Expected {
  readonly exitCode?: number;
  readonly line?: RegExp;
  /** Configuration file in the place of the environment's own. */
  readonly file?: string;
}

async function expect(
  options: StepsOptions,
  item: string,
  args: readonly string[],
  { exitCode: wanted = 0, line, file }: Expected = {},
): Promise<Check> {
  const { exitCode, stderr, stdout } = await program(options, args, file);
  const all = `${stdout}\n${stderr}`;
  const good = exitCode === wanted && (line === undefined || line.test(all));
  const said = good ? "" : `\n${all.trim().split("\n").slice(-15).join("\n")}`;
  const next = "correct what it says, and run the same command again: it continues here";
  return checked(item, good, `${args.join(" ")}: exit code ${exitCode}${said}`, next);
}

/** Runs a command of this program. */
function program(
  { folder, interruption }: StepsOptions,
  args: readonly string[],
  file: string | undefined,
): Promise<ProcessResult> {
  return runProcess(process.execPath, [projectPath("cli/ecs-privatelink.mjs"), ...args], {
    cwd: projectPath(),
    env: { ...process.env, ...(file === undefined ? {} : { CONFIG: file }) },
    logFile: join(folder, "logs", `${args.filter((arg) => !arg.startsWith("--")).join("-")}.log`),
    interruption,
  });
}

/** Looks until every item is as it should be: targets, alarms and metrics need minutes. */
async function* verified(options: StepsOptions): AsyncGenerator<Check> {
  const { environment, interruption, patience } = options;
  const end = Date.now() + patience.seconds * 1000;
  for (;;) {
    const { stderr, stdout } = await program(options, ["verify", "--env", environment.name, "--json"], undefined);
    const checks = checksIn(stdout) ?? [checked("verify", false, stderr.trim() || stdout.trim())];
    if (interruption.stop.aborted || Date.now() > end || checks.every(({ status }) => status !== "fail")) {
      yield* checks;
      return;
    }
    await sleep(patience.between * 1000);
  }
}

function checksIn(text: string): Check[] | undefined {
  try {
    return JSON.parse(text) as Check[];
  } catch {
    return undefined;
  }
}

async function* imageAndBack(
  options: StepsOptions,
  build: NonNullable<Environment["application"]["image"]["build"]>,
  deploy: readonly string[],
): AsyncGenerator<Check> {
  const folder = join(options.folder, "changed-image");
  const file = withChangedContext(options.environment, build, folder, "LABEL acceptance=changed");
  yield await expect(options, "a changed image is built, pushed and served", deploy, { file });
  yield await expect(options, "the image before is served again", deploy);
  yield await healthyAgain(options);
}

async function* badImage(options: StepsOptions, deploy: readonly string[]): AsyncGenerator<Check> {
  const { environment } = options;
  const { build } = environment.application.image;
  const folder = join(options.folder, "bad-image");
  const file =
    build === undefined
      ? withImage(environment, folder, { uri: MISSING_IMAGE })
      : withChangedContext(environment, build, folder, 'ENTRYPOINT ["/is-not-there"]');
  const line = /ECS has rolled the deployment back/;
  const item = "an image that does not start: ECS rolls back, and the apply fails with the reason";
  yield await expect(options, item, deploy, { exitCode: 1, line, file });
  yield await expect(options, "the next apply is as before", deploy);
  yield await healthyAgain(options);
}

async function healthyAgain(options: StepsOptions): Promise<Check> {
  const item = "every item of the pattern is as before";
  const failed: string[] = [];
  for await (const { item: each, status } of verified(options)) if (status === "fail") failed.push(each);
  const saw = failed.join(", ") || "verify finds nothing wrong";
  return checked(item, failed.length === 0, saw, "npx ecs-privatelink verify");
}

function raise(): never {
  throw new Error("no image is built");
}
