import { stackId } from "../../config/stack-ids";
import { type Check, checked } from "../../operations/verify/check";
import { namesOfRemains, nothingLeft } from "../rehearse/final-checks";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";
import { kill, unlock } from "./killed";

/** The page's teardown after one that was killed in the middle of its first stack; then the emulated AWS holds nothing. */
export async function* takeDown(project: EmulatedProject, page: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  const { name } = ENVIRONMENT;
  const before = (await namesOfRemains(project.emulator)).length;
  const killed = {
    name: "teardown",
    command: `npx ecs-privatelink teardown --env ${name} --confirm ${name}`,
    stack: stackId("privatelink-service", ENVIRONMENT),
    held: { service: "ec2", action: "DeleteVpcEndpointServiceConfigurations" },
    farEnough: async () => (await namesOfRemains(project.emulator)).length < before,
  };
  const { exitCode, processes } = await kill(project, killed);
  const between = (await namesOfRemains(project.emulator)).length;
  const halfWay = processes > 0 && exitCode !== 0 && between < before && between > 0;
  yield checked(
    "teardown: killed half-way",
    halfWay,
    `${processes} processes killed, exit code ${exitCode}, ${between} of ${before} resources left`,
    "proof/runbook/take-down.ts kills too early or too late",
  );
  yield await unlock(project, killed);
  yield* page();
  yield await nothingLeft(project.emulator, "operations/teardown");
}
