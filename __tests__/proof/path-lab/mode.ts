import type { Configuration, Environment } from "../../../config/schema";
import type { Stacks } from "../../../paths/model/stacks";
import { prove } from "../../../paths/prove";
import { modes } from "../../../proof/path-lab/modes";
import { makePlan, type Plan } from "../../../proof/path-lab/plan";
import { stacksInMemory } from "../../../synth/synthesize";

/** Parts of titles of modes. */
export const SERVICES = "services by path and host";
export const TLS = "TLS at NLB";

const kept = new Map<string, Stacks>();

/** Stacks of the mode with this in its title. */
export function stacksOf(part: string): Stacks {
  const stacks = kept.get(part) ?? stacksInMemory(configuration(part));
  kept.set(part, stacks);
  return stacks;
}

/** What the lab makes of them, or of others with the same configuration. */
export function planOf(part: string, prefix = "test", stacks: Stacks = stacksOf(part)): Plan {
  const { consumers, environments } = configuration(part);
  const environment = environments[0] as Environment;
  return makePlan(prove(stacks, environment, consumers), environment, prefix);
}

function configuration(part: string): Configuration {
  const found = Object.entries(modes).find(([title]) => title.includes(part))?.[1];
  if (found === undefined) throw new Error(`no mode has "${part}" in its title`);
  return found;
}
