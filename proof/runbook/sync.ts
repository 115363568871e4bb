import { join } from "node:path";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { stackId } from "../../config/stack-ids";
import { readStacks } from "../../synth/stacks";
import { packagedFunction } from "../rehearse/packaged-function";
import { invoke, unpack } from "../rehearse/packaged-sync";
import { clientOptions } from "./clients";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";

/** Runs the packaged sync Lambda, which nothing calls by schedule in the emulated AWS. */
export async function runSync(project: EmulatedProject): Promise<void> {
  const { emulator, env, folder, logs } = project;
  const stacks = readStacks(join(folder, "cdktf.out"));
  const stack = stacks.find(({ id }) => id === stackId("privatelink-service", ENVIRONMENT));
  const sync = stack && packagedFunction(stack, "alb-ip-sync");
  if (sync === undefined) return;
  const { Configuration } = await new LambdaClient(clientOptions(project)).send(
    new GetFunctionCommand({ FunctionName: sync.name }),
  );
  const packaged = {
    zipFile: sync.zipFile,
    folder: join(folder, "..", "sync-lambda"),
    logFile: join(logs, "sync-lambda.log"),
    variables: Configuration?.Environment?.Variables ?? {},
    endpoint: emulator.endpoint,
    dnsAddress: emulator.dnsAddress,
    region: ENVIRONMENT.region,
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
  };
  unpack(packaged);
  await invoke(packaged, [0, 1]);
}
