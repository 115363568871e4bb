import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import { Expression, hcl, type Value } from "./hcl";

export interface PrivateHostedZoneProps {
  /** Name of the zone, or no name for no zone. */
  readonly names: Value<readonly string[]>;
  /** VPCs that see the zone. */
  readonly vpcIds: Value<readonly string[]>;
  readonly endpoint: VpcEndpoint;
}

/**
 * A name for the endpoint that the consumer chooses: a private hosted zone whose apex leads to it. It needs no public
 * domain, no verification and no acceptance, and other names in the VPC resolve as before.
 */
export class PrivateHostedZone extends Construct {
  readonly zone: Route53Zone;
  readonly record: Route53Record;

  constructor(scope: Construct, id: string, { endpoint, names, vpcIds }: PrivateHostedZoneProps) {
    super(scope, id);
    this.zone = new Route53Zone(this, "zone", { name: "${each.key}", comment: "Endpoint of a PrivateLink service" });
    this.zone.addOverride("for_each", `\${toset(${hcl(names)})}`);
    this.zone.addOverride("dynamic.vpc", {
      for_each: vpcIds instanceof Expression ? String(vpcIds) : [...vpcIds],
      content: { vpc_id: "${vpc.value}" },
    });

    const address = `aws_vpc_endpoint.${endpoint.friendlyUniqueId}.dns_entry[0]`;
    this.record = new Route53Record(this, "record", {
      zoneId: "${each.value.zone_id}",
      name: "${each.value.name}",
      type: "A",
      alias: {
        name: `\${${address}.dns_name}`,
        zoneId: `\${${address}.hosted_zone_id}`,
        evaluateTargetHealth: false,
      },
    });
    this.record.addOverride("for_each", `\${aws_route53_zone.${this.zone.friendlyUniqueId}}`);
  }
}
