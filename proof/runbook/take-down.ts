import { stackId } from "../../config/stack-ids";
import type { Check } from "../../operations/verify/check";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";
import { kill, unlock } from "./killed";

/** The page's teardown after one that was killed in the middle of its first stack; then the emulated AWS holds nothing. */
export async function* takeDown(project: EmulatedProject, page: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  const { name } = ENVIRONMENT;
  const before = (await left(project)).length;
  const killed = {
    name: "teardown",
    command: `npx ecs-privatelink teardown --env ${name} --confirm ${name}`,
    stack: stackId("privatelink-service", ENVIRONMENT),
    held: { service: "ec2", action: "DeleteVpcEndpointServiceConfigurations" },
    farEnough: async () => (await left(project)).length < before,
  };
  const { exitCode, processes } = await kill(project, killed);
  const between = (await left(project)).length;
  const halfWay = processes > 0 && exitCode !== 0 && between < before && between > 0;
  yield {
    item: "teardown: killed half-way",
    status: halfWay ? "pass" : "fail",
    saw: `${processes} processes killed, exit code ${exitCode}, ${between} of ${before} resources left`,
    ...(halfWay ? {} : { next: "proof/runbook/take-down.ts kills too early or too late" }),
  };
  yield await unlock(project, killed);
  yield* page();
  const names = await left(project);
  yield {
    item: "nothing is left in the emulated AWS",
    status: names.length === 0 ? "pass" : "fail",
    saw: names.join(", ") || "no resource",
    ...(names.length === 0 ? {} : { next: "operations/teardown" }),
  };
}

async function left({ emulator }: EmulatedProject): Promise<string[]> {
  const { exists } = await emulator.remains();
  return exists.map(({ service, kind, id }) => `${service} ${kind} ${id}`);
}
