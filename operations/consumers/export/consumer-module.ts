import { type TerraformElement, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct, Node } from "constructs";
import { ConsumerEndpoint } from "../../../modules/consumer/consumer-endpoint";
import { EndpointServiceLookup } from "../../../modules/consumer/endpoint-service-lookup";
import { ExistingVpc } from "../../../modules/consumer/existing-vpc";
import { Expression, hasIpv6 } from "../../../modules/consumer/hcl";
import { addressOutputs, endpointOutputs } from "../../../modules/consumer/outputs";
import { PrivateHostedZone } from "../../../modules/consumer/private-hosted-zone";
import { VARIABLES, type Variable, type VariableName } from "./variables";

/**
 * The constructs of the consumer's stack with Terraform variables as input: what is exported as a plain module.
 * Resources are addressed by the names of their constructs, without CDKTF's hashes.
 */
export class ConsumerModule extends TerraformStack {
  constructor(scope: Construct) {
    super(scope, "consumer-module");
    for (const [name, variable] of Object.entries<Variable>(VARIABLES)) this.declare(name, variable);

    const serviceRegion = variable("service_region");
    const privateDnsEnabled = variable("private_dns_enabled");
    const serviceName = String(variable("service_name"));
    const lookup = new EndpointServiceLookup(this, "lookup", { serviceName, serviceRegion });
    const vpc = new ExistingVpc(this, "existing", {
      vpc: { id: variable("vpc_id") },
      subnets: { ids: variable("subnet_ids") },
      service: lookup,
      needsPrivateDns: new Expression("var.private_dns_enabled || var.private_hosted_zone_name != null"),
      ipAddressType: variable("ip_address_type"),
    });
    const { endpoint, securityGroup } = new ConsumerEndpoint(this, "consumer", {
      name: String(variable("name")),
      serviceName,
      serviceRegion,
      service: lookup,
      vpcId: vpc.vpc.id,
      subnetIds: vpc.subnetIds,
      ports: variable("ports"),
      clientCidrs: variable("client_cidrs"),
      clientIpv6Cidrs: variable("client_ipv6_cidrs"),
      clientPrefixLists: variable("client_prefix_lists"),
      clientSecurityGroups: variable("client_security_groups"),
      additionalSecurityGroupIds: variable("security_group_ids"),
      ipAddressType: variable("ip_address_type"),
      timeouts: variable("timeouts"),
      tags: variable("tags"),
      privateDnsEnabled,
      preconditions: vpc.preconditions,
    });
    const { zone } = new PrivateHostedZone(this, "private", {
      tags: variable("tags"),
      names: new Expression("compact([var.private_hosted_zone_name])"),
      vpcId: String(variable("vpc_id")),
      additionalVpcIds: variable("additional_vpc_ids"),
      endpoint,
      hasIpv6: hasIpv6(variable("ip_address_type")),
    });

    const couldBeNamed = `!${privateDnsEnabled.text} && ${lookup.hasPrivateDnsName}`;
    const outputs = {
      ...endpointOutputs(endpoint, {
        onLines: true,
        onceAccepted: `%{if ${couldBeNamed}}Ready to use. With private_dns_enabled = true and another apply, clients can also use ${lookup.privateDnsName}.%{else}Ready to use.%{endif}`,
      }),
      ...addressOutputs(endpoint),
      privateHostedZoneId: {
        value: `\${one(values(aws_route53_zone.${zone.friendlyUniqueId})[*].zone_id)}`,
        description: "Id of the private hosted zone; null without private_hosted_zone_name",
      },
      securityGroupId: { value: securityGroup.id, description: "Security group of the endpoint" },
    };
    for (const [name, { description, value }] of Object.entries(outputs)) {
      new TerraformOutput(this, snakeCase(name), { staticId: true, value, description });
    }
  }

  private declare(name: string, { default: value, description, nullable = false, type, validation }: Variable): void {
    const variable = new TerraformVariable(this, name, { type, description, nullable, validation });
    // CDKTF drops a default of null.
    if (value !== undefined) variable.addOverride("default", value);
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const { scopes } = "node" in element ? element.node : element;
    return scopes
      .slice(2)
      .map(({ node }) => node.id.replaceAll("-", "_"))
      .join("_");
  }
}

const variable = (name: VariableName): Expression => new Expression(`var.${name}`);

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
