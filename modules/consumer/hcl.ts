import { quoted, written } from "../literal";

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

/** The value inside a larger expression: what JSON has for numbers, lists and maps is HCL as well, strings are not. */
export function hcl(value: Value<unknown>): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === "string") return quoted(written(value));
  if (Array.isArray(value)) return `[${value.map(hcl).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, entry]) => `${hcl(key)}:${hcl(entry)}`)
    .join(",")}}`;
}

/** A condition that holds where it does not apply; undefined where it never applies. */
export function where(applies: Value<boolean>, condition: string): string | undefined {
  if (applies === true) return `\${${condition}}`;
  if (applies === false) return undefined;
  return `\${!(${applies.text}) || (${condition})}`;
}

/** Whether a text is this one; what is not given is not. */
export const equals = (value: Value<string> | undefined, text: string): Value<boolean> =>
  value instanceof Expression ? new Expression(`${value.text} == ${hcl(text)}`) : value === text;

/** Whether one of two things holds. */
export const either = (one: Value<boolean>, other: Value<boolean>): Value<boolean> => {
  if (one === true || other === true) return true;
  if (one === false) return other;
  return other === false ? one : new Expression(`${one.text} || ${other.text}`);
};

/** Whether an endpoint of these address families has IPv6 addresses. */
export const hasIpv6 = (ipAddressType: Value<string> | undefined): Value<boolean> =>
  either(equals(ipAddressType, "dualstack"), equals(ipAddressType, "ipv6"));

/** What must hold, as Terraform's `precondition` and `postcondition` have it. */
export interface Condition {
  readonly condition: string;
  readonly errorMessage: string;
}
