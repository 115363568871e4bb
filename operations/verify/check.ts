/** What came of looking at one item of the pattern. */
export interface Check {
  /** What should be so, e.g. "database is available in two zones". */
  readonly item: string;
  readonly status: "pass" | "fail" | "not applicable";
  /** What was seen, or why it doesn't apply; never a secret. */
  readonly saw: string;
  /** What to do next, where it failed. */
  readonly next?: string;
}
