import { appendFileSync, cpSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { type ContainerDefinition, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import type { Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { applyStack } from "../../engine/apply-stack";
import { runProcess } from "../../engine/terraform/process";
import { tryImage } from "../../operations/image/try-image";
import { type Check, checked } from "../../operations/verify/check";
import { describeService } from "../../operations/verify/rollout";
import type { SynthesizedStack } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { checkStep, type LookOptions } from "./look";
import { type Alongside, secondPlanTitle } from "./stack-runs";

export interface NewImageOptions extends LookOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  /** Prepares the stack directories below an output folder for this rehearsal. */
  readonly directories: (outdir: string) => readonly SynthesizedStack[];
}

/**
 * Changes one file of the image, applies, and runs what ECS would run then: pulled by the digest in the task definition,
 * with its settings and health check. Begins after the compute stack's second plan, which has to see the first image;
 * undefined where no image is built.
 */
export function newImageStep(options: NewImageOptions): Alongside | undefined {
  const { environment, stacks } = options;
  const { build } = environment.application.image;
  const compute = stacks.find(({ id }) => id === stackId("compute", environment));
  if (build === undefined || compute === undefined) return undefined;
  return {
    ...checkStep("New image", () => changeImage(options, build, compute), options),
    dependencies: [secondPlanTitle(compute.id)],
  };
}

async function* changeImage(
  options: NewImageOptions,
  build: NonNullable<Environment["application"]["image"]["build"]>,
  compute: SynthesizedStack,
): AsyncGenerator<Check> {
  const { configuration, directories, environment, project, run, terraform } = options;
  const before = await deployedContainer(options, compute);

  const context = join(run.path, "changed-image");
  cpSync(join(project, build.context), context, { recursive: true, filter: (path) => !path.includes("node_modules") });
  // Any application's image differs by it, whatever its own files are.
  appendFileSync(join(context, build.dockerfile), "\nLABEL rehearsal=changed\n");
  const outdir = join(run.path, "changed-image-stacks");
  const image = { ...environment.application.image, build: { ...build, context: relative(project, context) } };
  const changed = { ...environment, application: { ...environment.application, image } };
  synthesize({ ...configuration, environments: [changed] }, outdir);
  const stack = directories(outdir).find(({ id }) => id === compute.id);
  if (stack === undefined) throw new Error(`${compute.id} is gone from ${outdir}`);
  await applyStack(terraform, { ...stack, id: `${stack.id}.new-image` }, { onProgress: () => {} });
  rmSync(context, { recursive: true });

  const after = await deployedContainer(options, compute);
  const item = "one changed file of the image: the service's task definition has a new digest";
  const saw = `${before.image} → ${after.image}`;
  const isNew = before.image !== after.image && /@sha256:[0-9a-f]{64}$/.test(after.image ?? "");
  yield checked(item, isNew, saw, "does the Dockerfile use the changed file? See modules/compute/image/content-tag.ts");
  yield await pulledAndRun(after);
}

/** The application's container in the task definition that the service runs. */
async function deployedContainer(
  { clientOptions, terraform }: NewImageOptions,
  compute: SynthesizedStack,
): Promise<ContainerDefinition> {
  const ecs = new ECSClient(clientOptions);
  const { clusterName, serviceName } = await terraform.outputs(compute);
  const service = await describeService(ecs, String(clusterName), String(serviceName));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  );
  const [container] = taskDefinition?.containerDefinitions ?? [];
  if (container === undefined) throw new Error(`service ${serviceName} has no container`);
  return container;
}

async function pulledAndRun({
  environment = [],
  healthCheck,
  image = "",
  secrets = [],
}: ContainerDefinition): Promise<Check> {
  const item = "the image in the task definition can be pulled, runs and answers its health check";
  try {
    const docker = async (...args: string[]) => {
      const { exitCode, stderr } = await runProcess("docker", args, { cwd: process.cwd(), env: process.env });
      if (exitCode !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
    };
    // Without the local copy that was pushed, the engine has to ask the registry.
    await docker("image", "rm", "--force", image);
    await docker("pull", "--quiet", image);
    // What the secrets hold is of no use here: nothing that they open is there.
    const given = [...environment, ...secrets.map(({ name }) => ({ name, value: "rehearsal" }))];
    const [kind, ...command] = healthCheck?.command ?? [];
    const { exitCode, healthySeconds, user } = await tryImage({
      image,
      env: process.env,
      settings: Object.fromEntries(given.map(({ name = "", value = "" }) => [name, value])),
      ...(kind === "CMD" ? { healthCheck: command } : {}),
    });
    const saw = `healthy after ${healthySeconds.toFixed(1)} s as ${user}, exit code ${exitCode} when stopped`;
    return checked(item, exitCode === 0, saw);
  } catch (error) {
    return checked(item, false, (error as Error).message, "npx ecs-privatelink check-image");
  }
}
