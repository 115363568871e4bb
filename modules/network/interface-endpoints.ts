import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";

export interface InterfaceEndpointsProps {
  readonly prefix: string;
  readonly region: string;
  readonly vpc: Vpc;
  /** One subnet per zone. */
  readonly subnets: readonly Subnet[];
  /** Blocks whose addresses may use the endpoints. */
  readonly clientCidrs: readonly string[];
  /** Last parts of the service names, e.g. `ecr.api`. */
  readonly services: readonly string[];
}

/** Interface endpoints of AWS services in every zone, with one security group of their own; none where none is needed. */
export class InterfaceEndpoints extends Construct {
  /** Endpoints by the last part of the service name. */
  readonly endpoints: ReadonlyMap<string, VpcEndpoint>;
  readonly securityGroup?: SecurityGroup;

  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const { prefix, region, services, subnets, vpc } = props;
    const endpoints = new Map<string, VpcEndpoint>();
    this.endpoints = endpoints;
    if (services.length === 0) return;

    const securityGroup = new SecurityGroup(this, "security-group", {
      name: `${prefix}-interface-endpoints`,
      description: "Interface endpoints of AWS services: HTTPS from the private subnets",
      vpcId: vpc.id,
      tags: { Name: `${prefix}-interface-endpoints` },
    });
    this.securityGroup = securityGroup;
    props.clientCidrs.forEach((cidrIpv4, index) => {
      new VpcSecurityGroupIngressRule(this, `https-from-private-subnet-${index + 1}`, {
        securityGroupId: securityGroup.id,
        description: "HTTPS from a private subnet",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4,
      });
    });

    const account = new DataAwsCallerIdentity(this, "account", {});
    const policy = new DataAwsIamPolicyDocument(this, "own-principals", {
      statement: [
        {
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["*"],
          resources: ["*"],
          condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [account.accountId] }],
        },
      ],
    });
    for (const service of services) {
      endpoints.set(
        service,
        new VpcEndpoint(this, service, {
          vpcId: vpc.id,
          vpcEndpointType: "Interface",
          serviceName: `com.amazonaws.${region}.${service}`,
          privateDnsEnabled: true,
          subnetIds: subnets.map((subnet) => subnet.id),
          securityGroupIds: [securityGroup.id],
          policy: policy.json,
          tags: { Name: `${prefix}-${service}` },
        }),
      );
    }
  }
}
