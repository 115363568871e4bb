import { synthesizeExample } from "../../../../upkeep/generate/modules/example";
import { moduleFolders } from "../../../../upkeep/generate/modules/module-page";
import { constructsOf } from "../../../../upkeep/generate/modules/source";

const folders = moduleFolders();

test.each(folders)("the example of modules/%s synthesizes", async (folder) => {
  expect(Object.keys(await synthesizeExample(folder)).length).toBeGreaterThan(0);
});

test("props, defaults and members are those of the source", () => {
  const sync = constructsOf("privatelink").find(({ name }) => name === "AlbIpSync");
  expect(sync?.props).toContainEqual({
    name: "dryRun",
    type: "boolean",
    optional: true,
    doc: expect.stringContaining("change no target"),
    standard: "false",
  });
  expect(sync?.members.map(({ name }) => name)).toContain("stateTable");
});

test("every construct says what it is", () => {
  const silent = folders.flatMap(constructsOf).filter(({ doc }) => doc === "");
  expect(silent.map(({ name }) => name)).toEqual([]);
});
