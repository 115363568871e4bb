import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { partition } from "../config/regions";
import type { Environment } from "../config/schema";

/** Partition in the ARNs of the stack's resources, which its provider's Region decides. */
export function ownPartition(scope: Construct): string {
  const { region } = providerOf(scope);
  if (region === undefined) throw new Error(`${TerraformStack.of(scope).node.id}: its AWS provider needs a Region`);
  return partition(region as Environment["region"]);
}

/**
 * Id of the account of the stack's resources: the only one that its provider allows, or else one data source for the
 * whole stack, which asks whose the credentials are.
 */
export function ownAccount(scope: Construct): string {
  const [accountId, ...more] = providerOf(scope).allowedAccountIds ?? [];
  if (accountId !== undefined && more.length === 0) return accountId;
  const stack = TerraformStack.of(scope);
  const known = stack.node.tryFindChild("account") as DataAwsCallerIdentity | undefined;
  return (known ?? new DataAwsCallerIdentity(stack, "account", {})).accountId;
}

function providerOf(scope: Construct): AwsProvider {
  const stack = TerraformStack.of(scope);
  const provider = stack.allProviders().find((each) => each instanceof AwsProvider);
  if (!(provider instanceof AwsProvider)) throw new Error(`${stack.node.id} has no AWS provider`);
  return provider;
}
