import type { Consumer, Environment } from "../../config/schema";

/** Settings of every AWS SDK client; empty means the SDK's own credentials and endpoints. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle?: boolean;
}

/** What is verified, and how to reach it. */
export interface Target {
  readonly environment: Environment;
  /** Consumers in the environment's own account. */
  readonly consumers: readonly Consumer[];
  /** Outputs of a stack by its id; undefined where it is not deployed. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  readonly clientOptions: ClientOptions;
  /** An emulated AWS: no packet flows, no metric comes. */
  readonly emulated: boolean;
}

/**
 * A text output of a stack.
 *
 * @throws Error where the stack is not deployed or has no such output
 */
export function output({ outputs }: Target, stackId: string, name: string): string {
  const stack = outputs[stackId];
  if (!stack) throw new Error(`stack ${stackId} is not deployed`);
  const value = stack[name];
  if (typeof value !== "string") throw new Error(`stack ${stackId} has no output ${name}`);
  return value;
}
