import { VpcEndpointConnectionAccepter } from "@cdktf/provider-aws/lib/vpc-endpoint-connection-accepter";
import { VpcEndpointService } from "@cdktf/provider-aws/lib/vpc-endpoint-service";
import { VpcEndpointServiceAllowedPrincipal } from "@cdktf/provider-aws/lib/vpc-endpoint-service-allowed-principal";
import { Fn, Op, type Precondition } from "cdktf";
import { Construct } from "constructs";
import { resourcePrefix } from "../../config/derive";
import { zonesWithoutCrossRegionAccess } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { PrivateDnsName } from "./private-dns-name";

export interface EndpointServiceProps {
  readonly environment: Environment;
  readonly networkLoadBalancerArn: string;
  /** Zones of the NLB by ID. */
  readonly availabilityZoneIds: readonly string[];
}

/**
 * The VPC endpoint service: what consumers create endpoints to.
 *
 * Principals decide who may ask, acceptance decides who is let in. Removing a principal leaves its connections as they
 * are; `npm run connections -- --env <name> reject` ends them.
 * Source: AWS PrivateLink guide, "Configure an endpoint service".
 */
export class EndpointService extends Construct {
  readonly service: VpcEndpointService;
  /** By principal. */
  readonly allowedPrincipals: ReadonlyMap<string, VpcEndpointServiceAllowedPrincipal>;
  /** By endpoint id. */
  readonly accepters: ReadonlyMap<string, VpcEndpointConnectionAccepter>;
  readonly privateDnsName?: PrivateDnsName;

  constructor(scope: Construct, id: string, props: EndpointServiceProps) {
    super(scope, id);
    const { availabilityZoneIds, environment, networkLoadBalancerArn } = props;
    const { network, privatelink, region } = environment;

    this.service = new VpcEndpointService(this, "service", {
      acceptanceRequired: privatelink.acceptanceRequired,
      networkLoadBalancerArns: [networkLoadBalancerArn],
      privateDnsName: privatelink.privateDns?.name,
      supportedIpAddressTypes: network.ipAddressType === "dualstack" ? ["ipv4", "ipv6"] : ["ipv4"],
      // This set replaces the one that AWS keeps, and the service's own Region belongs to it.
      ...(privatelink.supportedRegions.length > 0 && {
        supportedRegions: [...new Set([region, ...privatelink.supportedRegions])].sort(),
        lifecycle: { precondition: [reachableFromOtherRegions(availabilityZoneIds)] },
      }),
      tags: { Name: resourcePrefix(environment) },
    });

    this.allowedPrincipals = new Map(
      privatelink.allowedPrincipals.map((principalArn) => [
        principalArn,
        new VpcEndpointServiceAllowedPrincipal(this, `principal-${idPart(principalArn)}`, {
          vpcEndpointServiceId: this.service.id,
          principalArn,
        }),
      ]),
    );
    this.accepters = new Map(
      privatelink.acceptedEndpointIds.map((vpcEndpointId) => [
        vpcEndpointId,
        new VpcEndpointConnectionAccepter(this, `accepted-${vpcEndpointId}`, {
          vpcEndpointServiceId: this.service.id,
          vpcEndpointId,
        }),
      ]),
    );
    if (privatelink.privateDns) {
      this.privateDnsName = new PrivateDnsName(this, "private-dns-name", {
        service: this.service,
        name: privatelink.privateDns.name,
        publicZoneId: privatelink.privateDns.publicZoneId,
      });
    }
  }
}

/** Zones that are not named in the configuration are known to a plan alone; those of a network that exists can't be changed. */
function reachableFromOtherRegions(availabilityZoneIds: readonly string[]): Precondition {
  const excluded = Fn.setintersection([...availabilityZoneIds], [[...zonesWithoutCrossRegionAccess]]);
  return {
    // Not eq with 0, which CDKTF writes as undefined.
    condition: Op.lt(Fn.lengthOf(excluded), 1),
    errorMessage: `The network is in zone ${Fn.join(", ", excluded)}, which takes no part in cross-Region access: remove privatelink.supportedRegions, or build a network in other zones (network.availabilityZoneIds).`,
  };
}

/** `arn:aws:iam::111122223333:root` → `111122223333-root`; `*` → `anyone`. */
function idPart(principal: string): string {
  if (principal === "*") return "anyone";
  const resource = principal.split(":").slice(4).join("-");
  return resource.replace(/[^A-Za-z0-9-]/g, "-");
}
