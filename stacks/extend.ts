import type { Consumer, Environment } from "../config/schema";
import type { ComputeStack } from "./compute";
import type { ConsumerEndpointStack } from "./consumer-endpoint";
import type { DataStack } from "./data";
import type { DeployRolesStack } from "./deploy-roles";
import type { NetworkStack } from "./network";
import type { PrivatelinkServiceStack } from "./privatelink-service";
import type { StateBackendStack } from "./state-backend";

/** Each stack, with what its configuration file describes: the environment or the consumer. */
interface Extendable {
  readonly "state-backend": readonly [StateBackendStack, Environment];
  readonly network: readonly [NetworkStack, Environment];
  readonly data: readonly [DataStack, Environment];
  readonly compute: readonly [ComputeStack, Environment];
  readonly "privatelink-service": readonly [PrivatelinkServiceStack, Environment];
  readonly "consumer-endpoint": readonly [ConsumerEndpointStack, Consumer];
  readonly "deploy-roles": readonly [DeployRolesStack, Environment | Consumer];
}

/**
 * Functions that change stacks, by the name of the stack. Each is called for every environment or consumer, after all
 * stacks are complete and before the paths are proven and the JSON is written.
 */
export type Extensions = {
  readonly [Name in keyof Extendable]?: (...of: Extendable[Name]) => void;
};

/** @throws Error that names the stack, where its extension throws */
export function extend<Name extends keyof Extendable>(
  extensions: Extensions,
  name: Name,
  ...of: Extendable[Name]
): void {
  const extension: ((...of: Extendable[Name]) => void) | undefined = extensions[name];
  try {
    extension?.(...of);
  } catch (cause) {
    const [, owner] = of;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`stacks/extensions.ts, ${name} of ${owner.name}: ${reason}`, { cause });
  }
}
