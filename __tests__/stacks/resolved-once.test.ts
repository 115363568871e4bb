import { App, Lazy, TerraformLocal, TerraformStack, Token } from "cdktf";
import fc from "fast-check";
import { ResolvedOnceStack } from "../../stacks/resolved-once";

const reference = (name: string) => `\${aws_vpc.${name}.id}`;

/** Each kind of token, the texts that look like one, and what Terraform itself interpolates. */
const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(undefined),
  fc.constantFrom(
    null,
    undefined,
    "privatee-1",
    "1e+9",
    "-1.5e+289",
    "${",
    "}",
    "$${literal}",
    "%{ if a }",
    "&{",
    "#{TfToken",
    "String Map Token Value",
    "Any Map Token Value",
    -123456789,
  ),
  fc.constantFrom("a", "b").map(reference),
  fc.string().map((text) => Lazy.stringValue({ produce: () => text })),
  fc.string().map((text) => `before ${Lazy.stringValue({ produce: () => reference(text) })} \${after}`),
  fc.integer().map((number) => Lazy.numberValue({ produce: () => number })),
  fc.integer().map((number) => `port ${Lazy.numberValue({ produce: () => number })}`),
  fc.array(fc.string()).map((texts) => Lazy.listValue({ produce: () => texts })),
  fc.array(fc.integer()).map((numbers) => Token.asNumberList(Lazy.anyValue({ produce: () => numbers }))),
  fc.dictionary(fc.string(), fc.string()).map((map) => Token.asStringMap(Lazy.anyValue({ produce: () => map }))),
  fc.string().map((text) => Lazy.anyValue({ produce: () => ({ text, nothing: undefined, list: [reference(text)] }) })),
  fc.string().map((text) => ({ creationStack: [], resolve: () => text, toString: () => "resolvable" })),
);
const key = fc.oneof(
  fc.string(),
  fc.string().map((text) => Lazy.stringValue({ produce: () => `key-${text}` })),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ weight: 3, arbitrary: leaf }, tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
}));

/** Terraform JSON, or the error, of a stack with one local value. */
function terraformJson(Stack: typeof TerraformStack, given: unknown): unknown {
  const stack = new Stack(new App({ stackTraces: false }), "stack");
  new TerraformLocal(stack, "local", given);
  try {
    stack.prepareStack();
    return stack.toTerraform();
  } catch (error) {
    return String(error);
  }
}

test("a stack that resolves its elements once has the JSON that CDKTF's own stack has", () => {
  fc.assert(
    fc.property(value, (given) => {
      expect(terraformJson(ResolvedOnceStack, given)).toStrictEqual(terraformJson(TerraformStack, given));
    }),
    { numRuns: 500 },
  );
});
