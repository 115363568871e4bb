import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import {
  VpcSecurityGroupEgressRule,
  type VpcSecurityGroupEgressRuleConfig,
} from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { TerraformIterator } from "cdktf";
import { Construct } from "constructs";
import type { EnvironmentNetwork } from "../network/environment-network";

export interface AwsApiEgressProps {
  readonly network: EnvironmentNetwork;
  /** Whose members reach AWS. */
  readonly securityGroup: SecurityGroup;
  /** Whether they reach DynamoDB through its gateway endpoint, where there is one. @default false */
  readonly dynamodb?: boolean;
}

/** HTTPS to AWS services: S3 through its gateway endpoint, others through interface endpoints or NAT, whatever is there. */
export class AwsApiEgress extends Construct {
  /** Resources that need AWS until they are destroyed depend on these rules. */
  readonly rules: readonly VpcSecurityGroupEgressRule[];

  constructor(scope: Construct, id: string, { dynamodb, network, securityGroup }: AwsApiEgressProps) {
    super(scope, id);
    const https = { securityGroupId: securityGroup.id, ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const { endpointSecurityGroupId, ipv6, nat, providedEndpointSecurityGroupIds, s3PrefixListId } = network.awsAccess;
    const dynamodbPrefixListId = dynamodb ? network.awsAccess.dynamodbPrefixListId : undefined;
    // With NAT, the rule for any address covers what an existing VPC provides.
    const provided = nat ? undefined : providedEndpointSecurityGroupIds;
    const groups = provided && TerraformIterator.fromList([...provided]);
    const rule = (name: string, description: string, destination: Partial<VpcSecurityGroupEgressRuleConfig>) =>
      new VpcSecurityGroupEgressRule(this, name, { ...https, description, ...destination });
    this.rules = [
      rule("s3", "S3 through the gateway endpoint", { prefixListId: s3PrefixListId }),
      ...(dynamodbPrefixListId !== undefined
        ? [rule("dynamodb", "DynamoDB through the gateway endpoint", { prefixListId: dynamodbPrefixListId })]
        : []),
      ...(endpointSecurityGroupId !== undefined
        ? [
            rule("interface-endpoints", "AWS services through interface endpoints", {
              referencedSecurityGroupId: endpointSecurityGroupId,
            }),
          ]
        : []),
      ...(groups
        ? [
            rule("provided-interface-endpoints", "AWS services through interface endpoints of the VPC", {
              forEach: groups,
              referencedSecurityGroupId: groups.value,
            }),
          ]
        : []),
      ...(nat ? [rule("nat", "AWS services through NAT", { cidrIpv4: "0.0.0.0/0" })] : []),
      ...(ipv6 ? [rule("ipv6", "AWS services over IPv6", { cidrIpv6: "::/0" })] : []),
    ];
  }
}
