import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { Construct } from "constructs";
import type { Network } from "../network/network";

export interface AwsApiEgressProps {
  readonly network: Network;
  /** Whose members reach AWS. */
  readonly securityGroup: SecurityGroup;
}

/** HTTPS to AWS services: S3 through its gateway endpoint, others through interface endpoints or NAT, whatever is there. */
export class AwsApiEgress extends Construct {
  constructor(scope: Construct, id: string, { network, securityGroup }: AwsApiEgressProps) {
    super(scope, id);
    const https = { securityGroupId: securityGroup.id, ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    new VpcSecurityGroupEgressRule(this, "s3", {
      ...https,
      description: "S3 through the gateway endpoint",
      prefixListId: network.s3Endpoint.endpoint.prefixListId,
    });
    const endpoints = network.interfaceEndpoints.securityGroup;
    if (endpoints) {
      new VpcSecurityGroupEgressRule(this, "interface-endpoints", {
        ...https,
        description: "AWS services through interface endpoints",
        referencedSecurityGroupId: endpoints.id,
      });
    }
    if (network.natGateways.length > 0) {
      new VpcSecurityGroupEgressRule(this, "nat", {
        ...https,
        description: "AWS services through NAT",
        cidrIpv4: "0.0.0.0/0",
      });
    }
  }
}
