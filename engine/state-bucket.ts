import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackJson, type SynthesizedStack } from "../synth/stacks";
import { type ApplyStackOptions, applyStack } from "./apply-stack";
import { type StackRun, type Terraform, TerraformError } from "./terraform/terraform";

/** Loaded after every other override file: while it is there, the stack's state is a local file. */
const LOCAL_BACKEND_FILE = "zz_bootstrap_override.tf.json";

/** Takes a bucket into a state that has lost it; an ordinary file, since overrides can't hold imports. */
const IMPORT_FILE = "bootstrap_import.tf.json";

export interface BootstrapOptions extends ApplyStackOptions {
  /**
   * File that holds the state until the bucket does, absolute. It outlives an interrupted bootstrap, and is what the next
   * one continues with.
   */
  readonly localState: string;
}

/**
 * Creates the bucket that holds every stack's state, and moves the state of that bucket's own stack into it. Whatever an
 * earlier run left half done is completed; a complete one is left as it is.
 */
export async function bootstrap(
  terraform: Terraform,
  stack: StackRun & Pick<SynthesizedStack, "dependencies">,
  options: BootstrapOptions,
): Promise<{ readonly changed: boolean }> {
  const overrideFile = join(stack.directory, LOCAL_BACKEND_FILE);
  const importFile = join(stack.directory, IMPORT_FILE);
  rmSync(overrideFile, { force: true });
  rmSync(importFile, { force: true });

  if (!existsSync(options.localState) && (await bucketAnswers(terraform, stack))) {
    if ((await terraform.addresses(stack)).length === 0)
      writeFileSync(importFile, JSON.stringify(importOfBucket(stack)));
    const { changed } = await applyStack(terraform, stack, { ...options, initFlags: ["-reconfigure"] });
    rmSync(importFile, { force: true });
    return { changed };
  }

  writeFileSync(overrideFile, JSON.stringify({ terraform: { backend: { local: { path: options.localState } } } }));
  await applyStack(terraform, stack, { ...options, initFlags: ["-reconfigure"] });
  options.onProgress("moving the state into the bucket");
  rmSync(overrideFile);
  await terraform.migrateState(stack);
  if ((await terraform.addresses(stack)).length === 0) {
    throw new Error(`${stack.id}: the state did not arrive in the bucket; it is still in ${options.localState}`);
  }
  for (const file of [options.localState, `${options.localState}.backup`]) rmSync(file, { force: true });
  return { changed: true };
}

/**
 * The way back, before the bucket itself is destroyed: its stack's state leaves the bucket for a local file.
 */
export async function moveStateOut(terraform: Terraform, stack: StackRun, localState: string): Promise<void> {
  // An interrupted teardown has moved it already.
  if (existsSync(localState)) return;
  writeFileSync(
    join(stack.directory, LOCAL_BACKEND_FILE),
    JSON.stringify({ terraform: { backend: { local: { path: localState } } } }),
  );
  await terraform.migrateState(stack, "migrate-back");
}

/**
 * Opens the state of the bucket's own stack wherever an interrupted bootstrap or teardown has left it.
 *
 * @returns false where there is none, since the bucket is not there
 */
export async function openState(terraform: Terraform, stack: StackRun, localState: string): Promise<boolean> {
  const overrideFile = join(stack.directory, LOCAL_BACKEND_FILE);
  rmSync(overrideFile, { force: true });
  if (!existsSync(localState)) return bucketAnswers(terraform, stack);
  writeFileSync(overrideFile, JSON.stringify({ terraform: { backend: { local: { path: localState } } } }));
  await terraform.init(stack, ["-reconfigure"]);
  return true;
}

/** Whether Terraform failed because the bucket for the state is not there. */
export function isBucketMissing(error: unknown): boolean {
  return error instanceof TerraformError && /NoSuchBucket|bucket .*does not exist/i.test(error.details);
}

async function bucketAnswers(terraform: Terraform, stack: StackRun): Promise<boolean> {
  try {
    await terraform.init(stack, ["-reconfigure"], "look-for-bucket");
    return true;
  } catch (error) {
    if (isBucketMissing(error)) return false;
    throw error;
  }
}

interface BackendStackJson {
  readonly terraform: { readonly backend?: { readonly s3?: { readonly bucket: string } } };
  readonly resource?: { readonly aws_s3_bucket?: Readonly<Record<string, { readonly bucket?: string }>> };
}

function importOfBucket(stack: StackRun & Pick<SynthesizedStack, "dependencies">): object {
  const { terraform, resource } = readStackJson(stack) as BackendStackJson;
  const bucket = terraform.backend?.s3?.bucket;
  const names = Object.keys(resource?.aws_s3_bucket ?? {});
  const [name] = names.filter((one) => resource?.aws_s3_bucket?.[one]?.bucket === bucket);
  if (bucket === undefined || name === undefined) {
    throw new Error(`${stack.id}: found no aws_s3_bucket that is the backend's own bucket`);
  }
  return { import: [{ to: `aws_s3_bucket.${name}`, id: bucket }] };
}
