import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";

export interface DynamodbGatewayEndpointProps {
  readonly prefix: string;
  readonly region: string;
  readonly vpc: Vpc;
  readonly routeTables: readonly RouteTable[];
}

/** Way to DynamoDB without NAT, for this account's own principals. Source: AWS PrivateLink guide, "Gateway endpoints for Amazon DynamoDB". */
export class DynamodbGatewayEndpoint extends Construct {
  readonly endpoint: VpcEndpoint;

  constructor(scope: Construct, id: string, { prefix, region, vpc, routeTables }: DynamodbGatewayEndpointProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "account", {});
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["dynamodb:*"],
          resources: ["*"],
          condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [account.accountId] }],
        },
      ],
    });
    this.endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${region}.dynamodb`,
      routeTableIds: routeTables.map((table) => table.id),
      policy: policy.json,
      tags: { Name: `${prefix}-dynamodb` },
    });
  }
}
