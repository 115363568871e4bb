import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { projectPath } from "../../../../config/project";
import { copyContext, listContextFiles } from "../../../../modules/compute/image/build-context";
import { contentTag } from "../../../../modules/compute/image/content-tag";
import { seed } from "../../../lane";

const sample = projectPath("container");
let folder: string;
let context: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "context-"));
  context = join(folder, "context");
  write("Dockerfile", "FROM scratch\nCOPY . /\n");
  write("src/app.js", "one");
  write("src/run.sh", "two");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(join(context, path, ".."), { recursive: true });
  writeFileSync(join(context, path), content, { mode: 0o644 });
}
const tag = (more: Partial<Parameters<typeof contentTag>[0]> = {}) =>
  contentTag({ context, platform: "linux/arm64", ...more });
const paths = () => listContextFiles(context).map(({ path }) => path);

describe("the tag", () => {
  test("is the same in another clone: other place, times, group permissions and empty folders", () => {
    const clone = join(folder, "clone");
    cpSync(context, clone, { recursive: true });
    utimesSync(join(clone, "src/app.js"), 1, 1);
    chmodSync(join(clone, "src/app.js"), 0o664);
    mkdirSync(join(clone, "empty"));
    expect(contentTag({ context: clone, platform: "linux/arm64" })).toBe(tag());
  });

  test("is one that registries accept", () => {
    expect(tag()).toMatch(/^[\w][\w.-]{0,127}$/);
  });

  test.each<[string, () => void]>([
    ["a file's content", () => write("src/app.js", "two")],
    ["a file's name", () => renameSync(join(context, "src/app.js"), join(context, "src/main.js"))],
    ["the executable bit", () => chmodSync(join(context, "src/run.sh"), 0o755)],
    ["the Dockerfile", () => write("Dockerfile", "FROM scratch\n")],
    ["a new file", () => write("src/new.js", "")],
    ["what .dockerignore leaves out", () => write(".dockerignore", "src/run.sh\n")],
  ])("changes with %s", (_what, change) => {
    const before = tag();
    change();
    expect(tag()).not.toBe(before);
  });

  test("changes with platform and build arguments, whatever their order", () => {
    const a = { BASE_IMAGE: "one", BUILD_IMAGE: "two" };
    const b = { BUILD_IMAGE: "two", BASE_IMAGE: "one" };
    expect(tag({ buildArguments: a })).toBe(tag({ buildArguments: b }));
    const different = [
      tag(),
      tag({ platform: "linux/amd64" }),
      tag({ buildArguments: a }),
      tag({ buildArguments: { ...a, BASE_IMAGE: "three" } }),
      tag({ buildArguments: { BASE_IMAGE: "one" } }),
    ];
    expect(new Set(different).size).toBe(different.length);
  });

  test("does not change with a file that .dockerignore leaves out", () => {
    write(".dockerignore", "node_modules\n*.md\n");
    const before = tag();
    write("node_modules/big/index.js", "changed");
    write("README.md", "changed");
    expect(tag()).toBe(before);
  });

  test("differs for any two different sets of files, even where names and contents run into each other", () => {
    const name = fc.stringMatching(/^[ab]{1,3}$/);
    const files = fc.dictionary(name, fc.stringMatching(/^[ab]{0,3}$/), { maxKeys: 3 });
    const tagOf = (contents: Record<string, string>) => {
      rmSync(context, { recursive: true });
      write("Dockerfile", "FROM scratch\n");
      for (const [path, content] of Object.entries(contents)) write(path, content);
      return tag();
    };
    const asText = (contents: Record<string, string>) => JSON.stringify(Object.entries(contents).sort());
    fc.assert(
      fc.property(files, files, (a, b) => (asText(a) === asText(b)) === (tagOf(a) === tagOf(b))),
      { numRuns: 50, seed },
    );
  });
});

describe("the build context", () => {
  test("of the sample application holds what the Dockerfile copies, and nothing of the host or the bucket", () => {
    const files = listContextFiles(sample).map(({ path }) => path);
    expect(files).toEqual(
      expect.arrayContaining([
        "Dockerfile",
        "build.mjs",
        "package-lock.json",
        "src/server.ts",
        "migrations/001_item.sql",
      ]),
    );
    expect(files.filter((path) => /^(node_modules|dist|static)\//.test(path))).toEqual([]);
  });

  test("honours patterns, exceptions and comments as Docker does", () => {
    write(".dockerignore", "# comment\n**/*.log\ndocs\n!docs/keep.txt\n/src/*.sh\n");
    write("a.log", "");
    write("deep/er/b.log", "");
    write("docs/leave.txt", "");
    write("docs/keep.txt", "");
    expect(paths()).toEqual(["Dockerfile", "docs/keep.txt", "src/app.js"]);
  });

  test("always holds the Dockerfile, as Docker needs it", () => {
    write(".dockerignore", "*\n");
    expect(paths()).toEqual(["Dockerfile"]);
    write("build/Dockerfile.app", "FROM scratch\n");
    expect(listContextFiles(context, "build/Dockerfile.app")).toEqual([
      { path: "build/Dockerfile.app", executable: false },
    ]);
  });

  test("is copied with the same modes in each clone, and a second copy holds no file of the first", () => {
    chmodSync(join(context, "src/app.js"), 0o600);
    chmodSync(join(context, "src/run.sh"), 0o700);
    const copy = join(folder, "copy");
    copyContext(context, copy);
    expect(statSync(join(copy, "src/app.js")).mode & 0o777).toBe(0o644);
    expect(statSync(join(copy, "src/run.sh")).mode & 0o777).toBe(0o755);
    expect(contentTag({ context: copy, platform: "linux/arm64" })).toBe(tag());

    rmSync(join(context, "src/run.sh"));
    copyContext(context, copy);
    expect(listContextFiles(copy).map(({ path }) => path)).toEqual(["Dockerfile", "src/app.js"]);
  });

  test("fails when folder or Dockerfile is missing", () => {
    expect(() => tag({ context: join(folder, "nowhere") })).toThrow(/nowhere\n {2}given: {3}no folder/);
    expect(() => tag({ dockerfile: "Dockerfile.other" })).toThrow(/Dockerfile\.other\n {2}given: {3}no file/);
  });

  test("fails at a symbolic link, whose target may be outside", () => {
    symlinkSync("/etc/hostname", join(context, "link"));
    expect(() => tag()).toThrow(/link\n {2}given: {3}a symbolic link[\s\S]*add it to \.dockerignore/);
  });
});
