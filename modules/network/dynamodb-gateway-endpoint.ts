import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import { ownAccount } from "../own-account";

export interface DynamodbGatewayEndpointProps {
  readonly prefix: string;
  readonly region: string;
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
}

/** Way to DynamoDB without NAT, for this account's own principals. Source: AWS PrivateLink guide, "Gateway endpoints for Amazon DynamoDB". */
export class DynamodbGatewayEndpoint extends Construct {
  readonly endpoint: VpcEndpoint;

  constructor(scope: Construct, id: string, { prefix, region, vpcId, routeTableIds }: DynamodbGatewayEndpointProps) {
    super(scope, id);
    const account = ownAccount(this);
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["dynamodb:*"],
          resources: ["*"],
          condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [account] }],
        },
      ],
    });
    this.endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${region}.dynamodb`,
      routeTableIds: [...routeTableIds],
      policy: policy.json,
      tags: { Name: `${prefix}-dynamodb` },
    });
  }
}
