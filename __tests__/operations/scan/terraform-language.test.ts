import { inTerraformLanguage } from "../../../operations/scan/terraform-language";

test("blocks are blocks, maps are maps, and quotes inside of an expression stay the expression's own", () => {
  const text = inTerraformLanguage({
    resource: {
      aws_thing: {
        one: {
          "//": { metadata: {} },
          rule: [{ a: 1 }, { a: 2 }],
          setting: { status: "Enabled" },
          tags: { Name: 'say "it"' },
          policy: '${jsonencode({"a" = [data.b.c]})}',
        },
      },
    },
  });
  expect(text.split("\n")).toEqual([
    'resource "aws_thing" "one" {',
    "rule {",
    "a = 1",
    "}",
    "rule {",
    "a = 2",
    "}",
    "setting {",
    'status = "Enabled"',
    "}",
    "tags = {",
    '"Name" = "say \\"it\\""',
    "}",
    'policy = "${jsonencode({"a" = [data.b.c]})}"',
    "}",
    "",
  ]);
});
