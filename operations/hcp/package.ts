import { readdirSync } from "node:fs";
import { sep } from "node:path";
import { create } from "tar";

/** What a rehearsal or a run on this machine leaves in a stack directory, and no remote run may see. */
const LOCAL = /^(\.terraform|\.build|.*\.tfplan|.*\.tfstate(\..*)?|.*_override\.tf\.json|metadata\.json)$/;

/**
 * Packs a stack directory for upload as tar.gz: its JSON, its assets and, if there is one, the lock file of its
 * providers. The files are at the root of the archive, as the API wants them; the same files give the same bytes.
 */
export function packStack(directory: string): Uint8Array<ArrayBuffer> {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => !LOCAL.test(path.split(sep)[0] ?? ""))
    .sort();
  const archive = create(
    { gzip: { portable: true }, cwd: directory, portable: true, mtime: new Date(0), noDirRecurse: true, sync: true },
    files,
  );
  return Uint8Array.from(archive.read() ?? []);
}
