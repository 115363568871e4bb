import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigurationError, loadConfiguration } from "../config/load";
import { inTemporaryFolder } from "../config/temporary-folder";
import { anyFile } from "./arbitraries/fuzz";

/** What came of reading random files. */
export interface Fuzzed {
  readonly files: number;
  readonly accepted: number;
  readonly problems: number;
  readonly slowestMilliseconds: number;
  /** Files that ended otherwise than with a configuration or with messages, or took too long. */
  readonly failures: readonly { readonly bytes: string; readonly what: string }[];
}

/** No message may take longer. */
const MOST_MILLISECONDS = 2000;

/** Reads random files as environments and as consumers: each is accepted, or refused by messages with place and fix. */
export function fuzzLoader(runs: number, seed: number): Fuzzed {
  const failures: { bytes: string; what: string }[] = [];
  let [accepted, problems, slowestMilliseconds] = [0, 0, 0];
  inTemporaryFolder("fuzz", (folder) => {
    for (const kind of ["environments", "consumers"]) mkdirSync(join(folder, kind));
    for (const [index, bytes] of fc.sample(anyFile, { numRuns: runs, seed }).entries()) {
      const file = join(folder, index % 3 === 0 ? "consumers" : "environments", "test.yaml");
      writeFileSync(file, bytes);
      const begin = performance.now();
      let what: string | undefined;
      try {
        loadConfiguration({ files: file, folder });
        accepted += 1;
      } catch (error) {
        if (error instanceof ConfigurationError) {
          problems += error.problems.length;
          const bare = error.problems.find(
            (each) => !each.file || !each.given || !each.allowed || !/\w/.test(each.fix),
          );
          if (bare) what = `a message without place or fix: ${JSON.stringify(bare)}`;
        } else what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      const milliseconds = performance.now() - begin;
      slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds);
      if (milliseconds > MOST_MILLISECONDS) what ??= `${Math.round(milliseconds)} ms`;
      if (what !== undefined) failures.push({ bytes: bytes.toString("base64"), what });
      rmSync(file);
    }
  });
  return { files: runs, accepted, problems, slowestMilliseconds, failures };
}
