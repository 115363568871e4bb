import fc from "fast-check";

/** What Terraform, JSON, YAML, shells and CDKTF take for more than text, and what people paste. */
const pieces = [
  '"',
  "'",
  "\\",
  "\\n",
  "${",
  "$${",
  "%{",
  "%%{",
  "}",
  "{",
  "#{",
  "&{",
  "\n",
  "\r\n",
  "\t",
  " ",
  "${TfToken[TOKEN.0]}",
  "String Map Token Value",
  "${terraform.workspace}",
  "%{ if true }x%{ endif }",
  '{"beta": true}',
  "C:\\new\\table",
  'node -e "process.exit(0)"',
  "1e10",
  "-1.8881545897087505e+289",
  "-5E+3",
  "<<EOT",
  "*/ //",
  "é",
  "\u{1f600}",
  "\u{1f468}\u200d\u{1f469}",
  "\u0007",
  "\u2028",
  "日本語",
  "true",
  "null",
  "~",
  "- a: b",
  "# c",
];

/** Any text that Terraform can carry: in normalization form C, without NUL. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 8 })
  .map((parts) => parts.join("").replaceAll("\0", "").normalize("NFC"));
