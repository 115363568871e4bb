import { join } from "node:path";
import { ECSClient, type Service } from "@aws-sdk/client-ecs";
import { resourcePrefix } from "../../config/derive";
import { ecrRegistry } from "../../config/ecr";
import type { Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { imageUri, type ServiceWorkload, services, workloadPrefix } from "../../config/workloads";
import { type ApplyStackOptions, applyStack } from "../../engine/apply-stack";
import { type Check, checked } from "../../operations/verify/check";
import { describeService } from "../../operations/verify/rollout";
import type { SynthesizedStack } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { DEFAULT_ACCOUNT } from "../lab/emulator";
import { checkStep, type LookOptions } from "./look";
import type { Alongside } from "./stack-runs";

export interface BadImageOptions extends LookOptions {
  /** Prepares the stack directories below an output folder for this rehearsal. */
  readonly directories: (outdir: string) => readonly SynthesizedStack[];
  /** Titles and stack ids that have to be done first. */
  readonly after: readonly string[];
}

const QUIET: ApplyStackOptions = { onProgress: () => {} };
/** Of the same repository: the roles of an apply with another one may pull from that alone, so that nothing could return. */
const TAG = ":rehearsal-bad";
const ROLLED_BACK = /ECS has rolled the deployment back/;

/**
 * Gives a service an image whose containers never become healthy: ECS has to roll it back, and the apply to fail. Undefined
 * where there is no service beside the application; the runbook's acceptance does the same to the application.
 */
export function badImageStep(options: BadImageOptions): Alongside | undefined {
  const { after, environment, stacks } = options;
  const compute = stacks.find(({ id }) => id === stackId("compute", environment));
  const service = services(environment).find(({ options }) => options.image.ownedBy === "terraform");
  if (compute === undefined || service === undefined) return undefined;
  return { ...checkStep("Bad image", () => plant(options, compute, service), options), dependencies: after };
}

async function* plant(
  options: BadImageOptions,
  compute: SynthesizedStack,
  service: ServiceWorkload,
): AsyncGenerator<Check> {
  const { configuration, directories, emulator, environment, run, terraform } = options;
  const before = await running(options, service);
  await emulator.failImage(TAG, "unhealthy");
  const uri = `${repositoryOf(environment, service)}${TAG}`;
  const image = { ...service.options.image, sameAs: undefined, parameter: undefined, uri };
  const changed = { ...service.options, image };
  const outdir = join(run.path, "bad-image");
  const withBadImage = { ...environment, services: { ...environment.services, [service.name]: changed } };
  synthesize({ ...configuration, environments: [withBadImage] }, outdir);
  const stack = directories(outdir).find(({ id }) => id === compute.id);
  if (stack === undefined) throw new Error(`${compute.id} is gone from ${outdir}`);
  const failed = await applyStack(terraform, { ...stack, id: `${stack.id}.bad-image` }, QUIET).then(
    () => "the apply succeeded",
    (error: unknown) => String(error),
  );
  await emulator.failImage(TAG);
  yield judge(
    `an image of service ${service.name} that never becomes healthy: the apply fails with the reason`,
    ROLLED_BACK.test(failed),
    failed,
  );
  const during = await running(options, service);
  yield judge(
    `ECS has rolled service ${service.name} back: it runs the tasks of before`,
    during.taskDefinition === before.taskDefinition && during.runningCount === before.runningCount,
    `${before.taskDefinition}, ${before.runningCount} running → ${during.taskDefinition}, ${during.runningCount} running`,
  );
  await applyStack(terraform, { ...compute, id: `${compute.id}.good-image` }, QUIET);
  const after = await running(options, service);
  yield judge(
    `the next apply with a good image gives service ${service.name} a revision that is healthy`,
    after.taskDefinition !== before.taskDefinition && after.runningCount === before.runningCount,
    `${after.taskDefinition}, ${after.runningCount} running`,
  );
}

function repositoryOf(environment: Environment, service: ServiceWorkload): string {
  const { accountId = DEFAULT_ACCOUNT, region } = environment;
  const built = `${ecrRegistry(accountId, region)}/${resourcePrefix(environment)}-app`;
  return imageUri(environment, service)?.replace(/(@sha256:[0-9a-f]+|:[\w.-]+)$/, "") ?? built;
}

const running = ({ clientOptions, environment }: LookOptions, service: ServiceWorkload): Promise<Service> =>
  describeService(new ECSClient(clientOptions), resourcePrefix(environment), workloadPrefix(environment, service));

const judge = (item: string, good: boolean, saw: string): Check =>
  checked(
    item,
    good,
    good ? saw.slice(0, 300) : saw,
    "modules/compute/service.ts has the circuit breaker and the postcondition",
  );
