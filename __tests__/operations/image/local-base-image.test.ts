import { dependenciesOf } from "../../../operations/image/local-base-image";

test("a workspace's dependencies are found where Node.js finds them", () => {
  const packages = {
    "": { dependencies: { other: "1" } },
    app: { dependencies: { a: "1", b: "2" }, devDependencies: { tool: "1" } },
    "app/node_modules/b": { dependencies: { c: "1" } },
    "node_modules/@scope/e": { devDependencies: { other: "1" } },
    "node_modules/a": { dependencies: { c: "2" }, optionalDependencies: { "not-here": "1" } },
    "node_modules/a/node_modules/c": { dependencies: { "@scope/e": "1", a: "1" } },
    "node_modules/b": {},
    "node_modules/c": {},
    "node_modules/other": {},
    "node_modules/tool": {},
  };
  expect([...dependenciesOf(packages, "app")].sort()).toEqual([
    "app/node_modules/b",
    "node_modules/@scope/e",
    "node_modules/a",
    "node_modules/a/node_modules/c",
    "node_modules/c",
    "node_modules/tool",
  ]);
});
