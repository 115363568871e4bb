/** An expression that Terraform evaluates, e.g. `var.ports`. */
export class Expression {
  constructor(readonly text: string) {}

  /** As a string property of a resource. */
  toString(): string {
    return `\${${this.text}}`;
  }
}

/** A value that is known now, or one that Terraform evaluates. */
export type Value<T> = T | Expression;

/** The value inside a larger expression: JSON literals of strings, numbers and lists are HCL literals, too. */
export const hcl = (value: Value<unknown>): string =>
  value instanceof Expression ? value.text : JSON.stringify(value);

/** A condition that holds where it does not apply; undefined where it never applies. */
export function where(applies: Value<boolean>, condition: string): string | undefined {
  if (applies === true) return `\${${condition}}`;
  if (applies === false) return undefined;
  return `\${!(${applies.text}) || (${condition})}`;
}

/** What must hold, as Terraform's `precondition` and `postcondition` have it. */
export interface Condition {
  readonly condition: string;
  readonly errorMessage: string;
}
