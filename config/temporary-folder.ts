import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { types } from "node:util";

/** A new, empty folder. Whoever asks for it removes it. */
export const newTemporaryFolder = (name: string): string => mkdtempSync(join(tmpdir(), `${name}-`));

/** Runs `work` with a folder that is empty at first, and gone when the work has ended, however it ends. */
export function inTemporaryFolder<Result>(name: string, work: (folder: string) => Result): Result {
  const folder = newTemporaryFolder(name);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  let result: Result | undefined;
  try {
    result = work(folder);
  } finally {
    if (!types.isPromise(result)) remove();
  }
  return types.isPromise(result) ? (result.finally(remove) as Result) : result;
}
