import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";

export interface ExecutionRoleProps {
  readonly name: string;
  /** Repository of the image; none when the image is not in ECR. */
  readonly repositoryArn?: string;
  readonly logGroup: CloudwatchLogGroup;
  readonly secretArn: string;
  /** Key of the secret. */
  readonly kmsKeyArn: string;
  readonly region: string;
}

/** Trust of a role that ECS tasks of this account take on. Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role". */
export function tasksTrust(scope: Construct): string {
  const account = new DataAwsCallerIdentity(scope, "account", {}).accountId;
  return new DataAwsIamPolicyDocument(scope, "trust", {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
      },
    ],
  }).json;
}

/**
 * What ECS itself needs to start a task: this image, this log group, this secret. Narrower than AWS's managed policy,
 * which allows every repository and log group of the account.
 */
export class ExecutionRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, props: ExecutionRoleProps) {
    super(scope, id);
    this.role = new IamRole(this, "role", { name: props.name, assumeRolePolicy: tasksTrust(this) });
    const policy = new DataAwsIamPolicyDocument(this, "policy-document", {
      statement: [
        ...(props.repositoryArn
          ? [
              // Has no resource-level permissions. Source: Service Authorization Reference, Amazon ECR.
              { sid: "EcrLogin", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
              {
                sid: "PullImage",
                actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                resources: [props.repositoryArn],
              },
            ]
          : []),
        {
          sid: "WriteLogs",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${props.logGroup.arn}:*`],
        },
        { sid: "ReadSecret", actions: ["secretsmanager:GetSecretValue"], resources: [props.secretArn] },
        {
          sid: "DecryptSecret",
          actions: ["kms:Decrypt"],
          resources: [props.kmsKeyArn],
          condition: [
            {
              test: "StringEquals",
              variable: "kms:ViaService",
              values: [`secretsmanager.${props.region}.amazonaws.com`],
            },
          ],
        },
      ],
    });
    this.policy = new IamRolePolicy(this, "policy", { name: "start-tasks", role: this.role.name, policy: policy.json });
  }
}
