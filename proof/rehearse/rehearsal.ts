import { named } from "../../config/environment-named";
import type { Configuration, Environment } from "../../config/schema";
import type { Show } from "../../engine/run-stacks";
import type { Interruption } from "../../engine/terraform/interruption";
import { Terraform } from "../../engine/terraform/terraform";
import { count } from "../../engine/words";
import { synthesize } from "../../synth/synthesize";
import { emulatedOptions } from "../lab/clients";
import type { Emulator } from "../lab/emulator";
import type { Foundation } from "../lab/foundation";
import { type EmulatorTarget, emulatorEnvironment } from "../lab/overrides";
import { rehearsable, theEnvironment } from "../lab/rehearsable";
import type { RunFolder } from "../lab/run-folder";
import { type RehearsedStack, stackDirectories } from "../lab/stack-directories";
import { sameJson } from "../lab/terraform-json";
import { ExistingResources } from "./existing-resources";
import { buildPackage, findLimits } from "./limits";
import type { LookOptions } from "./look";
import { givePrerequisites } from "./prerequisites";
import { longWaits, type Report } from "./report";
import { StateBuckets } from "./state-buckets";

export interface RehearsalOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  readonly run: RunFolder;
  readonly configuration: Configuration;
  readonly environment: string;
  readonly consumers: readonly string[];
  /** Ids of the only stacks to rehearse, with those they need; all if empty. */
  readonly stacks: readonly string[];
  /** TCP port of the emulated AWS; 0 for a free one. */
  readonly port: number;
  readonly useDocker: boolean;
  /** Output folder of an earlier version to upgrade from, absolute; only the upgrade is rehearsed then. */
  readonly upgradeFrom?: string;
  /** Applies what has no long waits, and plans the rest with AWS mocked. */
  readonly quick?: boolean;
  /** Waits while a person looks around; nothing is destroyed afterwards. Undefined: everything is. */
  readonly keep?: (emulator: Emulator) => Promise<void>;
  readonly interruption: Interruption;
  readonly show: Show;
  /** Filled as the rehearsal goes, so that there is something to show after a failure too. */
  readonly report: Report;
}

/** What the phases of a rehearsal share: the stacks as this machine can apply them, and the tools to do so. */
export interface Rehearsal extends LookOptions {
  readonly options: RehearsalOptions;
  /** Folder of the project, absolute. */
  readonly project: string;
  readonly stacks: readonly RehearsedStack[];
  readonly target: Omit<EmulatorTarget, "assumeRoleArn">;
  /** Prepares the stack directories below another output folder for this rehearsal. */
  readonly directories: (outdir: string) => RehearsedStack[];
  /** Environment of every Terraform process. */
  readonly env: NodeJS.ProcessEnv;
  /** Buckets for the consumers' states, which no stack creates. */
  readonly stateBuckets: StateBuckets;
  /** What the environment uses and does not create; undefined where that is nothing. */
  readonly existing?: ExistingResources;
}

/**
 * Synthesizes what can be applied here, and prepares everything that exists before the first stack.
 *
 * @param asDeployed output folder of the configuration without replacements, absolute
 */
export async function prepareRehearsal(
  foundation: Foundation,
  given: RehearsalOptions,
  asDeployed: string,
): Promise<Rehearsal> {
  const { interruption, project, report, run } = given;
  const { emulator, providers } = foundation;
  const limits = findLimits(foundation);
  if (limits.archive !== undefined) await buildPackage(project, run.logs, interruption);
  const target = {
    endpoint: emulator.endpoint,
    localStates: run.states,
    ...(foundation.registry === undefined ? {} : { registry: foundation.registry.address }),
    withoutStateBucket: given.quick === true,
    isolatedBuilds: foundation.localBases !== undefined,
  };
  const env = { ...emulatorEnvironment(process.env, emulator.endpoint), ...providers.env };
  const { binary } = foundation;
  const terraform = new Terraform({
    binary,
    env,
    logFolder: run.logs,
    lockFile: providers.lockFile,
    interruption,
    onRecord: (stack, phase, { took }) => report.waits?.push(...longWaits(stack, phase, took)),
  });
  const existing = await createExisting(given, { terraform, emulator, target });
  const options =
    existing === undefined
      ? given
      : { ...given, configuration: withEnvironment(given.configuration, existing.environment) };
  const { configuration, replacements } = rehearsable(options.configuration, options, limits);
  report.replacements = [...replacements, ...(existing === undefined ? [] : [existing.replacement])];
  synthesize(configuration, run.synth);
  report.asDeployed = sameJson(run.synth, asDeployed);
  const directories = (outdir: string) => stackDirectories(outdir, configuration, target, options.stacks);
  const stacks = directories(run.synth);
  report.stacks = stacks.map((stack) => stack.report);

  const environment = theEnvironment(configuration);
  const client = emulatedOptions(emulator, environment.region);
  const stateBuckets = new StateBuckets(client, configuration.consumers);
  await stateBuckets.create();
  await givePrerequisites(configuration, emulator);
  return {
    options,
    project,
    configuration,
    environment,
    stacks,
    target,
    directories,
    env,
    terraform,
    emulator,
    clientOptions: client,
    stateBuckets,
    ...(existing && { existing }),
    run,
    interruption,
    report,
  };
}

/** What the environment brings is created before everything else; undefined where that is nothing. */
async function createExisting(
  { configuration, environment: name, project, run, show }: RehearsalOptions,
  tools: Pick<Rehearsal, "terraform" | "emulator" | "target">,
): Promise<ExistingResources | undefined> {
  const environment = named("environment", configuration.environments, name);
  if (!environment.network.existing) return undefined;
  let existing: ExistingResources | undefined;
  await show("Create what exists already", [
    {
      title: "Network, data, keys and boundary",
      run: async () => {
        const client = emulatedOptions(tools.emulator, environment.region);
        existing = await ExistingResources.create({
          ...tools,
          project,
          folder: run.path,
          environment,
          clientOptions: client,
        });
        return count(existing.size, "resource");
      },
    },
  ]);
  return existing;
}

const withEnvironment = ({ consumers, environments }: Configuration, changed: Environment): Configuration => ({
  consumers,
  environments: environments.map((each) => (each.name === changed.name ? changed : each)),
});
