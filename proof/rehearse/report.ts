import { table } from "../../engine/table";
import { inWindow } from "../../engine/terminal";
import { parseAddress } from "../../engine/terraform/address";
import type { RunRecord } from "../../engine/terraform/messages";
import { duration } from "../../engine/words";
import type { Check } from "../../operations/verify/check";
import type { Replacement } from "../lab/rehearsable";

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
  /** It was planned with AWS mocked instead of being applied. */
  readonly planned?: true;
}

/** A resource that took long, mostly because the provider waits for it. */
export interface Wait {
  readonly stack: string;
  /** Name of Terraform's log, e.g. `apply`, `destroy`. */
  readonly phase: string;
  readonly address: string;
  readonly seconds: number;
  /** In ms since 1970. */
  readonly ended: number;
}

/** Resources that take less are not told: there are hundreds, side by side. */
const LONG_WAIT_SECONDS = 15;

/** What of a run's record took long. */
export const longWaits = (stack: string, phase: string, took: RunRecord["took"]): Wait[] =>
  took.flatMap((each) => (each.seconds >= LONG_WAIT_SECONDS ? [{ stack, phase, ...each }] : []));

/** What became of a rehearsal. */
export interface Report {
  stacks: readonly StackReport[];
  readonly checks: { readonly title: string; readonly checks: readonly Check[] }[];
  replacements: readonly Replacement[];
  /** Stacks whose JSON is, byte for byte, what `cdktf synth` writes for deployment. */
  asDeployed: readonly string[];
  seconds: number;
  /** What the rehearsal left out because it was asked to be quick. */
  leftOut?: readonly string[];
  /** What Terraform waited for, in the order in which it ended. */
  readonly waits?: Wait[];
  /** What the emulated AWS has answered; undefined before its end. */
  answered?: { readonly operations: number; readonly calls: number };
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

/** How many checks ended how. */
export function tallyChecks(checks: readonly Check[]): { passed: number; failed: number; notApplicable: number } {
  const number = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  return { passed: number("pass"), failed: number("fail"), notApplicable: number("not applicable") };
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
  const checks = report.checks.map(({ checks, title }) => {
    const { failed, notApplicable, passed } = tallyChecks(checks);
    return [title, passed, failed, notApplicable];
  });
  const sections = [
    table(["stack", "resources", "init s", "plan s", "apply s", "2nd plan s", "destroy s", "verdict"], rows),
    ...(checks.length > 0 ? [table(["checks", "passed", "failed", "not applicable"], checks)] : []),
    renderWaits(report),
    ...report.stacks.filter(({ secondPlan }) => secondPlan?.length).map(renderSecondPlan),
    ...report.checks.map(renderFailures),
    ...(report.leftOut === undefined ? [] : [inWindow(`left out: ${report.leftOut.join(", ")}`)]),
    renderOrigin(report),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

/** The longest waits, and how much of the rehearsal there was at least one: nothing that a faster machine shortens. */
function renderWaits({ seconds, waits = [] }: Report): string {
  if (waits.length === 0) return "";
  const longest = [...waits].sort((a, b) => b.seconds - a.seconds).slice(0, 8);
  const rows = longest.map(({ address, phase, seconds, stack }) => [
    stack,
    phase,
    parseAddress(address).type,
    Math.round(seconds),
  ]);
  const waited = secondsCovered(waits);
  const share =
    seconds > 0
      ? `\nat least one of these waits: ${duration(waited * 1000)}; everything else: ${duration((seconds - waited) * 1000)}`
      : "";
  return table(["longest waits", "phase", "resource", "s"], rows) + share;
}

/** Seconds of the clock in which at least one wait was under way. */
function secondsCovered(waits: readonly Wait[]): number {
  let [covered, until] = [0, 0];
  for (const { ended, seconds } of [...waits].sort(
    (a, b) => a.ended - a.seconds * 1000 - (b.ended - b.seconds * 1000),
  )) {
    covered += Math.max(0, ended - Math.max(until, ended - seconds * 1000));
    until = Math.max(until, ended);
  }
  return covered / 1000;
}

function verdict({ resources, secondPlan, destroyed, planned }: StackReport): string {
  if (planned) return "planned with AWS mocked";
  if (resources === undefined) return "not applied";
  const words = ["applied"];
  if (secondPlan !== undefined) words.push(secondPlan.length === 0 ? "second plan empty" : "SECOND PLAN NOT EMPTY");
  if (destroyed !== undefined) words.push(destroyed ? "destroyed" : "NOT DESTROYED");
  return words.join(", ");
}

function renderSecondPlan({ id, secondPlan = [] }: StackReport): string {
  return [`${id}: applying again would change`, ...secondPlan.map((line) => `  ${line}`)].join("\n");
}

function renderFailures({ title, checks }: Report["checks"][number]): string {
  const failed = checks.filter(({ status }) => status === "fail");
  return failed
    .map(
      ({ item, saw, next }) => `✖ ${title}: ${item}\n    saw: ${saw}${next === undefined ? "" : `\n    next: ${next}`}`,
    )
    .join("\n");
}

/** One line. */
export function renderReplacement({ what, by, why }: Replacement): string {
  return `${what} was replaced with ${by} (${why})`;
}

function renderOrigin({ replacements, asDeployed, stacks }: Report): string {
  const changed = stacks.map(({ id }) => id).filter((id) => !asDeployed.includes(id));
  const origin = `The rehearsed JSON is identical to the JSON that you deploy${changed.length === 0 ? "" : `, except ${changed.join(", ")}`}${replacements.length > 0 ? ":" : ""}`;
  return [inWindow(origin), ...replacements.map((each) => inWindow(renderReplacement(each), "  "))].join("\n");
}
