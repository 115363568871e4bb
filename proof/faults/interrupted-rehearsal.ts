import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { projectPath } from "../../config/project";
import { INTERRUPTED_EXIT_CODE } from "../../engine/terraform/interruption";
import { type FaultCase, Tally } from "./outcome";

interface Moment {
  /** What the rehearsal has just said. */
  readonly after: string;
  /** @default at once */
  readonly secondsLater?: number;
  readonly signal: "SIGINT" | "SIGTERM";
}

/** Every phase of a rehearsal, and the middle of the long ones. */
const MOMENTS: readonly Moment[] = [
  { after: "Configuration", signal: "SIGINT" },
  { after: "Prepare", signal: "SIGINT" },
  { after: "Terraform: ", signal: "SIGTERM" },
  { after: "Emulated AWS: http", signal: "SIGINT" },
  { after: "\nApply", secondsLater: 3, signal: "SIGINT" },
  { after: "\nApply", secondsLater: 15, signal: "SIGTERM" },
  { after: "network-dev again", signal: "SIGINT" },
  { after: "\nLook", secondsLater: 1, signal: "SIGINT" },
  { after: "\nDestroy", secondsLater: 5, signal: "SIGTERM" },
];

const SIDE_BY_SIDE = 3;

/** Longest that a rehearsal may take to its end, in ms. */
const LIMIT_MS = 400_000;

/** Longest that what a rehearsal has started may take to be gone from the process table, in ms. */
const GONE_MS = 5_000;

export function interruptedRehearsalCase(): FaultCase {
  return {
    name: "Rehearsal interrupted in every phase",
    expected: "it stops with exit code 130 and leaves no process, lock, container or mount",
    run: async (update) => {
      const tally = new Tally();
      const wrong: string[] = [];
      const waiting = [...MOMENTS];
      const before = { mounts: mounts(), containers: containers() };
      const work = async () => {
        for (let moment = waiting.shift(); moment !== undefined; moment = waiting.shift()) {
          update(describe(moment));
          const found = await interrupt(moment, tally);
          wrong.push(...found.map((text) => `${describe(moment)}: ${text}`));
        }
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
      const left = (now: readonly string[], then: readonly string[]) => now.filter((each) => !then.includes(each));
      wrong.push(...left(mounts(), before.mounts).map((each) => `mount left: ${each}`));
      wrong.push(...left(containers(), before.containers).map((each) => `container left: ${each}`));
      return { runs: MOMENTS.length, seen: tally.counts, wrong };
    },
  };
}

function describe({ after, secondsLater, signal }: Moment): string {
  return `${signal}${secondsLater === undefined ? "" : ` ${secondsLater} s`} after "${after.trim()}"`;
}

async function interrupt({ after, secondsLater = 0, signal }: Moment, tally: Tally): Promise<string[]> {
  const wrong: string[] = [];
  // Everything that a rehearsal starts inherits its environment.
  const mark = `FAULTS_MARK=${randomUUID()}`;
  const command = [projectPath("cli/ecs-privatelink.mjs"), "rehearse", "--stack", "network-dev"];
  const child = spawn(process.execPath, command, {
    cwd: projectPath(),
    detached: true,
    env: { ...process.env, CI: "true", FAULTS_MARK: mark.slice("FAULTS_MARK=".length) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  let said = "";
  let sent = false;
  const listen = (data: Buffer) => {
    said += data;
    if (sent || !said.includes(after)) return;
    sent = true;
    setTimeout(() => child.kill(signal), secondsLater * 1000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  if (code !== INTERRUPTED_EXIT_CODE) wrong.push(`exit code ${code}: ${said.slice(-500)}`);
  else tally.add(`exit code ${INTERRUPTED_EXIT_CODE}`);
  if (/\n\s+at .*:\d+:\d+/.test(said)) wrong.push("a stack trace");

  const processes = await untilGone(mark);
  if (processes.length === 0) tally.add("no process left");
  wrong.push(...processes.map((each) => `process left: ${each}`));
  const logs = /logs: (\S+)/.exec(said)?.[1];
  const locks = logs === undefined ? [] : lockFiles(projectPath(logs, ".."));
  if (locks.length === 0) tally.add("no lock left");
  wrong.push(...locks.map((each) => `lock left: ${each}`));
  return wrong;
}

async function untilGone(mark: string): Promise<string[]> {
  for (const begin = Date.now(); ; await sleep(200)) {
    const left = processesWith(mark);
    if (left.length === 0 || Date.now() - begin > GONE_MS) return left;
  }
}

function processesWith(mark: string): string[] {
  const { stdout } = spawnSync("ps", ["axeww"], { encoding: "utf8", maxBuffer: 1e8 });
  return stdout
    .split("\n")
    .filter((line) => line.includes(mark))
    .map((line) => line.slice(0, 120));
}

function lockFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".lock.info"));
}

function mounts(): string[] {
  if (!existsSync("/proc/mounts")) return [];
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(projectPath()) && !path.includes("/.rehearsal/faults/"));
}

function containers(): string[] {
  const { status, stdout } = spawnSync("docker", ["ps", "--all", "--quiet"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
}
