import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { ensureLambdaBundle } from "../../lambda/bundle";

/** What the packaged function costs before it does anything, on this machine. */
export interface Footprint {
  readonly bundleBytes: number;
  /** Time that `require` of the bundle takes in a new process, the best of several, in milliseconds. */
  readonly importMilliseconds: number;
  /** Resident memory of that process, with Node.js itself, and before the import, in bytes. */
  readonly residentBytes: number;
  readonly residentBytesOfNode: number;
}

const MEASUREMENTS = 5;

export function measureFootprint(): Footprint {
  const file = join(ensureLambdaBundle("alb-ip-sync"), "index.js");
  const code = `const { rss } = process.memoryUsage(), start = performance.now();
    require(${JSON.stringify(file)});
    const importMilliseconds = performance.now() - start;
    console.log(JSON.stringify({ importMilliseconds, residentBytes: process.memoryUsage().rss, residentBytesOfNode: rss }))`;
  const env = { AWS_REGION: "eu-west-1", AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const measured = Array.from(
    { length: MEASUREMENTS },
    () =>
      JSON.parse(execFileSync(process.execPath, ["-e", code], { env, encoding: "utf8" })) as Omit<
        Footprint,
        "bundleBytes"
      >,
  );
  const [best] = measured.sort((a, b) => a.importMilliseconds - b.importMilliseconds);
  if (!best) throw new Error("nothing was measured");
  return { bundleBytes: statSync(file).size, ...best };
}
