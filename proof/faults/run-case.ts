import type { Show } from "../../engine/run-stacks";
import { Failed, Skipped } from "../../engine/show";
import { Interrupted } from "../../engine/terraform/interruption";
import type { FaultCase, Outcome } from "./outcome";

/** Runs cases, side by side or one after the other; a case that breaks is an outcome too. */
export async function runCases(cases: readonly FaultCase[], sideBySide: boolean, show: Show): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const steps = cases.map((each) => ({
    title: each.name,
    run: async (update: (text: string) => void) => {
      const outcome = await runCase(each, update);
      outcomes.push(outcome);
      if (outcome.skipped !== undefined) return new Skipped(`skipped: ${outcome.skipped}`);
      return outcome.wrong.length === 0
        ? `as expected, ${outcome.runs} ${outcome.runs === 1 ? "run" : "runs"}`
        : new Failed("not as expected");
    },
  }));
  if (sideBySide) await show("Faults", steps);
  else for (const step of steps) await show(step.title, [step]);
  return cases.flatMap(({ name }) => outcomes.filter((each) => each.name === name));
}

async function runCase({ name, expected, run }: FaultCase, update: (text: string) => void): Promise<Outcome> {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  try {
    const trials = await run(update);
    return { name, expected, ...trials, seconds: seconds() };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const text = error instanceof Error ? error.message : String(error);
    return { name, expected, runs: 1, seen: {}, wrong: [`the case itself broke: ${text}`], seconds: seconds() };
  }
}
