import { z } from "zod";
import { deployedOutputs } from "../terraform/deployed-outputs";

/** What the compute stack's output `dataLoad` holds: how to run the task and where its log is. */
const dataLoadTarget = z.object({
  clusterArn: z.string(),
  taskDefinitionArn: z.string(),
  capacityProvider: z.string(),
  subnetIds: z.array(z.string()).min(1),
  securityGroupIds: z.array(z.string()),
  logGroupName: z.string(),
  logStreamPrefix: z.string(),
  containerName: z.string(),
});

export type DataLoadTarget = z.output<typeof dataLoadTarget>;

/**
 * Reads from an environment's compute stack what is needed to run its data load.
 *
 * @param outdir folder that CDKTF synthesized into
 * @param readOutputs gives a stack directory's outputs; for tests
 * @throws Error that says what to do if the stack is not synthesized, not initialized or not deployed
 */
export async function readTarget(
  environment: string,
  outdir: string,
  readOutputs?: (stackDirectory: string) => Promise<Record<string, unknown>>,
): Promise<DataLoadTarget> {
  const stack = `compute-${environment}`;
  const outputs = await deployedOutputs("compute", environment, outdir, readOutputs);
  const target = dataLoadTarget.safeParse(outputs.dataLoad);
  if (target.success) return target.data;
  const reason =
    outputs.dataLoad === undefined ? "has no output dataLoad" : "has an output dataLoad of another version";
  throw new Error(`${stack} ${reason}: npx cdktf deploy ${stack}`);
}

/** Region of an ARN. */
export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
