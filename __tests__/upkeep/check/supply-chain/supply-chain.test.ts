import { licenceProblems, lockFileProblems } from "../../../../upkeep/check/supply-chain/lock-file";
import { pythonBill } from "../../../../upkeep/check/supply-chain/python-bill";

const good = { version: "1.0.0", integrity: "sha512-abc", license: "MIT" };
const lock = (changed: object) => ({ "": {}, container: {}, "node_modules/a": { ...good, ...changed } });

test.each([
  ["without a hash", { integrity: undefined }, "node_modules/a has no sha512 hash"],
  ["with a weak hash", { integrity: "sha1-abc" }, "node_modules/a has no sha512 hash"],
  ["without a version", { version: undefined }, "node_modules/a has no version"],
  ["from a repository", { resolved: "git+ssh://host/a" }, "node_modules/a comes from git+ssh://host/a,"],
])("a package %s is told", (_, changed, problem) => {
  expect(lockFileProblems(lock(changed))).toEqual([expect.stringContaining(problem)]);
});

test("a package within another's is covered by that one's hash; links are the project's own", () => {
  expect(lockFileProblems(lock({ integrity: undefined, inBundle: true }))).toEqual([]);
  expect(lockFileProblems({ "node_modules/own": { link: true } })).toEqual([]);
});

test.each(["MIT", "(MIT OR GPL-3.0-or-later)", "Apache-2.0 AND MIT"])("licence %s is allowed", (license) => {
  expect(licenceProblems(lock({ license }))).toEqual([]);
});

test.each(["GPL-3.0-only", "MIT AND AGPL-3.0", "SEE LICENSE IN x", undefined])("licence %s is not", (license) => {
  expect(licenceProblems(lock({ license }))).toHaveLength(1);
});

test("Python requirements become components; one that is not pinned fails", () => {
  expect(pythonBill(["# why\nPyYAML==6.0.3\n", 'typing_extensions==4.16.0 ; python_version < "3.11"'])).toMatchObject({
    components: [{ purl: "pkg:pypi/pyyaml@6.0.3" }, { purl: "pkg:pypi/typing-extensions@4.16.0" }],
  });
  expect(() => pythonBill(["moto>=5"])).toThrow('requirement "moto>=5" is not pinned: write name==version');
});
