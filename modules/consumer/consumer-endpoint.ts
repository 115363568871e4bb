import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { EndpointServiceLookup } from "./endpoint-service-lookup";
import { type Condition, Expression, hasIpv6, hcl, type Value, where } from "./hcl";

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
  /** IPv6 ranges that may use the endpoint. */
  readonly clientIpv6Cidrs?: Value<readonly string[]>;
  /** Ids of prefix lists whose addresses may use the endpoint, by any name. */
  readonly clientPrefixLists?: Value<Readonly<Record<string, string>>>;
  /** More security groups of the endpoint; what they admit is added to what the own group admits. */
  readonly additionalSecurityGroupIds?: Value<readonly string[]>;
  /** Address families of the endpoint. Default: IPv4. */
  readonly ipAddressType?: Value<string>;
  /** How long Terraform waits, as in `20m`; an expression is an object with create, update and delete. */
  readonly timeouts?: Expression | { readonly create?: string; readonly update?: string; readonly delete?: string };
  /** Tags of endpoint and security group besides their names. */
  readonly tags?: Expression;
  /** What must hold before the endpoint is made. */
  readonly preconditions?: readonly Condition[];
}

/**
 * The interface endpoint of the service, and a security group that admits only the named clients. It has no policy.
 * Source: AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies": AWS allows full access to the
 * endpoint of a service that is not its own.
 */
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
      tags: tagged(`${name}-endpoint`, props.tags),
    });
    const { clientCidrs, clientIpv6Cidrs = [], clientPrefixLists = {}, clientSecurityGroups } = props;
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

    if (!isEmpty(clientIpv6Cidrs)) {
      this.rule("client-ipv6-cidr", { cidrIpv6: CLIENT }, props.ports, hcl(clientIpv6Cidrs), (client) => client);
    }
    if (!isEmpty(clientPrefixLists)) {
      const lists = hcl(clientPrefixLists);
      this.rule(
        "client-prefix-list",
        { prefixListId: CLIENT },
        props.ports,
        `keys(${lists})`,
        (name) => `${lists}[${name}]`,
      );
    }

    const named = where(privateDnsEnabled, service.hasPrivateDnsName);
    const supported = where(hasIpv6(props.ipAddressType), service.supportsIpv6);
    const preconditions = [
      ...(props.preconditions ?? []),
      ...(supported
        ? [
            {
              condition: supported,
              errorMessage:
                "The service has no IPv6 addresses: leave the endpoint with IPv4 addresses, or ask the provider for a dual-stack service.",
            },
          ]
        : []),
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
      securityGroupIds: this.securityGroupIds(props.additionalSecurityGroupIds),
      ...(props.ipAddressType !== undefined && { ipAddressType: String(props.ipAddressType) }),
      ...(props.timeouts && { timeouts: timeouts(props.timeouts) }),
      privateDnsEnabled:
        privateDnsEnabled instanceof Expression ? Token.asAny(String(privateDnsEnabled)) : privateDnsEnabled,
      ...(preconditions.length > 0 && { lifecycle: { precondition: preconditions } }),
      tags: tagged(name, props.tags),
    });
    this.dnsRecords(props.ipAddressType);
  }

  /** Records of the same families as the addresses: which ones AWS creates by itself depends on the service. */
  private dnsRecords(ipAddressType: Value<string> | undefined): void {
    if (ipAddressType === undefined) return;
    if (!(ipAddressType instanceof Expression)) {
      this.endpoint.putDnsOptions({ dnsRecordIpType: ipAddressType });
      return;
    }
    this.endpoint.addOverride("dynamic.dns_options", {
      for_each: `\${compact([${ipAddressType.text}])}`,
      content: { dns_record_ip_type: "${dns_options.value}" },
    });
  }

  private securityGroupIds(additional: Value<readonly string[]> = []): string[] {
    const own = this.securityGroup.id;
    const address = `aws_security_group.${this.securityGroup.friendlyUniqueId}.id`;
    return additional instanceof Expression
      ? Token.asList(`\${concat([${address}], ${additional.text})}`)
      : [own, ...additional];
  }

  /** One rule per port and client; the client's key, not its place in the list, is part of the rule's address. */
  private rule(
    id: string,
    source:
      | { readonly cidrIpv4: string }
      | { readonly cidrIpv6: string }
      | { readonly prefixListId: string }
      | { readonly referencedSecurityGroupId: string },
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

/** A name, and the tags that are given beside it. */
const tagged = (name: string, tags: Expression | undefined): Record<string, string> =>
  tags ? Token.asStringMap(`\${merge(${tags.text}, { Name = ${hcl(expressionIn(name))} })}`) : { Name: name };

/** A text that is one template alone is that expression. */
const expressionIn = (text: string): Value<string> =>
  /^\$\{[^{}]*\}$/.test(text) ? new Expression(text.slice(2, -1)) : new Expression(JSON.stringify(text));

const timeouts = (given: NonNullable<ConsumerEndpointProps["timeouts"]>) =>
  given instanceof Expression
    ? {
        create: `\${${given.text}.create}`,
        update: `\${${given.text}.update}`,
        delete: `\${${given.text}.delete}`,
      }
    : given;

const CLIENT = "${each.value.client}";

const isEmpty = (clients: Value<object>): boolean =>
  !(clients instanceof Expression) && Object.keys(clients).length === 0;
