import { type Check, checked } from "../../operations/verify/check";
import type { Emulator } from "../lab/emulator";
import type { Report } from "./report";

/** Whether the emulated AWS answered as AWS's API models say, apart from its list of accepted differences. */
export async function modelledAnswers(emulator: Emulator, report: Report): Promise<Check> {
  const { unexpected, stale, operations, calls, answerMembers } = await emulator.checkedAnswers();
  report.answered = { operations, calls };
  const differences = unexpected.map(
    ({ service, action, kind, path, sample }) => `${service}:${action} ${path} (${kind}): ${sample}`,
  );
  const unused = stale
    .filter(({ sometimes }) => !sometimes)
    .map(({ service, kind, path }) => `stale entry: ${service} ${path} (${kind})`);
  const wrong = [...differences, ...unused];
  const item = "the emulated AWS answers as AWS's API models say";
  const saw = wrong.join("; ") || `${operations} operations, ${answerMembers} values`;
  const next = "correct the answer in emulated_aws/services, or add it to accepted-answers.yaml with a reason";
  return checked(item, wrong.length === 0, saw, next);
}
