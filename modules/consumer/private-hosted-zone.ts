import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { Expression, hcl, type Value } from "./hcl";

export interface PrivateHostedZoneProps {
  /** Name of the zone, or no name for no zone. */
  readonly names: Value<readonly string[]>;
  /** VPC of the endpoint. */
  readonly vpcId: string;
  /** More VPCs that see the zone. */
  readonly additionalVpcIds: Value<readonly string[]>;
  readonly endpoint: VpcEndpoint;
  /** Whether the endpoint has IPv6 addresses as well, for a second record. Default: no. */
  readonly hasIpv6?: Value<boolean>;
  /** Tags of the zone. */
  readonly tags?: Expression;
}

/**
 * A name for the endpoint that the consumer chooses: a private hosted zone whose apex leads to it. It needs no public
 * domain, no verification and no acceptance, and other names in the VPC resolve as before.
 */
export class PrivateHostedZone extends Construct {
  readonly zone: Route53Zone;
  readonly record: Route53Record;

  constructor(scope: Construct, id: string, props: PrivateHostedZoneProps) {
    super(scope, id);
    const { additionalVpcIds, endpoint, names, vpcId } = props;
    const additional = hcl(additionalVpcIds);
    // CDKTF writes its own references without braces where they stand inside of an expression.
    const own = Token.isUnresolved(vpcId) ? vpcId : vpcId.replace(/^\$\{|\}$/g, "");
    this.zone = new Route53Zone(this, "zone", {
      name: "${each.key}",
      comment: "Endpoint of a PrivateLink service",
      ...(props.tags && { tags: Token.asStringMap(String(props.tags)) }),
      // Where the VPC is found by its tags, only a plan knows its id; Route 53 refuses to associate it twice.
      ...(isNone(additionalVpcIds)
        ? {}
        : {
            lifecycle: {
              precondition: [
                {
                  condition: `\${!contains(${additional}, ${own})}`,
                  errorMessage: `VPC \${${own}} of the endpoint sees the zone anyway: remove it from the additional VPCs.`,
                },
              ],
            },
          }),
    });
    this.zone.addOverride("for_each", `\${toset(${hcl(names)})}`);
    this.zone.addOverride("dynamic.vpc", {
      for_each:
        additionalVpcIds instanceof Expression ? `\${concat([${own}], ${additional})}` : [vpcId, ...additionalVpcIds],
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
    const zones = `aws_route53_zone.${this.zone.friendlyUniqueId}`;
    this.record.addOverride("for_each", `\${${zones}}`);
    if (props.hasIpv6) {
      const record = new Route53Record(this, "ipv6-record", {
        zoneId: "${each.value.zone_id}",
        name: "${each.value.name}",
        type: "AAAA",
        alias: {
          name: `\${${address}.dns_name}`,
          zoneId: `\${${address}.hosted_zone_id}`,
          evaluateTargetHealth: false,
        },
      });
      record.addOverride(
        "for_each",
        props.hasIpv6 === true
          ? `\${${zones}}`
          : `\${{ for name, zone in ${zones} : name => zone if ${props.hasIpv6.text} }}`,
      );
    }
  }
}

const isNone = (vpcIds: Value<readonly string[]>): boolean => !(vpcIds instanceof Expression) && vpcIds.length === 0;
