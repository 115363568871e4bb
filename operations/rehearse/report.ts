import type { Check } from "../verify/check";
import type { Replacement } from "./rehearsable";
import { table } from "./table";

export type Phase = "init" | "plan" | "apply" | "second plan" | "destroy";

/** What became of one stack. */
export interface StackReport {
  readonly id: string;
  /** Number of resources that were created; undefined if it was never applied. */
  resources?: number;
  readonly seconds: Partial<Record<Phase, number>>;
  /** When each phase ended, in ms since 1970. */
  readonly ended: Partial<Record<Phase, number>>;
  /** Addresses, each with the action, that a second plan would change; undefined if there was none. */
  secondPlan?: readonly string[];
  destroyed?: boolean;
}

/** What became of a rehearsal. */
export interface Report {
  stacks: readonly StackReport[];
  readonly checks: { readonly title: string; readonly checks: readonly Check[] }[];
  replacements: readonly Replacement[];
  /** Stacks whose JSON is, byte for byte, what `cdktf synth` writes for deployment. */
  asDeployed: readonly string[];
  seconds: number;
}

/** Notes how long a phase took that has just ended. */
export function endPhase({ ended, seconds }: StackReport, phase: Phase, took: number): void {
  seconds[phase] = took;
  ended[phase] = Date.now();
}

/** Whether everything that was looked at is as it should be. */
export function isGood({ stacks, checks }: Report): boolean {
  return (
    stacks.every(({ secondPlan, destroyed }) => (secondPlan ?? []).length === 0 && destroyed !== false) &&
    checks.every((group) => group.checks.every(({ status }) => status !== "fail"))
  );
}

/** The summary at the end of a rehearsal. */
export function renderReport(report: Report): string {
  const seconds = (value: number | undefined) => (value === undefined ? "–" : Math.round(value));
  const rows = report.stacks.map((stack) => [
    stack.id,
    stack.resources ?? "–",
    seconds(stack.seconds.init),
    seconds(stack.seconds.plan),
    seconds(stack.seconds.apply),
    seconds(stack.seconds["second plan"]),
    seconds(stack.seconds.destroy),
    verdict(stack),
  ]);
  const sections = [
    table(["stack", "resources", "init s", "plan s", "apply s", "2nd plan s", "destroy s", "verdict"], rows),
    ...report.stacks.filter(({ secondPlan }) => secondPlan?.length).map(renderSecondPlan),
    ...report.checks.map(renderChecks),
    renderOrigin(report),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function verdict({ resources, secondPlan, destroyed }: StackReport): string {
  if (resources === undefined) return "not applied";
  const words = ["applied"];
  if (secondPlan !== undefined) words.push(secondPlan.length === 0 ? "second plan empty" : "SECOND PLAN NOT EMPTY");
  if (destroyed !== undefined) words.push(destroyed ? "destroyed" : "NOT DESTROYED");
  return words.join(", ");
}

function renderSecondPlan({ id, secondPlan = [] }: StackReport): string {
  return [`${id}: applying again would change`, ...secondPlan.map((line) => `  ${line}`)].join("\n");
}

function renderChecks({ title, checks }: Report["checks"][number]): string {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const failed = checks.filter(({ status }) => status === "fail");
  const applicable = count("not applicable") > 0 ? `, ${count("not applicable")} not applicable` : "";
  return [
    `${title}: ${count("pass")} passed, ${failed.length} failed${applicable}`,
    ...failed.map(
      ({ item, saw, next }) => `  ✖ ${item}\n    saw: ${saw}${next === undefined ? "" : `\n    next: ${next}`}`,
    ),
  ].join("\n");
}

function renderOrigin({ replacements, asDeployed, stacks }: Report): string {
  const changed = stacks.map(({ id }) => id).filter((id) => !asDeployed.includes(id));
  const origin =
    changed.length === 0
      ? "Terraform JSON: of every stack, byte for byte, what is deployed"
      : `Terraform JSON: byte for byte what is deployed, except ${changed.join(", ")}`;
  return [origin, ...replacements.map(({ what, by, why }) => `  replaced: ${what} by ${by}, because ${why}`)].join(
    "\n",
  );
}
