import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { EgressOnlyInternetGateway } from "@cdktf/provider-aws/lib/egress-only-internet-gateway";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn, type Postcondition } from "cdktf";
import { Construct } from "constructs";
import {
  environmentSubnets,
  furtherRegions,
  natGatewayCount,
  resourcePrefix,
  type SubnetBlocks,
} from "../../config/derive";
import { zonesWithoutCrossRegionAccess, zonesWithoutThePattern } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { type AddedToVpc, addToVpc } from "./added-to-vpc";
import type { AwsAccess, EnvironmentNetwork } from "./environment-network";

export interface CreatedNetworkProps {
  readonly environment: Environment;
}

type SubnetKind = keyof SubnetBlocks;

/**
 * The provider's VPC: per Availability Zone a private and an isolated subnet with a route table each, public subnets
 * only where NAT gateways need them, endpoints for AWS services, flow logs, and a default security group that
 * allows nothing.
 */
export class CreatedNetwork extends Construct implements EnvironmentNetwork {
  readonly vpc: Vpc;
  /** CIDR blocks of the subnets, one entry per zone. */
  readonly subnetBlocks: readonly SubnetBlocks[];
  /** Subnets of NAT gateways; empty when there is no NAT. */
  readonly publicSubnets: readonly Subnet[];
  /** Subnets of load balancers, instances, tasks and endpoints. */
  readonly privateSubnets: readonly Subnet[];
  /** Subnets of database and mount targets; no route leaves the VPC. */
  readonly isolatedSubnets: readonly Subnet[];
  readonly privateRouteTables: readonly RouteTable[];
  readonly isolatedRouteTables: readonly RouteTable[];
  readonly internetGateway?: InternetGateway;
  /** NAT gateways' counterpart for IPv6; only with NAT and dual stack. */
  readonly egressOnlyInternetGateway?: EgressOnlyInternetGateway;
  readonly natGateways: readonly NatGateway[];
  readonly defaultSecurityGroup: DefaultSecurityGroup;
  readonly added: AddedToVpc;
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  readonly privateSubnetCidrs: readonly string[];
  readonly isolatedSubnetIds: readonly string[];
  readonly availabilityZoneIds: readonly string[];
  readonly availabilityZones: readonly string[];
  readonly awsAccess: AwsAccess;

  private readonly prefix: string;
  private readonly environment: Environment;

  constructor(scope: Construct, id: string, { environment }: CreatedNetworkProps) {
    super(scope, id);
    const { network } = environment;
    const blocks = environmentSubnets(environment);
    if (!blocks || network.cidr === undefined)
      throw new Error(`network.cidr ${network.cidr} is too small for the subnets asked for`);
    this.environment = environment;
    this.prefix = resourcePrefix(environment);
    this.subnetBlocks = blocks;

    if (network.availabilityZoneIds) this.checkPinnedZones(network.availabilityZoneIds);
    this.vpc = new Vpc(this, "vpc", {
      cidrBlock: network.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      assignGeneratedIpv6CidrBlock: this.dualStack || undefined,
      tags: { Name: this.prefix },
    });
    this.defaultSecurityGroup = new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.vpc.id,
      tags: { Name: `${this.prefix}-default-unused` },
    });

    this.privateSubnets = this.subnets("private");
    this.isolatedSubnets = this.subnets("isolated");
    this.vpcId = this.vpc.id;
    this.privateSubnetIds = this.privateSubnets.map(({ id }) => id);
    this.privateSubnetCidrs = blocks.map((zone) => zone.private);
    this.isolatedSubnetIds = this.isolatedSubnets.map(({ id }) => id);
    this.availabilityZoneIds = this.privateSubnets.map((subnet) => subnet.availabilityZoneId);
    this.availabilityZones = this.privateSubnets.map((subnet) => subnet.availabilityZone);

    this.privateRouteTables = this.privateSubnets.map((subnet, zone) => this.routeTable("private", zone, subnet));
    this.isolatedRouteTables = this.isolatedSubnets.map((subnet, zone) => this.routeTable("isolated", zone, subnet));

    if (network.natGateways === "none") {
      this.publicSubnets = [];
      this.natGateways = [];
    } else {
      this.publicSubnets = this.subnets("public");
      this.internetGateway = new InternetGateway(this, "internet-gateway", {
        vpcId: this.vpc.id,
        tags: { Name: this.prefix },
      });
      this.natGateways = this.addNatGateways(this.internetGateway);
      if (this.dualStack) this.egressOnlyInternetGateway = this.addIpv6WayOut();
    }

    this.added = addToVpc(
      this,
      environment,
      this.privateRouteTables.map(({ id }) => id),
    );
    this.awsAccess = {
      s3PrefixListId: String(this.added.s3?.endpoint.prefixListId),
      dynamodbPrefixListId: this.added.dynamodb?.endpoint.prefixListId,
      endpointSecurityGroupId: this.added.interfaces.securityGroup?.id,
      nat: this.natGateways.length > 0,
      ipv6: this.egressOnlyInternetGateway !== undefined,
    };
  }

  private get dualStack(): boolean {
    return this.environment.network.ipAddressType === "dualstack";
  }

  private subnets(kind: SubnetKind): Subnet[] {
    // Each kind has its own run of IPv6 blocks, with room for three zones.
    const ipv6Start = { private: 0, public: 3, isolated: 6 }[kind];
    return this.subnetBlocks.map(
      (block, zone) =>
        new Subnet(this, `${kind}-subnet-${zone + 1}`, {
          vpcId: this.vpc.id,
          cidrBlock: block[kind],
          ...this.placement(zone),
          mapPublicIpOnLaunch: false,
          ...(this.dualStack && {
            ipv6CidrBlock: Fn.cidrsubnet(this.vpc.ipv6CidrBlock, 8, ipv6Start + zone),
            // Only where there is a way out: a host with an address but no way waits for each connection to time out.
            assignIpv6AddressOnCreation: kind === "private",
          }),
          tags: { Name: `${this.prefix}-${kind}-${zone + 1}` },
          // A later list of zones, one zone shorter or in another order, moves no subnet.
          ...(this.pinnedZones ? {} : { lifecycle: { ignoreChanges: ["availability_zone"] } }),
        }),
    );
  }

  private get pinnedZones(): readonly string[] | undefined {
    return this.environment.network.availabilityZoneIds;
  }

  private placement(zone: number): { availabilityZoneId: string } | { availabilityZone: string } {
    const pinned = this.pinnedZones?.[zone];
    if (pinned) return { availabilityZoneId: pinned };
    return { availabilityZone: Fn.element(this.zoneNames, zone) };
  }

  /** An ID that the account has not in this Region is found before anything is created. */
  private checkPinnedZones(ids: readonly string[]): void {
    const unknown = `setsubtract(${JSON.stringify(ids)}, self.zone_ids)`;
    new DataAwsAvailabilityZones(this, "pinned-zones", {
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(${unknown}) == 0}`,
            errorMessage: `network.availabilityZoneIds names \${join(", ", ${unknown})}, which this account does not have in ${this.environment.region}. It has \${join(", ", self.zone_ids)}.`,
          },
        ],
      },
    });
  }

  /** Names of the Region's own zones: Local Zones and Wavelength Zones have neither load balancers nor RDS Multi-AZ. */
  private get zoneNames(): string[] {
    const existing = this.node.tryFindChild("zones") as DataAwsAvailabilityZones | undefined;
    const zones =
      existing ??
      new DataAwsAvailabilityZones(this, "zones", {
        // Not only those that are available now: a plan must not depend on the health of a zone.
        filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
        excludeZoneIds: [...zonesWithoutThePattern],
        lifecycle: { postcondition: this.zoneConditions() },
      });
    return zones.names;
  }

  /** What the zones that AWS has for this account must fulfil; of zones that are named, the rules know it before. */
  private zoneConditions(): Postcondition[] {
    const { network, privatelink, region } = this.environment;
    const count = network.availabilityZoneCount;
    const chosen = `slice(self.zone_ids, 0, min(${count}, length(self.zone_ids)))`;
    const excluded = `setintersection(${chosen}, ${JSON.stringify(zonesWithoutCrossRegionAccess)})`;
    return [
      {
        condition: `\${length(self.names) >= ${count}}`,
        errorMessage: `This account has \${length(self.names)} Availability Zones in ${region}, not ${count}: lower network.availabilityZoneCount, or choose another Region.`,
      },
      ...(furtherRegions(privatelink).length > 0
        ? [
            {
              condition: `\${length(${excluded}) == 0}`,
              errorMessage: `privatelink.supportedRegions is not available in zone \${join(", ", ${excluded})}: name other zones of \${join(", ", self.zone_ids)} in network.availabilityZoneIds, or remove supportedRegions.`,
            },
          ]
        : []),
    ];
  }

  private routeTable(kind: SubnetKind, zone: number, subnet: Subnet): RouteTable {
    const routeTable = new RouteTable(this, `${kind}-route-table-${zone + 1}`, {
      vpcId: this.vpc.id,
      tags: { Name: `${this.prefix}-${kind}-${zone + 1}` },
    });
    new RouteTableAssociation(this, `${kind}-route-table-association-${zone + 1}`, {
      subnetId: subnet.id,
      routeTableId: routeTable.id,
    });
    return routeTable;
  }

  private addIpv6WayOut(): EgressOnlyInternetGateway {
    const gateway = new EgressOnlyInternetGateway(this, "egress-only-internet-gateway", {
      vpcId: this.vpc.id,
      tags: { Name: this.prefix },
    });
    this.privateRouteTables.forEach((routeTable, zone) => {
      new Route(this, `private-ipv6-route-${zone + 1}`, {
        routeTableId: routeTable.id,
        destinationIpv6CidrBlock: "::/0",
        egressOnlyGatewayId: gateway.id,
      });
    });
    return gateway;
  }

  private addNatGateways(internetGateway: InternetGateway): NatGateway[] {
    this.publicSubnets.forEach((subnet, zone) => {
      new Route(this, `public-internet-route-${zone + 1}`, {
        routeTableId: this.routeTable("public", zone, subnet).id,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: internetGateway.id,
      });
    });

    const homes = this.publicSubnets.slice(0, natGatewayCount(this.environment));
    const natGateways = homes.map(
      (subnet, zone) =>
        new NatGateway(this, `nat-gateway-${zone + 1}`, {
          subnetId: subnet.id,
          allocationId: new Eip(this, `nat-address-${zone + 1}`, {
            domain: "vpc",
            tags: { Name: `${this.prefix}-nat-${zone + 1}` },
          }).allocationId,
          tags: { Name: `${this.prefix}-${zone + 1}` },
          dependsOn: [internetGateway],
        }),
    );
    this.privateRouteTables.forEach((routeTable, zone) => {
      const natGateway = natGateways[zone] ?? natGateways[0];
      if (!natGateway) return;
      new Route(this, `private-nat-route-${zone + 1}`, {
        routeTableId: routeTable.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: natGateway.id,
      });
    });
    return natGateways;
  }
}
