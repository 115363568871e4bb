import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inTemporaryFolder } from "../../config/temporary-folder";

const write = (folder: string) => writeFileSync(join(folder, "file"), "");

test("a folder is there as long as the work, and gone after it", async () => {
  const now = inTemporaryFolder("test", (folder) => {
    write(folder);
    return folder;
  });
  expect(existsSync(now)).toBe(false);
  const later = await inTemporaryFolder("test", async (folder) => {
    await sleep(1);
    write(folder);
    return folder;
  });
  expect(existsSync(later)).toBe(false);
});

test("work that fails leaves no folder, and its error is seen", async () => {
  const folders: string[] = [];
  const fail = (folder: string) => {
    folders.push(folder);
    throw new Error("failed");
  };
  expect(() => inTemporaryFolder("test", fail)).toThrow("failed");
  await expect(inTemporaryFolder("test", async (folder) => fail(folder))).rejects.toThrow("failed");
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});
