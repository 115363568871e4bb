/** One thing that commands need. */
export interface Finding {
  readonly thing: string;
  /** `missing`: something that was asked for cannot work; `not available`: some commands do without, or it was not asked for. */
  readonly status: "found" | "missing" | "not available";
  readonly saw: string;
  /** The commands that need it. */
  readonly for: string;
  /** How to get it, or to put it right. */
  readonly get: string;
}

const MARKS = { found: "✔", missing: "✖", "not available": "–" } as const;

export function inWords({ for: purpose, get, saw, status, thing }: Finding): string {
  const line = `${MARKS[status]} ${thing}: ${saw}`;
  return status === "found" ? line : [line, `    for: ${purpose}`, `    fix: ${get}`].join("\n");
}
