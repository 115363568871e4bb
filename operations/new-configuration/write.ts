import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Kind } from "../../config/files";
import { loadConfiguration } from "../../config/load";
import { inTemporaryFolder } from "../../config/temporary-folder";

/**
 * Writes a configuration file that the loader takes, beside all the others that are there. Nothing is overwritten, and
 * nothing that would be refused is written.
 *
 * @param folder with `environments/` and `consumers/`
 * @returns the file's path
 * @throws Error with the loader's own words, or if a file of that name is there
 */
export function write(folder: string, kind: Kind, name: string, text: string): string {
  const file = join(folder, kind, `${name}.yaml`);
  for (const taken of [file, file.replace(/\.yaml$/, ".yml")]) {
    if (existsSync(taken)) throw new Error(`${shown(taken)} already exists: choose another name, or edit that file`);
  }
  tryBesideOthers(folder, kind, name, text);
  mkdirSync(join(folder, kind), { recursive: true });
  // `wx` refuses a file that has come meanwhile.
  writeFileSync(file, text, { flag: "wx" });
  return shown(file);
}

/** Rules look at several files at once, e.g. at networks that overlap: so the new file is loaded among copies of the others. */
function tryBesideOthers(folder: string, kind: Kind, name: string, text: string): void {
  inTemporaryFolder("new-configuration", (copy) => {
    for (const each of ["environments", "consumers"]) {
      if (existsSync(join(folder, each))) cpSync(join(folder, each), join(copy, each), { recursive: true });
    }
    mkdirSync(join(copy, kind), { recursive: true });
    writeFileSync(join(copy, kind, `${name}.yaml`), text);
    try {
      loadConfiguration({ folder: copy });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(
        `nothing was written, because the file would be invalid:\n${message.replaceAll(copy, shown(folder))}`,
      );
    }
  });
}

/** A path as short as a person needs it. */
export function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") ? path : below;
}
