import { join } from "node:path";
import { type Check, checked } from "../../operations/verify/check";
import { readStackJson, readStacks } from "../../synth/stacks";
import { DEFAULT_ACCOUNT } from "../lab/emulator";
import type { Foundation } from "../lab/foundation";
import { mockedPlans } from "../lab/mocked-plans";
import { hashOfJson } from "../lab/terraform-json";
import { terraformTest } from "../lab/terraform-test";
import { jsonUntouched, nothingLeft } from "./final-checks";
import { checkStep } from "./look";
import type { Rehearsal } from "./rehearsal";
import { applyStacks, destroyStacks, secondPlansAlongside } from "./stack-runs";

/** What only a whole rehearsal does. */
const LEFT_OUT = [
  "apply of the stacks that are only planned",
  "verify",
  "image and tasks",
  "data load",
  "sync Lambda",
  "cross-account scenario",
  "pipeline roles",
];

/**
 * Applies the network, plans it again and destroys it, and meanwhile plans every other stack with AWS mocked: what has
 * to wait for a load balancer or a database is not applied.
 */
export async function rehearseQuickly(rehearsal: Rehearsal, foundation: Foundation): Promise<void> {
  const { options, report, stacks, stateBuckets, terraform } = rehearsal;
  const runs = { terraform, show: options.show };
  const hashes = stacks.map(hashOfJson);
  const planned = readStacks(rehearsal.run.synth).filter(({ id }) => stacks.every((stack) => stack.id !== id));
  report.stacks = [
    ...report.stacks,
    ...planned.map(({ id }) => ({ id, seconds: {}, ended: {}, planned: true as const })),
  ];
  report.leftOut = LEFT_OUT;
  const plans = checkStep("Plans with AWS mocked", () => plansOf(planned, rehearsal, foundation), rehearsal);
  await applyStacks(stacks, [{ ...plans, dependencies: [] }, ...secondPlansAlongside(stacks, terraform)], runs);
  await destroyStacks(stacks, [], runs);
  await stateBuckets.delete();
  const checks = async function* () {
    yield await nothingLeft(rehearsal.emulator);
    yield jsonUntouched(stacks, hashes);
  };
  await options.show("Final checks", [checkStep("Nothing left behind", checks, rehearsal)]);
}

async function* plansOf(
  stacks: ReturnType<typeof readStacks>,
  { environment: { accountId = DEFAULT_ACCOUNT, region }, interruption, run }: Rehearsal,
  { binary, providers }: Foundation,
): AsyncGenerator<Check> {
  const jsons = Object.fromEntries(stacks.map((stack) => [stack.id, readStackJson(stack)]));
  const outcomes = await terraformTest({
    files: mockedPlans(jsons, { region, accountId }),
    folder: join(run.path, "planned"),
    binary,
    providers,
    interruption,
  });
  const notRun = Object.fromEntries(stacks.map(({ id }) => [id, "not run"]));
  for (const [id, outcome] of Object.entries({ ...notRun, ...outcomes })) {
    yield checked(`${id} is planned whole`, outcome === "pass", outcome);
  }
}
