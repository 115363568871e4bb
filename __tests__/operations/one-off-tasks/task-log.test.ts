import { readable } from "../../../operations/one-off-tasks/task-log";

test.each([
  ["plain text remains", "Segmentation fault", "Segmentation fault"],
  ["a structured line is its message", '{"level":30,"time":1,"msg":"done"}', "done"],
  ["a warning is marked", '{"level":40,"msg":"slow"}', "warning: slow"],
  [
    "an error comes with its stack",
    '{"level":60,"msg":"failed","err":{"stack":"Error: x\\n    at y"}}',
    "error: failed\nError: x\n    at y",
  ],
  ["structured without message remains", '{"a":1}', '{"a":1}'],
  ["broken JSON remains", '{"msg":', '{"msg":'],
])("%s", (_what, line, expected) => {
  expect(readable(line)).toBe(expected);
});
