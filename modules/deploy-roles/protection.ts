import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { AccountArns } from "./arns";
import { BOUNDARY_CHANGES, ROLE_CHANGES } from "./permissions";

/**
 * What an apply role never does: change a deploy role, its own or that of another environment or consumer of the
 * account, change the state that they are planned from, or take on a role that it has created.
 */
export function keepDeployRoles(arn: AccountArns, ...ownRoles: readonly string[]): DataAwsIamPolicyDocumentStatement[] {
  return [
    {
      sid: "KeepDeployRoles",
      effect: "Deny",
      actions: [...ROLE_CHANGES, "iam:AttachRolePolicy", "iam:PassRole", ...BOUNDARY_CHANGES],
      resources: [...ownRoles, "*-deploy-plan", "*-deploy-apply"].map((name) => arn.iam(`role/${name}`)),
    },
    {
      sid: "KeepStateOfDeployRoles",
      effect: "Deny",
      actions: ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
      resources: [arn.s3("*/deploy-roles.tfstate*")],
    },
    // A role of the same account that trusts this one by its ARN needs no permission of this one's policy.
    { sid: "TakeOnNoRole", effect: "Deny", actions: ["sts:AssumeRole"], resources: ["*"] },
  ];
}
