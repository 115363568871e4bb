import { table } from "../../engine/table";
import { wrapped } from "../../engine/words";

const header = ["stack", "resources", "verdict"];
const rows = [
  ["network-dev", 32, "applied, second plan empty, destroyed"],
  ["data-dev", "–", "planned"],
];

test("rows that fit are aligned, numbers to the right", () => {
  expect(table(header, rows, 80).split("\n")).toEqual([
    "stack        resources  verdict",
    "network-dev         32  applied, second plan empty, destroyed",
    "data-dev             –  planned",
  ]);
});

test("in a narrow terminal, the cells of a row are below its first one, without those that say nothing", () => {
  expect(table(header, rows, 40).split("\n")).toEqual([
    "network-dev",
    "  resources: 32; verdict: applied,",
    "  second plan empty, destroyed",
    "data-dev",
    "  verdict: planned",
  ]);
});

test("without a known width, rows are as long as they are", () => {
  expect(table(header, rows, undefined).split("\n")[1]).toContain("32  applied, second plan empty, destroyed");
});

test.each([0, 1, 5])("text for %s columns has a word on each line", (columns) => {
  expect(wrapped("the longest word", columns, "  ").split("\n")).toEqual(["  the", "  longest", "  word"]);
});
