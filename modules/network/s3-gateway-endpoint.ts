import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import type { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";

export interface S3GatewayEndpointProps {
  readonly prefix: string;
  readonly region: string;
  readonly vpc: Vpc;
  readonly routeTables: readonly RouteTable[];
}

/**
 * Way to S3 without NAT, for this account's own principals and for image layers of ECR, whose downloads are signed by
 * ECR itself. Nothing else: data cannot be carried out to a stranger's bucket with a stranger's credentials.
 * Source: Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR".
 */
export class S3GatewayEndpoint extends Construct {
  readonly endpoint: VpcEndpoint;

  constructor(scope: Construct, id: string, { prefix, region, vpc, routeTables }: S3GatewayEndpointProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "account", {});
    const partition = new DataAwsPartition(this, "partition", {});
    const anyone = [{ type: "AWS", identifiers: ["*"] }];
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "OwnPrincipals",
          principals: anyone,
          actions: ["s3:*"],
          resources: ["*"],
          condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [account.accountId] }],
        },
        {
          sid: "ImageLayers",
          principals: anyone,
          actions: ["s3:GetObject"],
          resources: [`arn:${partition.partition}:s3:::prod-${region}-starport-layer-bucket/*`],
        },
      ],
    });
    this.endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${region}.s3`,
      routeTableIds: routeTables.map((table) => table.id),
      policy: policy.json,
      tags: { Name: `${prefix}-s3` },
    });
  }
}
