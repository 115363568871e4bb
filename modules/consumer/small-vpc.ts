import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { zonesWithoutCrossRegionAccess } from "../../config/regions";
import type { EndpointServiceLookup } from "./endpoint-service-lookup";

export interface SmallVpcProps {
  readonly name: string;
  /** IPv4 block, /16 to /26; each subnet takes a quarter of it. */
  readonly cidr: string;
  /** Number of zones, 1 to 3. */
  readonly availabilityZoneCount: number;
  readonly service: EndpointServiceLookup;
  /** Zones of the service by ID; the first ones are used. Default: what AWS says. */
  readonly serviceAvailabilityZoneIds?: readonly string[];
}

/** A VPC for clients of the service alone: private subnets in the service's zones, and no route out of it. */
export class SmallVpc extends Construct {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly defaultSecurityGroup: DefaultSecurityGroup;

  constructor(scope: Construct, id: string, props: SmallVpcProps) {
    super(scope, id);
    const { availabilityZoneCount, cidr, name } = props;
    const zones = this.zones(props);

    this.vpc = new Vpc(this, "vpc", {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      ...(zones.names && {
        lifecycle: {
          precondition: [
            {
              condition: `\${length(${zones.names}) >= ${availabilityZoneCount}}`,
              errorMessage: `The service can be reached from \${length(${zones.names})} zones here, not from ${availabilityZoneCount}: lower vpc.availabilityZoneCount.`,
            },
          ],
        },
      }),
      tags: { Name: name },
    });
    this.defaultSecurityGroup = new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.vpc.id,
      tags: { Name: `${name}-default-unused` },
    });
    this.subnets = Array.from(
      { length: availabilityZoneCount },
      (_, zone) =>
        new Subnet(this, `subnet-${zone + 1}`, {
          vpcId: this.vpc.id,
          cidrBlock: Fn.cidrsubnet(cidr, 2, zone),
          ...zones.placement(zone),
          mapPublicIpOnLaunch: false,
          // Chosen once: a zone that the service gains later must not move what is here.
          lifecycle: { ignoreChanges: ["availability_zone", "availability_zone_id"] },
          tags: { Name: `${name}-${zone + 1}` },
        }),
    );
  }

  private zones({ availabilityZoneCount, service, serviceAvailabilityZoneIds }: SmallVpcProps): {
    /** Expression of the list to choose from, where it is known at plan time only. */
    names?: string;
    placement: (zone: number) => { availabilityZoneId?: string; availabilityZone?: string };
  } {
    if (service.sameRegion === true && serviceAvailabilityZoneIds) {
      if (serviceAvailabilityZoneIds.length < availabilityZoneCount) {
        throw new Error(
          `availabilityZoneCount is ${availabilityZoneCount}, but the service has ${serviceAvailabilityZoneIds.length} zones: ${serviceAvailabilityZoneIds.join(", ")}`,
        );
      }
      return { placement: (zone) => ({ availabilityZoneId: serviceAvailabilityZoneIds[zone] }) };
    }
    const names = service.sameRegion === true ? service.zones.text : this.zonesOfTheRegion();
    return { names, placement: (zone) => ({ availabilityZone: `\${${names}[${zone}]}` }) };
  }

  /** From another Region the service is reached in every zone that takes part in it. */
  private zonesOfTheRegion(): string {
    const zones = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      excludeZoneIds: [...zonesWithoutCrossRegionAccess],
    });
    return `data.aws_availability_zones.${zones.friendlyUniqueId}.names`;
  }
}
