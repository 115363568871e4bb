import { readdirSync, readFileSync } from "node:fs";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { refuseBrokenPaths } from "../../synth/refuse-broken-paths";
import { stacksInMemory } from "../../synth/synthesize";
import { sample } from "../lane";

const folder = projectPath("config", "examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe("the examples of docs/make-it-yours.md", () => {
  test.each(sample(examples, 4))(
    "%s is valid, its stacks can be synthesized, and no path that it needs is closed",
    (name) => {
      const configuration = loadConfiguration({ files: projectPath("config", "examples", name) });
      const stacks = stacksInMemory(configuration);
      expect(Object.keys(stacks)).toHaveLength(5);
      expect(() => refuseBrokenPaths(stacks, configuration)).not.toThrow();
    },
  );

  test("each has its place on the page, and the page names no other", () => {
    const page = readFileSync(projectPath("docs", "make-it-yours.md"), "utf8");
    const named = [...page.matchAll(/\(\.\.\/config\/examples\/([\w-]+\.yaml)\)/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual([...examples].sort());
  });
});
