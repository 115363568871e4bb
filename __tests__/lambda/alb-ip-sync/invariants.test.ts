import fc from "fast-check";
import { histories } from "../../../operations/bench-sync/history";
import { anyGuards, checkHistory } from "../../../operations/bench-sync/invariants";

// A small part, the same each time; `npm run soak:sync` plays at least 100,000 runs with a new seed.
test("random histories of nodes, DNS answers, failures, restarts and reused addresses break no promise", async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(histories({ groups: 2, minutes: 40 }), anyGuards, async (history, guards) => {
      runs += await checkHistory(history, guards);
    }),
    { seed: 20_241, numRuns: 250, includeErrorInReport: true },
  );
  expect(runs).toBeGreaterThan(4000);
}, 60_000);
