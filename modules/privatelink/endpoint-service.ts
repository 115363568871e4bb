import { CloudwatchContributorManagedInsightRule } from "@cdktf/provider-aws/lib/cloudwatch-contributor-managed-insight-rule";
import { VpcEndpointConnectionAccepter } from "@cdktf/provider-aws/lib/vpc-endpoint-connection-accepter";
import { VpcEndpointService } from "@cdktf/provider-aws/lib/vpc-endpoint-service";
import { VpcEndpointServiceAllowedPrincipal } from "@cdktf/provider-aws/lib/vpc-endpoint-service-allowed-principal";
import { Fn, Op, type Postcondition, type Precondition } from "cdktf";
import { Construct } from "constructs";
import { resourcePrefix } from "../../config/derive";
import { zonesWithoutCrossRegionAccess } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { acceptedEndpointIds, allowedPrincipals } from "../../config/service-consumers";
import { hyphenated, namedIds } from "../construct-ids";
import { PrivateDnsName } from "./private-dns-name";

/** Templates of rules by construct id. Source: AWS PrivateLink guide, "Use built-in Contributor Insights rules". */
const CONTRIBUTOR_INSIGHTS = {
  "active-connections": "VpcEndpointService-ActiveConnectionsByEndpointId-v1",
  bytes: "VpcEndpointService-BytesByEndpointId-v1",
  "new-connections": "VpcEndpointService-NewConnectionsByEndpointId-v1",
  resets: "VpcEndpointService-RstPacketsByEndpointId-v1",
} as const;

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
 * are; `npx ecs-privatelink connections --env <name> reject` ends them.
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
      ...(privatelink.supportedRegions === undefined
        ? { lifecycle: { postcondition: [onlyInItsOwnRegion(region)] } }
        : {
            // This set replaces the one that AWS keeps, and the service's own Region belongs to it.
            supportedRegions: [...new Set([region, ...privatelink.supportedRegions])].sort(),
            ...(privatelink.supportedRegions.length > 0 && {
              lifecycle: { precondition: [reachableFromOtherRegions(availabilityZoneIds)] },
            }),
          }),
      tags: { Name: resourcePrefix(environment) },
    });

    const principals = new Map<string, VpcEndpointServiceAllowedPrincipal>();
    this.allowedPrincipals = principals;
    for (const [principalArn, { after, id }] of namedIds(allowedPrincipals(privatelink), principalId)) {
      const earlier = after === undefined ? undefined : principals.get(after);
      principals.set(
        principalArn,
        new VpcEndpointServiceAllowedPrincipal(this, id, {
          vpcEndpointServiceId: this.service.id,
          principalArn,
          ...(earlier ? { dependsOn: [earlier] } : {}),
        }),
      );
    }
    this.accepters = new Map(
      acceptedEndpointIds(privatelink).map((vpcEndpointId) => [
        vpcEndpointId,
        new VpcEndpointConnectionAccepter(this, `accepted-${vpcEndpointId}`, {
          vpcEndpointServiceId: this.service.id,
          vpcEndpointId,
        }),
      ]),
    );
    if (privatelink.contributorInsights) {
      for (const [name, templateName] of Object.entries(CONTRIBUTOR_INSIGHTS)) {
        const resourceArn = this.service.arn;
        new CloudwatchContributorManagedInsightRule(this, `insights-${name}`, { resourceArn, templateName });
      }
    }
    if (privatelink.privateDns) {
      this.privateDnsName = new PrivateDnsName(this, "private-dns-name", {
        service: this.service,
        name: privatelink.privateDns.name,
        publicZoneId: privatelink.privateDns.publicZoneId,
      });
    }
  }
}

/**
 * Without the argument the provider leaves the service's Regions as they are: whoever removes the option would believe
 * them closed.
 */
function onlyInItsOwnRegion(region: string): Postcondition {
  const others = `setsubtract(coalesce(self.supported_regions, []), ["${region}"])`;
  return {
    condition: `\${length(${others}) < 1}`,
    errorMessage: `Consumers in \${join(", ", ${others})} can still connect: write privatelink.supportedRegions: [] to close these Regions, or list them.`,
  };
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

/** `arn:aws:iam::111122223333:root` → `principal-111122223333-root`; `*` → `principal-anyone`. */
const principalId = (principal: string): string =>
  principal === "*" ? "principal-anyone" : `principal-${hyphenated(principal.split(":").slice(4).join("-"))}`;
