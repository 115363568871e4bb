import { readSnapshot } from "../config/network-snapshot";
import type { Configuration } from "../config/schema";
import { existingVpc, existingVpcStack } from "../paths/model/existing-vpc";
import type { Stacks } from "../paths/model/stacks";

/** The existing VPCs of a configuration as stacks of their own, for the network model: those that have a snapshot. */
export function existingVpcs({ environments }: Configuration): Stacks {
  const ids = new Set(environments.flatMap(({ network }) => network.existing?.vpcId ?? []));
  return Object.fromEntries(
    [...ids].flatMap((vpcId) => {
      const snapshot = readSnapshot(vpcId);
      return snapshot ? [[existingVpcStack(vpcId), existingVpc(snapshot)] as const] : [];
    }),
  );
}
