import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { EndpointServiceLookup } from "./endpoint-service-lookup";
import { type Condition, Expression, hcl, type Value, where } from "./hcl";

export interface ConsumerEndpointProps {
  /** Name of endpoint and security group. */
  readonly name: string;
  readonly serviceName: string;
  /** Region of the service, where it is not the consumer's own. */
  readonly serviceRegion?: Value<string>;
  readonly service: EndpointServiceLookup;
  readonly vpcId: string;
  /** At most one subnet per zone. */
  readonly subnetIds: readonly string[];
  /** TCP ports of the service. */
  readonly ports: Value<readonly number[]>;
  /** Address ranges that may use the endpoint. */
  readonly clientCidrs: Value<readonly string[]>;
  /** Ids of security groups whose members may use the endpoint, by any name. */
  readonly clientSecurityGroups: Value<Readonly<Record<string, string>>>;
  /** Use the service's private DNS name; AWS takes it only once the endpoint is accepted. */
  readonly privateDnsEnabled: Value<boolean>;
  /** What must hold before the endpoint is made. */
  readonly preconditions?: readonly Condition[];
}

/** The interface endpoint of the service, and a security group that lets the named clients in and nobody else. */
export class ConsumerEndpoint extends Construct {
  readonly endpoint: VpcEndpoint;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: ConsumerEndpointProps) {
    super(scope, id);
    const { name, privateDnsEnabled, service, serviceRegion, vpcId } = props;

    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: `${name}-endpoint`,
      description: "Endpoint of the service: its clients on its ports",
      vpcId,
      tags: { Name: `${name}-endpoint` },
    });
    const { clientCidrs, clientSecurityGroups } = props;
    if (!isEmpty(clientCidrs)) {
      this.rule("client-cidr", { cidrIpv4: CLIENT }, props.ports, hcl(clientCidrs), (client) => client);
    }
    if (!isEmpty(clientSecurityGroups)) {
      const groups = hcl(clientSecurityGroups);
      this.rule(
        "client-security-group",
        { referencedSecurityGroupId: CLIENT },
        props.ports,
        `keys(${groups})`,
        (name) => `${groups}[${name}]`,
      );
    }

    const named = where(privateDnsEnabled, service.hasPrivateDnsName);
    const preconditions = [
      ...(props.preconditions ?? []),
      ...(named
        ? [
            {
              condition: named,
              errorMessage:
                "The service has no private DNS name: leave the private DNS name off, or use a private hosted zone.",
            },
          ]
        : []),
    ];
    this.endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId,
      vpcEndpointType: "Interface",
      serviceName: props.serviceName,
      ...(serviceRegion !== undefined && { serviceRegion: String(serviceRegion) }),
      subnetIds: [...props.subnetIds],
      securityGroupIds: [this.securityGroup.id],
      privateDnsEnabled:
        privateDnsEnabled instanceof Expression ? Token.asAny(String(privateDnsEnabled)) : privateDnsEnabled,
      ...(preconditions.length > 0 && { lifecycle: { precondition: preconditions } }),
      tags: { Name: name },
    });
  }

  /** One rule per port and client; the client's key, not its place in the list, is part of the rule's address. */
  private rule(
    id: string,
    source: { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: string },
    ports: Value<readonly number[]>,
    keys: string,
    client: (key: string) => string,
  ): void {
    const rule = new VpcSecurityGroupIngressRule(this, id, {
      securityGroupId: this.securityGroup.id,
      description: "Client of the service",
      ipProtocol: "tcp",
      fromPort: Token.asNumber("${each.value.port}"),
      toPort: Token.asNumber("${each.value.port}"),
      ...source,
    });
    const entry = `"\${pair[1]}-\${pair[0]}" => { port = pair[0], client = ${client("pair[1]")} }`;
    rule.addOverride("for_each", `\${{ for pair in setproduct(${hcl(ports)}, ${keys}) : ${entry} }}`);
  }
}

const CLIENT = "${each.value.client}";

const isEmpty = (clients: Value<object>): boolean =>
  !(clients instanceof Expression) && Object.keys(clients).length === 0;
