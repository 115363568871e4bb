import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { projectPath } from "../../config/project";

/** Something that is measured, in a process of its own. */
interface Case {
  readonly title: string;
  /** Arguments of Node; the output folder is that of the environment variable, too. */
  command(outdir: string): readonly string[];
  readonly consumers: number;
}

/** What one run took, its child processes included. */
interface Measurement {
  readonly seconds: number;
  /** Of all threads; unlike the seconds hardly longer on a machine that is busy otherwise. NaN where `/proc` is missing. */
  readonly processorSeconds: number;
  /** Most memory that a process held, in MiB. */
  readonly mebibytes: number;
}

const bundled = () => ["--disable-warning=DEP0044", projectPath("synth/bundled.mjs")];

/** How a synth can be started; the first is what the others are compared with. */
const WAYS: readonly Omit<Case, "consumers">[] = [
  { title: "synth from TypeScript", command: () => ["--import", "tsx", projectPath("main.ts")] },
  { title: "npm run synth", command: bundled },
  {
    title: "npx cdktf synth",
    command: (outdir) => [projectPath("node_modules/cdktf-cli/bundle/bin/cdktf"), "synth", "--output", outdir],
  },
];

export const command = new Command("bench")
  .description(
    "Synthesizes the committed environments, in each way that it can be started and with more and more consumers, and prints seconds, processor time and memory.",
  )
  .option("--consumers <numbers>", "numbers of consumers, separated by commas", numbers, [10, 100, 1000])
  .option("--runs <number>", "runs of each, in turns; the median counts", number, 3)
  .action(bench);

function bench({ consumers, runs }: { readonly consumers: readonly number[]; readonly runs: number }): void {
  const cases: readonly Case[] = [
    ...WAYS.map((way) => ({ ...way, consumers: 1 })),
    ...consumers.map((count) => ({ title: `${count} consumers`, command: bundled, consumers: count })),
  ];
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const measured = new Map<Case, Measurement[]>(cases.map((each) => [each, []]));
  try {
    for (const each of cases) writeConsumers(join(folder, String(each.consumers)), each.consumers);
    // The first run makes the bundle, and is not counted.
    measure(cases[1] as Case, folder);
    for (let run = 0; run < runs; run++) for (const [each, results] of measured) results.push(measure(each, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
  print([...measured].map(([each, results]) => ({ ...each, ...median(results) })));
}

/** One synth in a process of its own. */
function measure({ command: argumentsOf, consumers, title }: Case, folder: string): Measurement {
  const files = join(folder, String(consumers));
  const outdir = join(files, "out");
  const args = ["--require", projectPath("proof/bench/memory.cjs"), ...argumentsOf(outdir)];
  const memory = join(folder, "memory");
  writeFileSync(memory, "");
  const processorBefore = processorOfChildren();
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: projectPath(),
    encoding: "utf8",
    env: {
      ...process.env,
      BENCH_MEMORY_FILE: memory,
      CI: "true",
      CONFIG: join(files, "*/*.yaml"),
      CDKTF_OUTDIR: outdir,
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  if (status !== 0) throw new Error(`${title}: ${stderr.trim()}`);
  return {
    seconds,
    processorSeconds: processorOfChildren() - processorBefore,
    mebibytes: Math.max(...readFileSync(memory, "utf8").trim().split("\n").map(Number)) / 1024,
  };
}

/** Processor seconds of all processes that this one started and that have ended, with theirs; Linux only. */
function processorOfChildren(): number {
  try {
    // Fields 16 and 17 of proc(5), in hundredths of a second; the name in brackets may hold spaces.
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return Number.NaN;
  }
}

const median = (measurements: readonly Measurement[]): Measurement =>
  [...measurements].sort((a, b) => a.seconds - b.seconds)[Math.floor(measurements.length / 2)] as Measurement;

function print(rows: readonly (Case & Measurement)[]): void {
  const [first, one] = rows;
  if (first === undefined || one === undefined) return;
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.versions.node}`);
  console.log(
    `${"".padEnd(24)}${["s", "processor s", "MiB", "ratio"].map((each) => each.padStart(12)).join("")}   each further consumer`,
  );
  for (const { consumers, mebibytes, processorSeconds, seconds, title } of rows) {
    const numbers = [seconds.toFixed(2), processorSeconds.toFixed(2), mebibytes.toFixed(0)];
    const ratio = (processorSeconds / first.processorSeconds).toFixed(2);
    const more = consumers - one.consumers;
    const each =
      more > 0
        ? `   ${((1000 * (processorSeconds - one.processorSeconds)) / more).toFixed(1)} ms, ${((mebibytes - one.mebibytes) / more).toFixed(2)} MiB`
        : "";
    console.log(`${title.padEnd(24)}${[...numbers, ratio].map((cell) => cell.padStart(12)).join("")}${each}`);
  }
}

/** The committed environments, and so many consumers in an account each: half of them make a VPC, half look one up. */
function writeConsumers(folder: string, count: number): void {
  cpSync(projectPath("config", "environments"), join(folder, "environments"), { recursive: true });
  mkdirSync(join(folder, "consumers"), { recursive: true });
  for (let index = 0; index < count; index++) {
    writeFileSync(
      join(folder, "consumers", `team-${index}.yaml`),
      `region: eu-central-1
accountId: "${444400000000 + index}"
service:
  name: com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0
${consumer(index)}`,
    );
  }
}

const consumer = (index: number): string =>
  index % 2 === 0
    ? `
vpc:
  cidr: 10.${Math.floor(index / 256) % 256}.${index % 256}.0/24
dns:
  mode: private-hosted-zone
  name: app.example.internal
`
    : `
vpc:
  id: vpc-0123456789abcdef0
  subnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
clients:
  cidrs: [10.90.0.0/16]
`;

function number(text: string): number {
  const parsed = Number(text);
  if (Number.isInteger(parsed) && parsed > 0) return parsed;
  throw new InvalidArgumentError("give a whole number above 0");
}

function numbers(text: string): number[] {
  return text.split(",").map(number);
}
