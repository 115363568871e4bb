import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { projectPath } from "../../config/project";
import { latestRecord } from "../rehearse/report-file";
import { latestScan } from "../scan/record";
import { drawArchitecture } from "./drawing/draw";
import { gather, proveSubject, type Subject } from "./gather";
import { renderPage, renderPicture } from "./render";

/** Writes the report of an environment, with what the latest rehearsal and scan say. */
export async function writeReport(subject: Subject, file: string): Promise<void> {
  const facts = await gather(subject, { rehearsal: latestRecord(projectPath()), scan: latestScan() });
  write(file, renderPage(facts));
}

/** The picture that the README shows: one Availability Zone stands for all. */
export async function drawPicture(subject: Subject): Promise<string> {
  const { configuration, environment } = subject;
  const { proof, stacks } = proveSubject({
    ...subject,
    configuration: { ...configuration, environments: [environment] },
  });
  const layout = await drawArchitecture(stacks, proof, { oneZone: true });
  return renderPicture(layout, "Consumers reach the application through PrivateLink, NLB and ALB; nothing else does");
}

export function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
