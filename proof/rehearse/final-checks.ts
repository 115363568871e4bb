import { type Check, checked } from "../../operations/verify/check";
import type { Emulator } from "../lab/emulator";
import type { RehearsedStack } from "../lab/stack-directories";
import { hashOfJson } from "../lab/terraform-json";
import { modelledAnswers } from "./modelled-answers";
import type { Report } from "./report";
import { type SecretsOptions, secretsInFiles } from "./secrets";

/**
 * What a rehearsal may not leave behind, once everything is destroyed.
 *
 * @param hashes of the stacks' JSON before anything was applied
 */
export async function* finalChecks(
  emulator: Emulator,
  report: Report,
  stacks: readonly RehearsedStack[],
  hashes: readonly string[],
  searched: SecretsOptions,
): AsyncGenerator<Check> {
  yield await nothingLeft(emulator);
  yield await modelledAnswers(emulator, report);
  yield jsonUntouched(stacks, hashes);
  // Now, so that the logs of destroying are searched as well.
  yield await secretsInFiles(searched);
}

export async function nothingLeft(
  emulator: Emulator,
  next = "a stack created it outside of Terraform, or destroying it did not work",
): Promise<Check> {
  const names = await namesOfRemains(emulator);
  return checked("nothing is left in the emulated AWS", names.length === 0, names.join(", ") || "no resource", next);
}

/** What exists in the emulated AWS, e.g. `ec2 vpcs vpc-1`. */
export async function namesOfRemains(emulator: Emulator): Promise<string[]> {
  const { exists } = await emulator.remains();
  return exists.map(({ service, kind, id }) => `${service} ${kind} ${id}`);
}

export function jsonUntouched(stacks: readonly RehearsedStack[], hashes: readonly string[]): Check {
  const touched = stacks.filter((stack, index) => hashOfJson(stack) !== hashes[index]).map(({ id }) => id);
  const saw = touched.length === 0 ? "every stack's JSON has its hash" : `changed: ${touched.join(", ")}`;
  return checked("what was applied is what was synthesized", touched.length === 0, saw);
}
