import {
  Aspects,
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformOutput,
  TerraformStack,
  Tokenization,
} from "cdktf";
import type { IConstruct } from "constructs";

/** Terraform JSON, or a part of it. */
type Json = Record<string, unknown>;

const resolver = new DefaultTokenResolver(new StringConcat());

/** What CDKTF's tokens look like in a text, and the braces that it escapes; a few other texts are found too. */
const MAY_HOLD_A_TOKEN = /[{}]|e\+|Map Token Value$/;

/**
 * A stack that keeps what CDKTF finds out when it prepares the stack. CDKTF itself resolves each element to find references
 * to other stacks, resolves it again to write it, and resolves the whole once more: two thirds of a synth.
 */
export class ResolvedOnceStack extends TerraformStack {
  #prepared = new Map<TerraformElement, Json>();

  override prepareStack(): void {
    this.ensureBackendExists();
    for (const element of elementsOf(this)) this.#prepared.set(element, this.#resolve(element.toTerraform(), true));
  }

  // biome-ignore lint/suspicious/noExplicitAny: CDKTF's own signature.
  override toTerraform(): any {
    const prepared = this.#prepared;
    this.#prepared = new Map();
    // An aspect changes elements after they were prepared.
    if (this.node.findAll().some((node) => Aspects.of(node).all.length > 0)) return super.toTerraform();
    const elements = elementsOf(this);
    const overrides: Json = this["rawOverrides"];
    const metadata: Json = {
      version: this["cdktfVersion"],
      stackName: this.node.id,
      // A backend overwrites it.
      backend: "local",
      ...(Object.keys(overrides).length > 0 ? { overrides: { stack: Object.keys(overrides) } } : {}),
    };
    const outputs: Json = {};
    const json: Json = { "//": { metadata, outputs } };
    for (const element of elements) {
      merge(metadata, this.#resolve(element.toMetadata()));
      if (TerraformOutput.isTerraformOutput(element)) merge(outputs, underItsPath(element));
      // References to other stacks add elements after these were prepared.
      merge(json, prepared.get(element) ?? this.#resolve(element.toTerraform()));
    }
    merge(json, this.#resolve(overrides));
    return json;
  }

  #resolve(value: unknown, preparing = false): Json {
    const resolve = (part: unknown) => Tokenization.resolve(part, { scope: this, resolver, preparing });
    return withoutTokens(value, resolve) as Json;
  }
}

/**
 * The same as `resolve` returns, which is called for the parts alone that may hold a token: CDKTF makes a context and tries
 * four regular expressions for each key and each value.
 */
function withoutTokens(value: unknown, resolve: (part: unknown) => unknown): unknown {
  if (isLiteral(value)) return value;
  if (Array.isArray(value)) {
    // A list as a whole may stand for one token.
    if (!value.every((each) => isLiteral(each) || typeof each === "object")) return resolve(value);
    return value.map((each) => withoutTokens(each, resolve)).filter((each) => each !== undefined);
  }
  if (!isPlain(value) || Object.keys(value).some((key) => MAY_HOLD_A_TOKEN.test(key))) return resolve(value);
  const result: Json = {};
  for (const [key, each] of Object.entries(value)) {
    const found = withoutTokens(each, resolve);
    if (found !== undefined) result[key] = found;
  }
  return result;
}

function isLiteral(value: unknown): boolean {
  if (typeof value === "string") return !MAY_HOLD_A_TOKEN.test(value);
  // Other numbers may stand for tokens.
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0;
  return value === undefined || value === null || typeof value === "boolean";
}

const isPlain = (value: unknown): value is Json =>
  isObject(value) && Object.getPrototypeOf(value) === Object.prototype && !Tokenization.isResolvable(value);

/** All elements of a stack, in the order of the tree; CDKTF's stacks do not nest here. */
const elementsOf = (stack: TerraformStack): TerraformElement[] =>
  stack.node.findAll().filter((node: IConstruct) => TerraformElement.isTerraformElement(node));

const underItsPath = (output: TerraformOutput): Json =>
  output.node.path
    .split("/")
    .reduceRight<unknown>((inner, part) => ({ [part]: inner }), output.friendlyUniqueId) as Json;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** CDKTF's merge of what is resolved: lists of both are joined, and undefined removes. */
function merge(target: Json, source: Json): void {
  for (const [key, value] of Object.entries(source)) {
    const before = target[key];
    if (value === undefined) delete target[key];
    else if (isObject(value)) {
      const inner = isObject(before) ? before : {};
      target[key] = inner;
      merge(inner, value);
    } else target[key] = Array.isArray(value) && Array.isArray(before) ? [...before, ...value] : value;
  }
}
