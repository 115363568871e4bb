import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import type { Interruption } from "../../engine/terraform/interruption";
import { runProcess } from "../../engine/terraform/process";
import type { Report } from "../../lambda/alb-ip-sync/run";

/** What one run of the function came to. */
export interface Outcome {
  readonly report?: Report;
  /** What the function threw. */
  readonly error?: string;
}

/** The code that Terraform zipped, and the variables that the function has. */
export interface PackagedSync {
  readonly zipFile: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Folder to unpack into. */
  readonly folder: string;
  /** Gets what the function prints. Appended to. */
  readonly logFile: string;
  readonly endpoint: string;
  readonly dnsAddress: string;
  readonly region: string;
  /** Access key of its calls, by which the emulator tells them from others. */
  readonly accessKeyId: string;
  readonly interruption?: Interruption;
}

/** Marks the line in which a process says what its runs came to. */
const RESULT = "rehearsal result: ";

/** Calls the handler once for each minute given, at that time, as one warm execution environment would. */
const LAUNCHER = `
  const { handler } = require("./index.js");
  const now = Date.now;
  (async () => {
    const outcomes = [];
    for (const minute of JSON.parse(process.argv[1])) {
      Date.now = () => now() + minute * 60000;
      try {
        outcomes.push({ report: await handler({}, { getRemainingTimeInMillis: () => 20000 }) });
      } catch (error) {
        outcomes.push({ error: error.name + ": " + error.message });
      }
    }
    console.log(${JSON.stringify(RESULT)} + JSON.stringify(outcomes));
  })();`;

/** Unpacks the zip file: its only file has to be \`index.js\`. */
export function unpack({ zipFile, folder }: PackagedSync): void {
  const files = unzipSync(readFileSync(zipFile));
  const names = Object.keys(files);
  if (names.join() !== "index.js") throw new Error(`${zipFile} holds ${names.join(", ")} instead of index.js alone`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), strFromU8(files["index.js"] ?? new Uint8Array()));
}

/**
 * Runs the unpacked function in a new process, once for each of the minutes.
 *
 * @param minutes minutes from now, as the function's clock shows them
 * @throws Error if the process ends without saying what its runs came to
 */
export async function invoke(sync: PackagedSync, minutes: readonly number[]): Promise<Outcome[]> {
  const { stdout, stderr, exitCode } = await runProcess(
    process.execPath,
    ["-e", LAUNCHER, "--", JSON.stringify(minutes)],
    {
      cwd: sync.folder,
      env: {
        ...sync.variables,
        AWS_ENDPOINT_URL: sync.endpoint,
        AWS_REGION: sync.region,
        AWS_ACCESS_KEY_ID: sync.accessKeyId,
        AWS_SECRET_ACCESS_KEY: "rehearsal",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        DNS_SERVERS: sync.dnsAddress,
      },
      ...(sync.interruption ? { interruption: sync.interruption } : {}),
    },
  );
  mkdirSync(dirname(sync.logFile), { recursive: true });
  appendFileSync(sync.logFile, stdout + stderr);
  const result = stdout.split("\n").find((line) => line.startsWith(RESULT));
  if (result === undefined) throw new Error(`the function ended with exit code ${exitCode} (log: ${sync.logFile})`);
  return JSON.parse(result.slice(RESULT.length)) as Outcome[];
}
