import { DataAwsSecurityGroup } from "@cdktf/provider-aws/lib/data-aws-security-group";
import type { Construct } from "constructs";

/** Looks up the security group of something that exists; a plan stops where it is in another VPC than its clients. */
export const existingSecurityGroup = (
  scope: Construct,
  {
    option,
    securityGroupId,
    vpcId,
  }: { readonly option: string; readonly securityGroupId: string; readonly vpcId: string },
): DataAwsSecurityGroup =>
  new DataAwsSecurityGroup(scope, "security-group", {
    id: securityGroupId,
    lifecycle: {
      postcondition: [
        {
          condition: `\${self.vpc_id == "${vpcId}"}`,
          errorMessage: `Security group \${self.id} is in VPC \${self.vpc_id}, not in that of network.existing.vpcId: give in ${option} a group of that VPC.`,
        },
      ],
    },
  });
