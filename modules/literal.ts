import { type IResolvable, type IResolveContext, Token, Tokenization } from "cdktf";

/**
 * Whether CDKTF and Terraform would take something in a text for syntax of their own: quotes, backslashes, templates,
 * line ends, the marks of CDKTF's tokens, and numbers of the size by which CDKTF encodes them.
 */
const needsLiteral = (text: string): boolean => /["\\$%#&\p{C}\u2028\u2029]|\de\+289|Token Value/iu.test(text);

const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return escapes[character] ?? (code > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`);
};

/** A quoted string of Terraform's language that evaluates to the text. Source: Terraform, "Strings and Templates". */
export const quoted = (text: string): string =>
  `"${text.replace(/["\\$%#&\p{C}\u2028\u2029]|(?<=\d)e(?=\+289)|(?<=Token )V/giu, escaped)}"`;

/** A text that is the same in an attribute, inside a longer string, and as an argument of a function. */
class Literal implements IResolvable {
  readonly creationStack: string[] = [];
  readonly typeHint = "text";

  constructor(readonly text: string) {}

  resolve(context: IResolveContext): string {
    const expression = quoted(this.text);
    return context.suppressBraces ? expression : `\${${expression}}`;
  }

  toString(): string {
    return Token.asString(this, { displayHint: this.typeHint });
  }

  toJSON(): string {
    return this.toString();
  }
}

/**
 * The string that makes Terraform see exactly this text, whatever is in it. Text that means nothing special is itself.
 * Terraform brings every string into Unicode normalization form C; the schema refuses other text.
 */
export const literal = (text: string): string => (needsLiteral(text) ? new Literal(text).toString() : text);

/** The text behind a string that `literal` has made: for file names and hashes, which Terraform does not evaluate. */
export function written(value: string): string {
  const [token, ...others] = Tokenization.reverseString(value).tokens;
  return token instanceof Literal && others.length === 0 ? token.text : value;
}

/**
 * A copy of options in which every text of a person is a literal, keys of maps included. The stacks are built from such
 * copies alone, so that no construct has to think of it.
 */
export function literals<Value>(value: Value): Value {
  if (typeof value === "string") return literal(value) as Value;
  if (Array.isArray(value)) return value.map(literals) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [literal(key), literals(entry)])) as Value;
}
