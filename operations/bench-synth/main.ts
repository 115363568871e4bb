import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { projectPath } from "../../config/project";

/** What one synth took. */
interface Measurement {
  readonly seconds: number;
  /** Of all the process's threads; unlike the seconds hardly longer on a machine that is busy otherwise. */
  readonly processorSeconds: number;
  /** Most memory that the process held, in MB. */
  readonly megabytes: number;
}

const program = new Command("npm run bench:synth --")
  .description(
    "Synthesizes the committed environments and more and more consumers, each time in a fresh process from TypeScript, and prints seconds, processor time and memory.",
  )
  .option("--consumers <numbers>", "numbers of consumers, separated by commas", numbers, [1, 10, 100, 1000])
  .option("--runs <number>", "runs of each; the fastest counts", number, 3)
  .action(bench);

function bench({ consumers, runs }: { readonly consumers: readonly number[]; readonly runs: number }): void {
  console.log("consumers   seconds processor s        MB   each consumer: processor, memory");
  let first: { readonly count: number; readonly measurement: Measurement } | undefined;
  for (const count of consumers) {
    const measurement = fastest(Array.from({ length: runs }, () => measure(count)));
    const { megabytes, processorSeconds, seconds } = measurement;
    const more = first && count - first.count;
    const each =
      first && more
        ? `${((1000 * (processorSeconds - first.measurement.processorSeconds)) / more).toFixed(1)} ms, ${((megabytes - first.measurement.megabytes) / more).toFixed(2)} MB`
        : "";
    console.log(
      [
        String(count).padStart(9),
        seconds.toFixed(2).padStart(10),
        processorSeconds.toFixed(2).padStart(12),
        megabytes.toFixed(0).padStart(10),
        `   ${each}`,
      ].join(""),
    );
    first ??= { count, measurement };
  }
}

/** Half of the consumers make a VPC, half look one up. */
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
  cidrs: [10.0.0.0/8]
`;

/** One synth in a process of its own, as `npx cdktf synth` starts it. */
function measure(consumers: number): Measurement {
  const folder = mkdtempSync(join(tmpdir(), "bench-synth-"));
  try {
    cpSync(projectPath("config", "environments"), join(folder, "environments"), { recursive: true });
    mkdirSync(join(folder, "consumers"));
    for (let index = 0; index < consumers; index++) {
      writeFileSync(
        join(folder, "consumers", `team-${index}.yaml`),
        `region: eu-central-1
accountId: "444455556666"
service:
  name: com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0
${consumer(index)}`,
      );
    }
    const begin = performance.now();
    const used = execFileSync(
      process.execPath,
      ["--import", "tsx", projectPath("operations/bench-synth/synth.ts"), folder],
      { cwd: projectPath(), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    const { kilobytes, processorSeconds } = JSON.parse(used) as { kilobytes: number; processorSeconds: number };
    return { seconds: (performance.now() - begin) / 1000, processorSeconds, megabytes: kilobytes / 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fastest = (measurements: readonly Measurement[]): Measurement =>
  measurements.reduce((best, next) => (next.seconds < best.seconds ? next : best));

function number(text: string): number {
  const parsed = Number(text);
  if (Number.isInteger(parsed) && parsed > 0) return parsed;
  throw new InvalidArgumentError("give a whole number above 0");
}

function numbers(text: string): number[] {
  return text.split(",").map(number);
}

program.parse();
