import { existsSync, readFileSync } from "node:fs";
import { projectPath } from "../../../config/project";
import { synthesizeExample } from "../../../operations/docs/example";
import { moduleFolders, modulePage, pageFile } from "../../../operations/docs/module-page";
import { modulePicture, pictureFile } from "../../../operations/docs/picture";
import { constructsOf } from "../../../operations/docs/source";

const folders = moduleFolders();

test.each(folders)("the example of modules/%s synthesizes", async (folder) => {
  expect(Object.keys(await synthesizeExample(folder)).length).toBeGreaterThan(0);
});

test.each(folders)("docs/modules/%s.md is what `npm run docs:modules` writes", async (folder) => {
  expect(existsSync(projectPath(pageFile(folder)))).toBe(true);
  expect(readFileSync(projectPath(pageFile(folder)), "utf8")).toBe(await modulePage(folder));
});

test.each(folders)("the picture of modules/%s is what `npm run docs:modules` draws", async (folder) => {
  const drawn = await modulePicture(folder, await synthesizeExample(folder));
  expect(readFileSync(projectPath(pictureFile(folder)), "utf8")).toBe(drawn);
});

test("props, defaults and members are those of the source", () => {
  const sync = constructsOf("privatelink").find(({ name }) => name === "AlbIpSync");
  expect(sync?.props).toContainEqual({
    name: "scheduleMinutes",
    type: "number",
    optional: true,
    doc: "Minutes between two runs.",
    standard: "1",
  });
  expect(sync?.members.map(({ name }) => name)).toContain("stateTable");
});

test("every construct says what it is", () => {
  const silent = folders.flatMap(constructsOf).filter(({ doc }) => doc === "");
  expect(silent.map(({ name }) => name)).toEqual([]);
});
