import { readFileSync } from "node:fs";
import { defaultFolder, filesIn, filesNamed } from "./files";
import { ConfigurationError, loadConfiguration } from "./load";
import type { Configuration } from "./schema";

export interface LoadForOptions {
  /** A path or a glob. Default: the variable `CONFIG`; else all files of the folder. */
  readonly files?: string;
  /** Folder with `environments/` and `consumers/`. Default: `config`. */
  readonly folder?: string;
  /** Gets a sentence for each file that is left out. */
  readonly warn?: (text: string) => void;
}

/**
 * The configuration for a command about one environment. A file that is wrong on its own stops it only if it is the
 * environment's, or that of a consumer of it; any other is left out with a warning. What two good files contradict each other
 * in still stops it.
 *
 * @param environment name, e.g. `dev`
 * @throws ConfigurationError with the problems that concern the environment
 */
export function loadConfigurationFor(environment: string, options: LoadForOptions = {}): Configuration {
  const { files, folder = defaultFolder, warn = (text) => console.error(text) } = options;
  const named = files ?? (folder === defaultFolder ? process.env.CONFIG : undefined);
  const load = (only: readonly string[] | undefined) =>
    loadConfiguration({ folder, ...(only ? { files: only } : named ? { files: named } : {}) });
  try {
    return load(undefined);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const all = (named ? filesNamed(named) : filesIn(folder).files).map(({ file, name }) => ({ file, name }));
    const broken = all.filter(({ file }) => isBrokenAlone(() => load([file])));
    const others = broken.filter(({ file, name }) => name !== environment && !isConsumerOf(environment, file));
    // Nothing to leave out: the problems are the environment's own, or lie between files.
    if (others.length === 0) throw error;
    const left = all.filter(({ file }) => !others.some((other) => other.file === file));
    const configuration = load(left.map(({ file }) => file));
    for (const { file } of others) {
      warn(`${file} has problems and is left out; rules between it and ${environment} are not checked`);
    }
    return configuration;
  }
}

function isBrokenAlone(load: () => unknown): boolean {
  try {
    load();
    return false;
  } catch {
    return true;
  }
}

/** Whether a file that can't be read as a configuration is a consumer's of the environment, as far as its text tells. */
function isConsumerOf(environment: string, file: string): boolean {
  try {
    return new RegExp(`^\\s+environment:\\s*["']?${environment}["']?\\s*(#.*)?$`, "m").test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}
