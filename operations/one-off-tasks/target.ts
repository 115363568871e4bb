import * as z from "zod";
import { unknownName } from "../../config/closest";
import type { Outputs } from "../../engine/deployed-outputs";

/** What an output of the compute stack holds: how to run a task and where its log is. */
const taskTarget = z.object({
  clusterArn: z.string(),
  taskDefinitionArn: z.string(),
  capacityProvider: z.string(),
  subnetIds: z.array(z.string()).min(1),
  securityGroupIds: z.array(z.string()),
  logGroupName: z.string(),
  logStreamPrefix: z.string(),
  containerName: z.string(),
});

export type TaskTarget = z.output<typeof taskTarget>;

const jobTarget = taskTarget.extend({ timeoutMinutes: z.number() });

export type JobTarget = z.output<typeof jobTarget>;

/**
 * Takes from the outputs of an environment's compute stack what is needed to run its data load.
 *
 * @throws Error if the stack is not deployed, or was by another version
 */
export const dataLoadTarget = (environment: string, outputs: Outputs): TaskTarget =>
  read(taskTarget, environment, "dataLoad", "data load", outputs.dataLoad);

/**
 * The same for one of its jobs.
 *
 * @throws Error that names the jobs there are, if it is none of them
 */
export function jobsTarget(environment: string, outputs: Outputs, name: string): JobTarget {
  const jobs = read(z.record(z.string(), jobTarget), environment, "jobs", "job", outputs.jobs);
  const job = jobs[name];
  if (job === undefined) throw new Error(unknownName("job", name, Object.keys(jobs)));
  return job;
}

function read<T>(schema: z.ZodType<T>, environment: string, output: string, what: string, value: unknown): T {
  const target = schema.safeParse(value);
  if (target.success) return target.data;
  const reason =
    value === undefined
      ? `has no output ${output}: it is not deployed, or has no ${what}`
      : `has an output ${output} of another version`;
  throw new Error(
    `compute-${environment} ${reason}. A task runs once the stack is deployed: npx ecs-privatelink deploy --env ${environment}`,
  );
}

/** Region of an ARN. */
export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
