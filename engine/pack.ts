import { readdirSync } from "node:fs";
import { sep } from "node:path";
import { create } from "tar";

/**
 * Packs a folder as tar.gz, its files at the root of the archive. The same files give the same bytes.
 *
 * @param skip whether to leave out what is at the top of the folder under a name
 */
export function packFolder(folder: string, skip: (name: string) => boolean): Uint8Array<ArrayBuffer> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !skip(path.split(sep)[0] ?? ""))
    .sort();
  const archive = create(
    { gzip: { portable: true }, cwd: folder, portable: true, mtime: new Date(0), noDirRecurse: true, sync: true },
    files,
  );
  return Uint8Array.from(archive.read() ?? []);
}
