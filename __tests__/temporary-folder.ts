import { rmSync } from "node:fs";
import { newTemporaryFolder } from "../config/temporary-folder";

/** An empty folder, which is gone when the tests around have ended. */
export function temporaryFolder(name: string): string {
  const folder = newTemporaryFolder(name);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
