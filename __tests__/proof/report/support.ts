import { loadConfiguration } from "../../../config/load";
import { choose } from "../../../proof/paths/choose";
import type { RehearsalRecord } from "../../../proof/rehearse/report-file";
import type { Subject } from "../../../proof/report/gather";
import type { ScanRecord } from "../../../proof/report/scan-record";

/** An environment of the project itself, or an example, with its consumers. */
export function subjectOf(env: string, files?: string): Subject {
  const configuration = loadConfiguration(files === undefined ? {} : { files });
  return { configuration, ...choose(configuration, { env }) };
}

/** When and from what the tests' report is made. */
export const made = { at: Date.UTC(2026, 0, 15, 10, 0), version: "0.1.0", commit: "0123456789" };

const began = Date.UTC(2026, 0, 15, 9, 30);

const stack = (id: string, from: number): RehearsalRecord["report"]["stacks"][number] => ({
  id,
  resources: 12,
  seconds: { init: 3, plan: 8, apply: 60, "second plan": 6, destroy: 20 },
  ended: {
    init: began + (from + 3) * 1000,
    plan: began + (from + 11) * 1000,
    apply: began + (from + 71) * 1000,
    "second plan": began + (from + 77) * 1000,
    destroy: began + 300_000 - from * 1000,
  },
  secondPlan: [],
  destroyed: true,
});

/** A rehearsal in which one check failed, with words that are no HTML. */
export const rehearsal: RehearsalRecord = {
  environment: "dev",
  began,
  ended: began + 310_000,
  good: false,
  report: {
    stacks: [stack("network-dev", 5), stack("data-dev", 40), stack("compute-dev", 80)],
    checks: [
      {
        title: "Verify",
        checks: [
          { item: "VPC", status: "pass", saw: "vpc-1" },
          { item: "names", status: "fail", saw: '<img src="https://example.com/x">', next: "fix <b>it</b>" },
          { item: "private DNS", status: "not applicable", saw: "no private DNS name" },
        ],
      },
    ],
    replacements: [{ what: "image", by: "a public one", why: "there is no Docker engine" }],
    asDeployed: ["network-dev"],
    seconds: 310,
  },
};

export const scan: ScanRecord = {
  ended: began,
  scanners: [
    { name: "checkov", findings: 3 },
    { name: "parliament", missing: "it is not installed" },
  ],
  accepted: 2,
  unlisted: [{ check: "CKV_AWS_18", place: "data-dev/static-assets/bucket", says: "no access log" }],
};
