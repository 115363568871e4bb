import { protections } from "../../config/protections";
import type { Configuration, Environment } from "../../config/schema";
import { stacksInMemory } from "../../synth/synthesize";
import { bill, total } from "../report/cost/bill";
import { countResources } from "../report/cost/counted";

const HOURS_A_MONTH = 730;

/** Dollars that an environment costs for some hours while nothing passes through it; an estimate. */
export function costOf(environment: Environment, hours: number): number {
  const stacks = stacksInMemory({ environments: [environment], consumers: [] } satisfies Configuration);
  return (total(bill(environment, countResources(stacks, environment.name))) / HOURS_A_MONTH) * hours;
}

/** Options that would keep the environment from being destroyed at the end, with the value that does not. */
export function obstacles(environment: Environment): string[] {
  return protections
    .filter(({ isOff, relaxed }) => relaxed !== undefined && !isOff(environment))
    .map(({ path, relaxed }) => `${path.join(".")}: ${relaxed}`);
}
