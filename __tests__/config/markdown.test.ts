import { markdownTable } from "../../config/markdown";

test("numbers are aligned to the right, and no content ends a cell or a row", () => {
  const rows = [
    ["a | b", 1],
    ["already \\| so\nnext", 20],
  ];
  expect(markdownTable(["name", "count"], rows)).toBe(
    ["| name | count |", "| --- | --: |", "| a \\| b | 1 |", "| already \\| so next | 20 |"].join("\n"),
  );
});

test("columns of numbers in a text are named", () => {
  expect(markdownTable(["name", "ours / theirs"], [["a", "1 / 2"]], (column) => column === 1)).toContain(
    "| --- | --: |",
  );
});
