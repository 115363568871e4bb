import type { Consumer, Environment } from "../../config/schema";
import { type StackName, stackId } from "../../config/stack-ids";

/** Settings of every AWS SDK client; empty means the SDK's own credentials and endpoints. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle?: boolean;
}

/** Those of a command, for clients in an environment's Region. An emulated AWS serves buckets by their path alone. */
export const clientOptionsFor = ({ region }: Pick<Environment, "region">): ClientOptions => ({
  region,
  forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL),
});

/** What is verified, and how to reach it. */
export interface Target {
  readonly environment: Environment;
  /** Environments of the project that use its VPC, itself included. Default: it alone. */
  readonly sharing?: readonly Environment[];
  /** Consumers in the environment's own account. */
  readonly consumers: readonly Consumer[];
  /** Outputs of a stack by its id; undefined where it is not deployed. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  readonly clientOptions: ClientOptions;
  /** An emulated AWS: no packet flows, no metric comes. */
  readonly emulated: boolean;
}

/**
 * A text output of one of the environment's stacks, or of a consumer's.
 *
 * @throws Error where the stack is not deployed or has no such output
 */
export function output(
  { environment, outputs }: Target,
  stack: StackName,
  name: string,
  owner: Pick<Environment | Consumer, "name"> = environment,
): string {
  const id = stackId(stack, owner);
  const found = outputs[id];
  if (!found) throw new Error(`stack ${id} is not deployed`);
  const value = found[name];
  if (typeof value !== "string") throw new Error(`stack ${id} has no output ${name}`);
  return value;
}

/** The command that brings one of the environment's stacks back to its configuration. */
export const deployCommand = ({ environment }: Target, stack: StackName): string =>
  `npx ecs-privatelink deploy --env ${environment.name} --stack ${stackId(stack, environment)}`;
