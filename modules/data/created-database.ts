import { createHash } from "node:crypto";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { ownPartition } from "../own-account";
import type { DatabaseCredentials } from "./database-credentials";

export interface DatabaseProps {
  readonly prefix: string;
  readonly options: Environment["data"]["database"];
  readonly vpcId: string;
  /** Subnets without a way out of the VPC, one per zone. */
  readonly subnetIds: readonly string[];
  readonly kmsKeyArn: string;
  readonly credentials: DatabaseCredentials;
  readonly logRetentionDays: number;
  /** Let Terraform refuse every plan that would delete or replace the database. @default false */
  readonly preventDestroy?: boolean;
}

/**
 * Name of the last snapshot, which must be new: a deletion fails if there is one of that name. So it ends in the suffix
 * that the secret was given when it was created, and in what replaces a database.
 */
export function finalSnapshotName(identifier: string, { credentials, options, prefix }: DatabaseProps): string {
  const suffix = Fn.trimprefix(credentials.secret.name, `${prefix}-database-`);
  const replacedBy = createHash("sha256").update(`${options.name} ${options.userName}`).digest("hex").slice(0, 8);
  return `${identifier}-final-${suffix}-${replacedBy}`;
}

/** The subnets that a database may be in. */
export const addSubnetGroup = (scope: Construct, identifier: string, subnetIds: readonly string[]) =>
  new DbSubnetGroup(scope, "subnet-group", {
    name: identifier,
    description: "Isolated subnets",
    subnetIds: [...subnetIds],
  });

/** A group without rules: each client's stack adds its own. */
export const addSecurityGroup = (
  scope: Construct,
  { identifier, title, vpcId }: { readonly identifier: string; readonly title: string; readonly vpcId: string },
) =>
  new SecurityGroup(scope, "security-group", {
    name: identifier,
    description: `Database: ${title} from the tasks`,
    vpcId,
    tags: { Name: identifier },
  });

interface LogGroups {
  readonly kmsKeyArn: string;
  readonly logTypes: readonly string[];
  readonly retentionDays: number;
}

/** RDS would create these groups itself, without an end to retention. */
export const addLogGroups = (scope: Construct, names: string, { kmsKeyArn, logTypes, retentionDays }: LogGroups) =>
  logTypes.map(
    (type) =>
      new CloudwatchLogGroup(scope, `${type}-log-group`, {
        name: `${names}/${type}`,
        kmsKeyId: kmsKeyArn,
        retentionInDays: retentionDays,
      }),
  );

/** Source: Amazon RDS User Guide, "Setting up and enabling Enhanced Monitoring". */
export function addMonitoringRole(
  scope: Construct,
  prefix: string,
): { readonly role: IamRole; readonly policy: IamRolePolicyAttachment } {
  const trust = new DataAwsIamPolicyDocument(scope, "monitoring-trust", {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["monitoring.rds.amazonaws.com"] }],
      },
    ],
  });
  const role = new IamRole(scope, "monitoring-role", {
    name: `${prefix}-database-monitoring`,
    assumeRolePolicy: trust.json,
  });
  const partition = ownPartition(scope);
  const policy = new IamRolePolicyAttachment(scope, "monitoring-policy", {
    role: role.name,
    policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
  });
  return { role, policy };
}
