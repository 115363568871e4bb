import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { wholeNumber } from "../../engine/arguments";
import { table } from "../../engine/table";

/** Something that is measured, in processes of its own. */
interface Case {
  readonly title: string;
  /** Arguments of Node. */
  command(files: Files): readonly string[];
  /** In one table of a kind, the first is what the others are compared with. */
  readonly kind: "synth" | "work";
  readonly consumers?: number;
}

/** Folders of one case. */
interface Files {
  /** Its configuration. */
  readonly folder: string;
  readonly outdir: string;
  /** Where AWS CDK is installed. */
  readonly awsCdk: string;
}

/** What one run took, its child processes included. */
interface Measurement {
  readonly seconds: number;
  /** Of all threads; unlike the seconds hardly longer on a machine that is busy otherwise. NaN where `/proc` is missing. */
  readonly processorSeconds: number;
  /** Most memory that one of Node's processes held, in MiB. */
  readonly mebibytes: number;
}

interface Options {
  readonly consumers: readonly number[];
  readonly runs: number;
  readonly awsCdk?: boolean;
  readonly all?: boolean;
}

const synthBundle = () => [projectPath("synth/bundled.mjs")];
const program = (...words: string[]) => ({
  kind: "work" as const,
  command: () => [projectPath("cli/ecs-privatelink.mjs"), ...words],
});
const awsCdkApp = ({ awsCdk }: Files) => join(awsCdk, "app.cjs");

/** How a synth can be started. */
const SYNTHS: readonly Case[] = [
  { title: "synth from TypeScript", kind: "synth", command: () => ["--import", "tsx", projectPath("main.ts")] },
  { title: "npm run synth", kind: "synth", command: synthBundle },
  {
    title: "npx cdktf synth",
    kind: "synth",
    command: ({ outdir }) => [projectPath("node_modules/cdktf-cli/bundle/bin/cdktf"), "synth", "--output", outdir],
  },
];

/** The same architecture, from proof/bench/aws-cdk. */
const AWS_CDK_SYNTHS: readonly Case[] = [
  { title: "AWS CDK", kind: "synth", command: (files) => [awsCdkApp(files)] },
  {
    title: "AWS CDK, command line",
    kind: "synth",
    command: (files) => [
      join(files.awsCdk, "node_modules/aws-cdk/bin/cdk"),
      ...["synth", "--quiet", "--app", `${process.execPath} ${awsCdkApp(files)}`, "--output", files.outdir],
    ],
  },
];

const AWS_CDK_PACKAGES = ["aws-cdk-lib@2.276.0", "aws-cdk@2.1148.1", "constructs@10.6.0"];

/** What a contributor and a newcomer wait for. */
const WORK: readonly Case[] = [
  { title: "npm test", ...program("test") },
  { title: "npm test -- --changed", ...program("test", "--changed") },
  { title: "npm start -- --quick", ...program("rehearse", "--quick") },
  { title: "npm start", ...program("rehearse") },
];

export const command = new Command("bench")
  .description(
    "Synthesizes the committed environments, in each way that it can be started and with more and more consumers, and prints seconds, processor time and memory.",
  )
  .option("--consumers <numbers>", "numbers of consumers, separated by commas", numbers, [10, 100, 1000])
  .option("--runs <number>", "runs of each, in turns; the median counts", wholeNumber, 3)
  .option("--aws-cdk", "also the same architecture in AWS CDK, which is installed from npm into a temporary folder")
  .option("--all", "also the tests and the rehearsals, once each: about a quarter of an hour")
  .action(bench);

function bench({ all, awsCdk, consumers, runs }: Options): void {
  const growing = (title: string, synth: Case["command"]) =>
    consumers.map(
      (count): Case => ({ title: `${title}, ${count} consumers`, kind: "synth", command: synth, consumers: count }),
    );
  const synths = [
    ...SYNTHS,
    ...(awsCdk ? AWS_CDK_SYNTHS : []),
    ...growing("npm run synth", synthBundle),
    ...(awsCdk ? growing("AWS CDK", (files) => [awsCdkApp(files)]) : []),
  ];
  const measured = new Map<Case, Measurement[]>([...synths, ...(all ? WORK : [])].map((each) => [each, []]));
  inTemporaryFolder("bench", (folder) => {
    if (awsCdk) installAwsCdk(join(folder, "aws-cdk"));
    for (const count of new Set(synths.map((each) => each.consumers ?? 1)))
      writeConsumers(join(folder, String(count)), count);
    // The first run makes the bundle, and is not counted.
    measure(SYNTHS[1] as Case, folder);
    for (let run = 0; run < runs; run++) for (const each of synths) measured.get(each)?.push(measure(each, folder));
    if (all) for (const each of WORK) measured.get(each)?.push(measure(each, folder));
  });
  print([...measured].map(([each, results]) => ({ ...each, ...median(results) })));
}

function installAwsCdk(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  cpSync(projectPath("proof/bench/aws-cdk/app.cjs"), join(folder, "app.cjs"));
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", ...AWS_CDK_PACKAGES], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`AWS CDK could not be installed from npm:\n${stderr.trim()}`);
}

/** One run in a process of its own. */
function measure({ command: argumentsOf, consumers = 1, kind, title }: Case, folder: string): Measurement {
  const files = {
    folder: join(folder, String(consumers)),
    outdir: join(folder, "out"),
    awsCdk: join(folder, "aws-cdk"),
  };
  const args = ["--require", projectPath("proof/bench/memory.cjs"), "--disable-warning=DEP0044", ...argumentsOf(files)];
  const memory = join(folder, "memory");
  writeFileSync(memory, "");
  rmSync(files.outdir, { recursive: true, force: true });
  const processorBefore = processorOfChildren();
  const begin = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, args, {
    cwd: projectPath(),
    encoding: "utf8",
    maxBuffer: Number.POSITIVE_INFINITY,
    env: {
      ...process.env,
      BENCH_MEMORY_FILE: memory,
      CI: "true",
      ...(kind === "synth" && {
        CONFIG: join(files.folder, "*/*.yaml"),
        CDKTF_OUTDIR: files.outdir,
        // Of AWS CDK's app.
        CDK_OUTDIR: files.outdir,
        CONSUMERS: String(consumers),
      }),
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  if (status !== 0) throw new Error(`${title}:\n${stderr.trim() || stdout.trim().split("\n").slice(-20).join("\n")}`);
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
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.versions.node}`);
  for (const kind of ["synth", "work"] as const) {
    const ofKind = rows.filter((row) => row.kind === kind);
    if (ofKind.length === 0) continue;
    const [first] = ofKind;
    const base = ({ consumers, title }: Case) =>
      ofKind.find((each) => title === `${each.title}, ${consumers} consumers`);
    console.log(
      `\n${table(
        ["", "s", "processor s", "MiB", "ratio", "each further consumer"],
        ofKind.map((row) => [
          row.title,
          row.seconds.toFixed(2),
          row.processorSeconds.toFixed(2),
          row.mebibytes.toFixed(0),
          (row.processorSeconds / (first?.processorSeconds ?? 1)).toFixed(2),
          furtherConsumer(row, base(row)),
        ]),
      )}`,
    );
  }
}

function furtherConsumer({ consumers = 1, ...row }: Case & Measurement, base: Measurement | undefined): string {
  if (base === undefined) return "";
  const milliseconds = (1000 * (row.processorSeconds - base.processorSeconds)) / (consumers - 1);
  return `${milliseconds.toFixed(1)} ms, ${((row.mebibytes - base.mebibytes) / (consumers - 1)).toFixed(2)} MiB`;
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

function numbers(text: string): number[] {
  return text.split(",").map(wholeNumber);
}
