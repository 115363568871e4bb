import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/**
 * Writes a file on the shared file system, reads it back and removes it. One file name per task, so that a task that
 * was killed halfway leaves at most one file.
 *
 * @throws the operating system's error, or one that says that other content came back
 */
export async function probeFileSystem(path: string): Promise<void> {
  const file = join(path, `.ready-${hostname()}`);
  const content = randomUUID();
  await writeFile(file, content);
  const read = await readFile(file, "utf8");
  await rm(file, { force: true });
  if (read !== content) throw new Error(`${file} holds other content than was written`);
}
