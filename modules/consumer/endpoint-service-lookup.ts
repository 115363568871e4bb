import { DataAwsVpcEndpointService } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint-service";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { Expression, type Value } from "./hcl";

export interface EndpointServiceLookupProps {
  readonly serviceName: string;
  /** Region of the service, where it is not the consumer's own; an expression may be null. */
  readonly serviceRegion?: Value<string>;
}

/**
 * What AWS tells this account about the service; a service that the account may not use does not exist for it.
 * Source: EC2 API, DescribeVpcEndpointServices.
 */
export class EndpointServiceLookup extends Construct {
  readonly service: DataAwsVpcEndpointService;
  /** Whether zones must match: across Regions they need not. */
  readonly sameRegion: Value<boolean>;
  /** Names that this account has for the service's zones, sorted. */
  readonly zones: Expression;

  constructor(scope: Construct, id: string, { serviceName, serviceRegion }: EndpointServiceLookupProps) {
    super(scope, id);
    this.service = new DataAwsVpcEndpointService(this, "service", {
      serviceName,
      ...(serviceRegion instanceof Expression
        ? { serviceRegions: Token.asList(`\${compact([${serviceRegion.text}])}`) }
        : serviceRegion && { serviceRegions: [serviceRegion] }),
    });
    this.sameRegion =
      serviceRegion instanceof Expression
        ? new Expression(`${serviceRegion.text} == null`)
        : serviceRegion === undefined;
    this.zones = new Expression(`sort(${this.attribute("availability_zones")})`);
  }

  /** Expression of the service's private DNS name; null or empty where it has none. */
  get privateDnsName(): Expression {
    return new Expression(this.attribute("private_dns_name"));
  }

  /** Condition that the service has a private DNS name. */
  get hasPrivateDnsName(): string {
    return `try(length(${this.privateDnsName.text}), 0) > 0`;
  }

  /** Condition that the service has IPv6 addresses. */
  get supportsIpv6(): string {
    return `contains(${this.attribute("supported_ip_address_types")}, "ipv6")`;
  }

  private attribute(name: string): string {
    return `data.aws_vpc_endpoint_service.${this.service.friendlyUniqueId}.${name}`;
  }
}
