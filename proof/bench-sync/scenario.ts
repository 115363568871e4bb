/** All times of a scenario are in seconds from its beginning. */
export type Seconds = number;

export const STEP: Seconds = 5;
export const MINUTE: Seconds = 60;
export const HOUR: Seconds = 3600;
export const ALWAYS = Number.POSITIVE_INFINITY;

/** A node of the ALB: three things, each with its own beginning and end. */
export interface Life {
  readonly address: string;
  /** It answers connections. */
  readonly service: readonly [Seconds, Seconds];
  /** Its network interface exists. */
  readonly interface: readonly [Seconds, Seconds];
  /** The authoritative DNS servers list it. */
  readonly listed: readonly [Seconds, Seconds];
  /** EC2 shows the interface so much later than it exists. @default 0 */
  readonly shownLate?: Seconds;
}

/** Another interface in the ALB's subnets has the address, and answers on the port. */
export interface Stranger {
  readonly address: string;
  readonly during: readonly [Seconds, Seconds];
}

/** What goes wrong in a time. */
export type Fault =
  | { readonly source: "interfaces"; readonly how: "fails" }
  /** Every answer is so old. */
  | { readonly source: "interfaces"; readonly how: "old"; readonly age: Seconds }
  /** Leaves out the named addresses: eventual consistency, or a page that is lost. */
  | { readonly source: "interfaces"; readonly how: "omits"; readonly addresses: readonly string[] }
  | { readonly source: "dns"; readonly how: "fails" }
  | { readonly source: "dns"; readonly how: "one address" }
  /** A resolver that gives its first 8 addresses again and again. */
  | { readonly source: "dns"; readonly how: "fixed subset" }
  /** Answers are so old, and do not say so. */
  | { readonly source: "dns"; readonly how: "old"; readonly age: Seconds }
  | { readonly source: "targets" | "register" | "deregister" | "readState" | "writeState"; readonly how: "fails" }
  | { readonly source: "run"; readonly how: "missing" | "new environment" };

export interface Scenario {
  readonly name?: string;
  readonly seed: number;
  readonly length: Seconds;
  readonly lives: readonly Life[];
  readonly strangers?: readonly Stranger[];
  readonly faults?: readonly { readonly during: readonly [Seconds, Seconds]; readonly fault: Fault }[];
  /** Share of EC2's answers that are three minutes old. */
  readonly oldAnswers?: number;
  /** The Lambda can only ask a resolver that keeps answers for a minute. */
  readonly cachedDns?: boolean;
}

export const during = ([from, until]: readonly [Seconds, Seconds], time: Seconds): boolean =>
  from <= time && time < until;

export const addressOf = (node: number): string => `10.0.${Math.floor(node / 200)}.${(node % 200) + 10}`;

/** A node that is there from the beginning, for good unless ends are given. */
export const life = (node: number, changes: Partial<Omit<Life, "address">> = {}): Life => ({
  address: addressOf(node),
  service: [Number.NEGATIVE_INFINITY, ALWAYS],
  interface: [Number.NEGATIVE_INFINITY, ALWAYS],
  listed: [Number.NEGATIVE_INFINITY, ALWAYS],
  ...changes,
});
