import { join } from "node:path";
import { diskFullCase } from "./disk-full";
import { injectionCase } from "./injection";
import { interruptedRehearsalCase } from "./interrupted-rehearsal";
import { killCase } from "./kill";
import { staleLockCase, twoAppliesCase } from "./locks";
import type { FaultCase } from "./outcome";
import { refusalCases } from "./refusals";
import type { WorldOptions } from "./world";

export interface CasesOptions {
  readonly runs: number;
  readonly seed: number;
  readonly quick: boolean;
}

/** Every case, in the order of the table. */
export function faultCases(
  { folder, ...world }: Pick<WorldOptions, "foundation" | "interruption" | "folder">,
  { runs, seed, quick }: CasesOptions,
): FaultCase[] {
  const seeds = Array.from({ length: runs }, (_, index) => seed + index);
  const inFolder = (name: string) => ({ ...world, folder: join(folder, name) });
  const kill = quick
    ? killCase(inFolder("kill-network"), { wanted: ["network-dev"], seed })
    : killCase(inFolder("kill"), { wanted: [], seed });
  return [
    kill,
    twoAppliesCase(inFolder("two-applies")),
    staleLockCase(inFolder("stale-lock")),
    injectionCase(inFolder("injection"), { seeds, workers: quick ? 2 : 4 }),
    ...refusalCases(inFolder("refusals")),
    diskFullCase(inFolder("disk-full")),
    // The thorough tests of the rehearsal's command interrupt it twice; here it is every phase.
    ...(quick ? [] : [interruptedRehearsalCase()]),
  ];
}
