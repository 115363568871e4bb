import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { filesIn } from "../../config/files";
import { ConfigurationError, loadConfiguration } from "../../config/load";
import type { Problem } from "../../config/problem";
import { projectPath } from "../../config/project";
import { changed } from "./changed";
import { environment } from "./support";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const good = stringify(environment);

/** What is wrong with a folder in which `environments/test.yaml` has these bytes. */
function problemsWith(bytes: string | Buffer): readonly Problem[] {
  mkdirSync(join(folder, "environments"), { recursive: true });
  writeFileSync(join(folder, "environments", "test.yaml"), bytes);
  return problemsOfFolder();
}

function problemsOfFolder(): readonly Problem[] {
  try {
    loadConfiguration({ folder });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const utf16 = (text: string, mark: boolean) =>
  Buffer.concat([Buffer.from(mark ? [0xff, 0xfe] : []), Buffer.from(text, "utf16le")]);

test.each<[string, string | Buffer, Partial<Record<keyof Problem, unknown>>]>([
  ["UTF-16", utf16(good, true), { given: "text in UTF-16", fix: "save the file as UTF-8" }],
  ["UTF-16 without mark", utf16(good, false), { given: expect.stringContaining("UTF-16") }],
  [
    "Latin-1",
    Buffer.from(`${good}# Grüße\n`, "latin1"),
    { given: expect.stringContaining("not UTF-8"), line: expect.any(Number) },
  ],
  [
    "a picture",
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 1, 2]),
    { given: expect.stringContaining("NUL bytes") },
  ],
  ["CR alone", good.replaceAll("\n", "\r"), { given: "text whose lines end with CR alone" }],
  [
    "a merge conflict",
    good.replace("region:", "<<<<<<< HEAD\nregion: x\n=======\nregion:").concat(">>>>>>> other\n"),
    { given: expect.stringContaining("conflict mark"), line: expect.any(Number) },
  ],
  ["a circle of aliases", "tags: &a\n  x: *a\n", { given: expect.stringContaining("alias") }],
  ["two megabytes", `# ${"x".repeat(2 * 1024 * 1024)}\n`, { given: expect.stringContaining("MiB") }],
])("%s: the message says what the file is", (_what, bytes, expected) => {
  expect(problemsWith(bytes)).toEqual([expect.objectContaining(expected)]);
});

test("a BOM and CRLF are read", () => {
  expect(problemsWith(`\uFEFF${good.replaceAll("\n", "\r\n")}`)).toEqual([]);
});

test("a file in the place of the folder", () => {
  writeFileSync(join(folder, "environments"), "");
  expect(problemsOfFolder()).toContainEqual(
    expect.objectContaining({ given: "a file", fix: expect.stringContaining("folder") }),
  );
});

test("a link that leads nowhere, and one in a circle", () => {
  mkdirSync(join(folder, "environments"));
  symlinkSync("nowhere.yaml", join(folder, "environments", "dev.yaml"));
  symlinkSync("circle.yaml", join(folder, "environments", "circle.yaml"));
  expect(problemsOfFolder().map(({ given }) => given)).toEqual([
    "a file that does not exist",
    "a file that does not exist",
  ]);
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test.skip : test)("a file that may not be read", () => {
  problemsWith(good);
  chmodSync(join(folder, "environments", "test.yaml"), 0o000);
  expect(problemsOfFolder()).toEqual([expect.objectContaining({ given: "a file that is not readable" })]);
});

test("what looks like configuration and is passed over is named", () => {
  const place = join(folder, "environments");
  mkdirSync(join(place, "eu"), { recursive: true });
  for (const name of ["dev.yaml", "qa.json", "stage.YAML", "README.md", ".hidden.yaml", "eu/prod.yaml"]) {
    writeFileSync(join(place, name), good);
  }
  const { files, passedOver } = filesIn(folder);
  expect(files.map(({ name }) => name)).toEqual(["dev"]);
  expect(passedOver.map((text) => text.replace(`${place}/`, ""))).toEqual([
    "eu/ (prod.yaml): files are read from this folder alone",
    "qa.json: configuration files end with .yaml or .yml",
    "stage.YAML: configuration files end with .yaml or .yml",
  ]);
});

describe("files of the project that an environment names", () => {
  const place = join("dist", "files-test");
  beforeAll(() => {
    mkdirSync(projectPath(place, "links"), { recursive: true });
    mkdirSync(projectPath(place, "names"), { recursive: true });
    mkdirSync(projectPath(place, "Dockerfile"), { recursive: true });
    symlinkSync("/etc/hostname", projectPath(place, "links", "logo.svg"));
    writeFileSync(projectPath(place, "names", "e\u0301.txt"), "");
  });
  afterAll(() => rmSync(projectPath(place), { recursive: true, force: true }));

  test.each<[string, string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      "a file as folder of static assets",
      "data.staticAssets.directory",
      { "data.staticAssets.directory": "README.md" },
      /which is a file/,
    ],
    [
      "a path through a file",
      "data.staticAssets.directory",
      { "data.staticAssets.directory": "README.md/x" },
      /does not exist/,
    ],
    [
      "a link among the static assets",
      "data.staticAssets.directory",
      { "data.staticAssets.directory": `${place}/links` },
      /logo\.svg is a link/,
    ],
    [
      "a decomposed name",
      "data.staticAssets.directory",
      { "data.staticAssets.directory": `${place}/names` },
      /normalization form C/,
    ],
    [
      "a folder as Dockerfile",
      "application.image.build.dockerfile",
      { "application.image": { build: { context: place } } },
      /which is a folder/,
    ],
    [
      "a file as context",
      "application.image.build.context",
      { "application.image": { build: { context: "README.md" } } },
      /which is a file/,
    ],
  ])("%s", (_what, path, changes, given) => {
    const problem = problemsWith(stringify(changed(environment, changes))).find((each) => each.path === path);
    expect(problem?.given).toMatch(given);
    expect(problem?.fix).toMatch(/\w/);
  });
});
