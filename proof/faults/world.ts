import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { loadConfiguration } from "../../config/load";
import type { Configuration, Environment } from "../../config/schema";
import { partsOf, type StackName } from "../../config/stack-ids";
import type { Interruption } from "../../engine/terraform/interruption";
import { type StackRun, Terraform, type TerraformOptions } from "../../engine/terraform/terraform";
import { readStackJson } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { createBucket, emulatedOptions } from "../lab/clients";
import { type Emulator, startEmulator } from "../lab/emulator";
import type { Foundation } from "../lab/foundation";
import { emulatorEnvironment } from "../lab/overrides";
import { rehearsable } from "../lab/rehearsable";
import { type RehearsedStack, stackDirectories } from "../lab/stack-directories";

/** An emulated AWS of a case's own, with stacks that are ready for Terraform. */
export interface World {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly s3: S3Client;
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly stacks: readonly RehearsedStack[];
  /** Options of every Terraform that works here. */
  readonly options: TerraformOptions;
  readonly terraform: Terraform;
  /** A stack by the beginning of its id. */
  stack(name: string): RehearsedStack;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly foundation: Omit<Foundation, "emulator">;
  readonly interruption: Interruption;
  /** Folder for synthesized stacks and logs, recreated. */
  readonly folder: string;
  /** Ids of the only stacks, with those they need; all if empty. */
  readonly wanted: readonly string[];
  /** Whether the environment's state bucket is made beforehand, without the minute that its own stack takes. */
  readonly withBucket: boolean;
  /** Account of Terraform's credentials. @default the environment's own */
  readonly accountId?: string;
}

/** The environment and the consumer that faults are tried on: cheap, and of every stack. */
const ENVIRONMENT = "dev";
const CONSUMERS = ["example"];

export function faultConfiguration({ providers }: Omit<Foundation, "emulator">): Configuration {
  const archive = providers.missing.find(({ requirement }) => requirement.source.endsWith("/archive"));
  return rehearsable(
    loadConfiguration(),
    { environment: ENVIRONMENT, consumers: CONSUMERS },
    { image: "no image is needed", ...(archive === undefined ? {} : { archive: archive.why }) },
  ).configuration;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { folder, foundation, interruption } = options;
  const configuration = faultConfiguration(foundation);
  const [environment] = configuration.environments;
  if (environment === undefined) throw new Error(`no environment ${ENVIRONMENT}`);
  const logs = join(folder, "logs");
  const states = join(folder, "states");
  for (const each of [logs, states]) mkdirSync(each, { recursive: true });
  const accountId = options.accountId ?? environment.accountId;
  const emulator = await startEmulator({
    logFile: join(logs, "emulator.log"),
    ...(accountId === undefined ? {} : { accountId }),
  });
  const { endpoint } = emulator;
  const outdir = join(folder, "synth");
  synthesize(configuration, outdir);
  const stacks = stackDirectories(outdir, configuration, { endpoint, localStates: states }, options.wanted);
  const terraformOptions: TerraformOptions = {
    binary: foundation.binary,
    env: { ...emulatorEnvironment(process.env, endpoint), ...foundation.providers.env },
    logFolder: logs,
    lockFile: foundation.providers.lockFile,
    interruption,
    lockTimeout: "0s",
  };
  const s3 = new S3Client(emulatedOptions(emulator, environment.region));
  const world: World = {
    folder,
    emulator,
    s3,
    configuration,
    environment,
    stacks,
    options: terraformOptions,
    terraform: new Terraform(terraformOptions),
    stack: (name) => {
      const found = stacks.find(({ id }) => id.startsWith(name));
      if (found === undefined) throw new Error(`no stack ${name} among ${stacks.map(({ id }) => id).join(", ")}`);
      return found;
    },
    stop: () => emulator.stop(),
  };
  // A consumer's bucket is the consumer's own: no stack of the project makes it.
  await makeStateBuckets(world, (name) => options.withBucket || name === "consumer-endpoint");
  return world;
}

/** State buckets as stacks need them, without the minute that a bucket's own stack takes. */
export async function makeStateBuckets(
  { emulator, stacks, environment }: World,
  wanted: (name: StackName) => boolean = () => true,
): Promise<void> {
  const some = stacks.filter(({ id }) => wanted(partsOf(id).name));
  for (const bucket of new Set(some.map((stack) => stateLocation(stack).bucket))) {
    await createBucket(emulatedOptions(emulator, environment.region), bucket);
  }
}

interface BackendJson {
  readonly terraform: { readonly backend: { readonly s3: { readonly bucket: string; readonly key: string } } };
}

/** Where a stack's state is. */
export function stateLocation(stack: RehearsedStack): { readonly bucket: string; readonly key: string } {
  return (readStackJson(stack) as BackendJson).terraform.backend.s3;
}

/** ID of the lock that lies beside a stack's state, as Terraform's lock error names it; undefined if there is none. */
export async function lockId(world: World, stack: RehearsedStack): Promise<string | undefined> {
  const { bucket, key } = stateLocation(stack);
  try {
    const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${key}.tflock` }));
    return (JSON.parse((await Body?.transformToString()) ?? "{}") as { ID?: string }).ID;
  } catch (error) {
    if (error instanceof NoSuchKey) return localLockId(stack);
    throw error;
  }
}

function localLockId({ localState }: RehearsedStack): string | undefined {
  if (localState === undefined) return undefined;
  const file = join(localState, "..", `.${localState.split("/").at(-1)}.lock.info`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { ID?: string }).ID : undefined;
}

/** Engine with something changed, e.g. another environment or interruption. */
export function engineWith(world: World, changed: Partial<TerraformOptions>): Terraform {
  return new Terraform({ ...world.options, ...changed });
}

/** Gives a lock back with the documented command, if there is one. @returns whether there was */
export async function unlockIfLocked(world: World, stack: RehearsedStack & StackRun): Promise<boolean> {
  const id = await lockId(world, stack);
  if (id === undefined) return false;
  await world.terraform.unlock(stack, id);
  return true;
}
