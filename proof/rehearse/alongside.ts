import { join } from "node:path";
import { stackId } from "../../config/stack-ids";
import { type Check, checked } from "../../operations/verify/check";
import type { Emulator } from "../lab/emulator";
import { ACCESS_KEY_ID, consumerKeys, PLANNING_KEY_ID } from "../lab/overrides";
import type { RehearsedStack } from "../lab/stack-directories";
import { acceptSteps } from "./accept";
import { badImageStep } from "./bad-image";
import { deployRoleChecks } from "./deploy-role-checks";
import { externalTxtRecordStep } from "./external-txt-record";
import { launchTypeSwitchStep } from "./launch-type-switch";
import { checkStep, syncStep, verifyStep } from "./look";
import { newAmiStep } from "./new-ami";
import { newImageStep } from "./new-image";
import { oneOffTaskStep } from "./one-off-tasks";
import type { Rehearsal } from "./rehearsal";
import { requestsStep } from "./requests";
import { type Alongside, secondPlan, secondPlansAlongside, secondPlanTitle } from "./stack-runs";
import { twoAccounts } from "./two-accounts/two-accounts";
import { workerScalingStep } from "./worker-scaling";

/** The stacks whose second plan can be made while others are still applied, and the rest. */
function earlyAndLate({ configuration, stacks }: Rehearsal) {
  const consumers = stacks.filter(({ id }) =>
    configuration.consumers.some((each) => id === stackId("consumer-endpoint", each)),
  );
  // A consumer's stack takes a minute of waiting and touches none of the provider's resources. The state bucket's own
  // stack lets others begin before it has ended.
  const early = stacks.filter((stack) => !consumers.includes(stack) && stack.localState === undefined);
  return { consumers, early, late: stacks.filter((stack) => !early.includes(stack)) };
}

/** What is tried while stacks are applied, each step as soon as the stacks that it needs are there. */
export function stepsWhileApplying(rehearsal: Rehearsal): Alongside[] {
  const { env, environment, options, project, run, target, terraform } = rehearsal;
  const { consumers, early } = earlyAndLate(rehearsal);
  const newImage = newImageStep(rehearsal);
  const afterwards = newImage?.title ?? secondPlanTitle(stackId("compute", environment));
  const toFargate = launchTypeSwitchStep({ ...rehearsal, after: [afterwards] });
  const badImage = badImageStep({ ...rehearsal, after: [toFargate?.title ?? afterwards] });
  const steps = [
    ...some(oneOffTaskStep({ ...rehearsal, env: { ...env, AWS_ACCESS_KEY_ID: "rehearsal-load" } })),
    ...some(syncStep(rehearsal)),
    ...some(externalTxtRecordStep(rehearsal)),
    ...secondPlansAlongside(early, terraform),
    ...some(requestsStep(rehearsal)),
    ...some(newImage),
    ...some(toFargate),
    ...some(badImage),
    ...some(newAmiStep({ ...rehearsal, after: [badImage?.title ?? toFargate?.title ?? afterwards] })),
  ];
  if (options.stacks.length === 0) {
    const { emulator, interruption } = rehearsal;
    const folder = join(run.path, "two-accounts");
    const story = { project, folder, logs: run.logs, environment, terraform, env, target, emulator, interruption };
    steps.push({ ...checkStep("Cross-account scenario", () => twoAccounts(story), rehearsal), dependencies: [] });
  }
  if (environment.privatelink.acceptanceRequired) {
    steps.push(
      ...acceptSteps(consumers, { project, environment: environment.name, outdir: run.synth, env, terraform }),
    );
  }
  return steps;
}

/** What is looked at once every stack is applied. */
export function stepsOfVerification(rehearsal: Rehearsal): Alongside[] {
  const plans = earlyAndLate(rehearsal).late.map((stack: RehearsedStack) => secondPlan(stack, rehearsal.terraform));
  const read = [...some(verifyStep(rehearsal)), ...plans];
  // The roles are judged by every call of the rehearsal, so after the others; scaling changes what others look at.
  const roles = checkStep("Pipeline roles", () => checksOfRoles(rehearsal), rehearsal);
  const heard = checkStep("Notifications", () => everyMessageHeard(rehearsal.emulator), rehearsal);
  const { existing, options } = rehearsal;
  const brought =
    existing && checkStep("Existing resources", () => existing.checksMeanwhile(options.run.synth), rehearsal);
  return [
    ...[...read, heard, ...some(brought)].map((step) => ({ ...step, dependencies: [] })),
    ...[roles, ...some(workerScalingStep(rehearsal))].map((step) => ({
      ...step,
      dependencies: read.map(({ title }) => title),
    })),
  ];
}

async function* checksOfRoles({
  configuration,
  emulator,
  environment,
  options,
  run,
}: Rehearsal): AsyncGenerator<Check> {
  // As it would be deployed: pipelines build the image even where this machine can't.
  const asDeployed = options.configuration.environments.find(({ name }) => name === environment.name);
  yield* await deployRoleChecks({
    accountId: environment.accountId,
    owners: [
      { owner: asDeployed ?? environment, keys: { plan: PLANNING_KEY_ID, apply: ACCESS_KEY_ID } },
      ...configuration.consumers.map((owner) => ({ owner, linked: environment, keys: consumerKeys(owner.name) })),
    ],
    folder: run.path,
    emulator,
  });
}

async function* everyMessageHeard(emulator: Emulator): AsyncGenerator<Check> {
  const unheard = await emulator.listUnheard();
  yield checked(
    "alarms and connection events reach their topic: its policy and that of its key let AWS's services publish",
    unheard.length === 0,
    unheard.join("\n") || "every publisher may publish, and use the key",
    "modules/observability/notification-topic.ts",
  );
}

const some = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);
