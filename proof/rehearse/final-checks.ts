import type { Check } from "../../operations/verify/check";
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

export async function nothingLeft(emulator: Emulator): Promise<Check> {
  const { exists } = await emulator.remains();
  const names = exists.map(({ service, kind, id }) => `${service} ${kind} ${id}`);
  return {
    item: "nothing is left in the emulated AWS",
    status: exists.length === 0 ? "pass" : "fail",
    saw: exists.length === 0 ? "no resource" : names.join(", "),
    ...(exists.length === 0 ? {} : { next: "a stack created it outside of Terraform, or destroying it did not work" }),
  };
}

export function jsonUntouched(stacks: readonly RehearsedStack[], hashes: readonly string[]): Check {
  const touched = stacks.filter((stack, index) => hashOfJson(stack) !== hashes[index]).map(({ id }) => id);
  return {
    item: "what was applied is what was synthesized",
    status: touched.length === 0 ? "pass" : "fail",
    saw: touched.length === 0 ? "every stack's JSON has its hash" : `changed: ${touched.join(", ")}`,
  };
}
