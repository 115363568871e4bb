import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import { ownAccount, ownPartition } from "../own-account";

export interface S3GatewayEndpointProps {
  readonly prefix: string;
  readonly region: string;
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
}

/**
 * Way to S3 without NAT, for this account's own principals and for image layers of ECR, whose downloads are signed by
 * ECR itself. Nothing else: data cannot be carried out to a stranger's bucket with a stranger's credentials.
 * Source: Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR".
 */
export class S3GatewayEndpoint extends Construct {
  readonly endpoint: VpcEndpoint;

  constructor(scope: Construct, id: string, { prefix, region, vpcId, routeTableIds }: S3GatewayEndpointProps) {
    super(scope, id);
    const account = ownAccount(this);
    const partition = ownPartition(this);
    const anyone = [{ type: "AWS", identifiers: ["*"] }];
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "OwnPrincipals",
          principals: anyone,
          actions: ["s3:*"],
          resources: ["*"],
          condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [account] }],
        },
        {
          sid: "ImageLayers",
          principals: anyone,
          actions: ["s3:GetObject"],
          resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
        },
      ],
    });
    this.endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${region}.s3`,
      routeTableIds: [...routeTableIds],
      policy: policy.json,
      tags: { Name: `${prefix}-s3` },
    });
  }
}
