import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";

export interface ClientAccessProps {
  readonly client: SecurityGroup;
  /** Security group of the server. */
  readonly serverGroupId: string;
  /** TCP port of the server. */
  readonly port: number;
  /** What is reached, for the rules' descriptions. */
  readonly description: string;
}

/** Lets the members of one security group connect to one port of another's: the rule on both sides. */
export class ClientAccess extends Construct {
  readonly egress: VpcSecurityGroupEgressRule;
  readonly ingress: VpcSecurityGroupIngressRule;
  /** Both: a resource that uses the connection until it is destroyed depends on them. */
  readonly rules: readonly [VpcSecurityGroupEgressRule, VpcSecurityGroupIngressRule];

  constructor(scope: Construct, id: string, { client, description, port, serverGroupId }: ClientAccessProps) {
    super(scope, id);
    const rule = { description, ipProtocol: "tcp", fromPort: port, toPort: port };
    this.egress = new VpcSecurityGroupEgressRule(this, "egress", {
      ...rule,
      securityGroupId: client.id,
      referencedSecurityGroupId: serverGroupId,
    });
    this.ingress = new VpcSecurityGroupIngressRule(this, "ingress", {
      ...rule,
      securityGroupId: serverGroupId,
      referencedSecurityGroupId: client.id,
    });
    this.rules = [this.egress, this.ingress];
  }
}
