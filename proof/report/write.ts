import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { projectPath } from "../../config/project";
import { projectVersion } from "../../engine/version";
import { newestRecord, type RehearsalRecord } from "../rehearse/report-file";
import { drawArchitecture } from "./drawing/draw";
import { gather, proveSubject, type Subject } from "./gather";
import { renderPage, renderPicture } from "./render";
import { latestScan } from "./scan-record";

/**
 * Writes the report of an environment, with the results of a rehearsal and of the latest scan.
 *
 * @param rehearsal by default the environment's newest complete one
 */
export async function writeReport(
  subject: Subject,
  file: string,
  rehearsal: RehearsalRecord | undefined = newestRecord(projectPath(), subject.environment.name),
): Promise<void> {
  const made = { at: Date.now(), ...projectVersion() };
  const facts = await gather(subject, { made, rehearsal, scan: latestScan() });
  write(file, renderPage(facts));
}

/** The pictures of README and docs/security.md: one Availability Zone stands for all, the second with trust boundaries. */
export function drawPictures(subject: Subject): { architecture: string; dataFlow: string } {
  const { configuration, environment } = subject;
  const { proof, stacks } = proveSubject({
    ...subject,
    configuration: { ...configuration, environments: [environment] },
  });
  const layout = drawArchitecture(stacks, proof, { oneZone: true });
  const title = "Consumers reach the application through PrivateLink, NLB and ALB; nothing else does";
  return {
    architecture: renderPicture(layout, title),
    dataFlow: renderPicture(layout, "Data flow with trust boundaries", { withBoundaries: true }),
  };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
