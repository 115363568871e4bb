import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { ownAccount } from "../own-account";
import { type ContainerImage, pullsFromEcr, readsRegistryCredentials } from "./container-image";

export interface ExecutionRoleProps {
  readonly name: string;
  readonly images: readonly ContainerImage[];
  readonly logGroup: CloudwatchLogGroup;
  /** What starting takes besides images and logs: secrets. */
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
}

/** Trust of a role that ECS tasks of this account take on. Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role". */
export function tasksTrust(scope: Construct): string {
  const account = ownAccount(scope);
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
 * What ECS itself needs to start a task: these images, this log group, these secrets. Narrower than AWS's managed policy,
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
        ...pullsFromEcr(props.images),
        {
          sid: "WriteLogs",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${props.logGroup.arn}:*`],
        },
        ...readsRegistryCredentials(props.images),
        ...props.statements,
      ],
    });
    this.policy = new IamRolePolicy(this, "policy", { name: "start-tasks", role: this.role.name, policy: policy.json });
  }
}
