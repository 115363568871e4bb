import { VpcEndpointConnectionAccepter } from "@cdktf/provider-aws/lib/vpc-endpoint-connection-accepter";
import { VpcEndpointService } from "@cdktf/provider-aws/lib/vpc-endpoint-service";
import { VpcEndpointServiceAllowedPrincipal } from "@cdktf/provider-aws/lib/vpc-endpoint-service-allowed-principal";
import { Construct } from "constructs";
import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { PrivateDnsName } from "./private-dns-name";

export interface EndpointServiceProps {
  readonly environment: Environment;
  readonly networkLoadBalancerArn: string;
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

  constructor(scope: Construct, id: string, { environment, networkLoadBalancerArn }: EndpointServiceProps) {
    super(scope, id);
    const { network, privatelink, region } = environment;

    this.service = new VpcEndpointService(this, "service", {
      acceptanceRequired: privatelink.acceptanceRequired,
      networkLoadBalancerArns: [networkLoadBalancerArn],
      privateDnsName: privatelink.privateDns?.name,
      supportedIpAddressTypes: network.ipAddressType === "dualstack" ? ["ipv4", "ipv6"] : ["ipv4"],
      // This set replaces the one that AWS keeps, and the service's own Region belongs to it.
      ...(privatelink.supportedRegions.length > 0 && {
        supportedRegions: [...new Set([region, ...privatelink.supportedRegions])].sort(),
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

/** `arn:aws:iam::111122223333:root` → `111122223333-root`; `*` → `anyone`. */
function idPart(principal: string): string {
  if (principal === "*") return "anyone";
  const resource = principal.split(":").slice(4).join("-");
  return resource.replace(/[^A-Za-z0-9-]/g, "-");
}
