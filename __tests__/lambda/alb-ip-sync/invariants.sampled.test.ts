import { checkScenario } from "../../../proof/bench-sync/invariants";
import { RandomHour } from "../../../proof/bench-sync/worlds";
import { runs } from "../../lane";

// A small part, the same each time; `npx ecs-privatelink soak-sync` plays a million steps with a new seed.
test("random hours of nodes, late and lying answers, failures, restarts and reused addresses break no promise", async () => {
  for (let seed = 1; seed <= runs(40); seed++) await checkScenario(new RandomHour(seed).scenario);
}, 300_000);
