import fc from "fast-check";
import { stringify } from "yaml";
import { anyConfiguration } from "./configuration";
import { anyText } from "./texts";

/** What people have put into configuration files, and what readers of YAML stumble over. */
const seeds: readonly string[] = [
  "",
  "\uFEFF",
  "---\n",
  "- a\n",
  "stage: development\n---\nstage: production\n",
  "a: &a [*a]\n",
  "a: &a {b: *a}\n",
  "<<: 1\n",
  "<<: [1]\n",
  "? [a, b]\n: c\n",
  "? {x: y}\n: z\n",
  "network:\n\tcidr: 10.0.0.0/16\n",
  "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n",
  "stage: !!binary aGk=\n",
  "stage: !!set {a, b}\n",
  "tags: {constructor: {prototype: 1}, __proto__: {x: 1}}\n",
  `${"[".repeat(500)}\n`,
  `${"a: {".repeat(300)}\n`,
  'stage: "\\ud800"\n',
  "region: 1e400\naccountId: .inf\n",
  "network: {cidr: 0x0a, availabilityZoneCount: 0o3}\n",
  "%YAML 1.1\n---\nstage: yes\n",
  "*unknown\n",
  "key: |\n  text\n key2: x\n",
];

const lines = (text: string) => text.split("\n");

/** A valid file with lines removed, doubled, changed or indented otherwise, and pieces of other text put in. */
const damaged = fc
  .tuple(
    anyConfiguration,
    fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.oneof(anyText, fc.constantFrom(...seeds))), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([{ environments, consumers }, damages]) => {
    const inputs = [...Object.values(environments), ...Object.values(consumers)];
    const text = lines(stringify(inputs[(damages[0]?.[0] ?? 0) % inputs.length]));
    for (const [at, kind, piece] of damages) {
      const line = at % text.length;
      const old = text[line] ?? "";
      const changes: readonly (readonly string[])[] = [
        [],
        [old, old],
        [`  ${old}`],
        [old.replace(/:.*/, `: ${piece}`)],
        [piece, old],
        [old.slice(0, at % (old.length + 1)) + piece + old.slice(at % (old.length + 1))],
      ];
      text.splice(line, 1, ...(changes[kind] ?? []));
    }
    return text.join("\n");
  });

const values = fc.anything({ withNullPrototype: false, maxDepth: 3 }).map((value) => {
  try {
    return stringify({ stage: "development", region: "eu-central-1", network: value, tags: value, application: value });
  } catch {
    return String(value);
  }
});

/** Bytes of a file: noise, YAML of any structure, and valid files that have been damaged. */
export const anyFile: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(...seeds).map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: values.map((text) => Buffer.from(text)) },
  { weight: 4, arbitrary: damaged.map((text) => Buffer.from(text)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(damaged, fc.constantFrom("utf16le" as const, "latin1" as const))
      .map(([text, as]) => Buffer.from(text, as)),
  },
);
