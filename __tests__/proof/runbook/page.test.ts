import { readFileSync } from "node:fs";
import { projectPath } from "../../../config/project";
import { chosen, missingLine, readPage } from "../../../proof/runbook/page";
import { AROUND } from "../../../proof/runbook/play";

const block = (info: string, ...lines: string[]) => [`\`\`\`${info}`, ...lines, "```"].join("\n");

describe("a page", () => {
  test("is read by headings: options, commands, what they print", () => {
    const page = [
      "## Change",
      "### Scale",
      block("yaml rehearsed", "a: 1"),
      block("sh rehearsed exit 2", "one", "two"),
      block("text rehearsed", "done", ""),
      block("sh", "not rehearsed"),
      "### Nothing",
    ].join("\n");
    expect(readPage(page)).toEqual([
      {
        chapter: "Change",
        heading: "Scale",
        blocks: [
          { kind: "yaml", text: "a: 1", line: 3 },
          { kind: "sh", text: "one\ntwo", line: 6, exitCode: 2, expected: ["done"] },
        ],
      },
    ]);
  });

  test.each([
    ["an unknown kind of block", block("rehearsed", "x"), "not understood"],
    ["a block without an end", "```sh rehearsed\nx", "no end"],
    ["what is printed without commands", block("text rehearsed", "x"), "below its commands"],
  ])("is refused with %s", (_, text, words) => {
    expect(() => readPage(`## Heading\n${text}`)).toThrow(words);
  });
});

test("entries are chosen by their own heading or their chapter's, and an unknown one is told", () => {
  const entries = [
    { chapter: "Change", heading: "Scale", blocks: [] },
    { chapter: "Change", heading: "Image", blocks: [] },
    { chapter: "Drift", heading: "Drift", blocks: [] },
  ];
  const names = (...only: string[]) => chosen(entries, only).map(({ heading }) => heading);
  expect(names()).toEqual(["Scale", "Image", "Drift"]);
  expect(names("Drift", "Scale")).toEqual(["Scale", "Drift"]);
  expect(names("Change")).toEqual(["Scale", "Image"]);
  expect(() => names("Drift", "scale")).toThrow(/"scale".*Change, Scale, Image, Drift/);
});

describe("what is printed", () => {
  test("holds every line in order, and anything for …", () => {
    expect(missingLine(["a … c", "d"], "x\na b c\ny\n  d (1)")).toBeUndefined();
    expect(missingLine(["d", "a"], "a\nd")).toBe("a");
    expect(missingLine(["1.2"], "1x2")).toBe("1.2");
  });
});

test("every entry of the runbook that something is done around is there, by its heading", () => {
  const headings = readPage(readFileSync(projectPath("docs/runbook.md"), "utf8")).map(({ heading }) => heading);
  expect(headings).toEqual(expect.arrayContaining(Object.keys(AROUND)));
});
