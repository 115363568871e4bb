import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { TerraformCount, Token } from "cdktf";
import { Construct } from "constructs";
import { zonesWithoutCrossRegionAccess } from "../../config/regions";
import type { EndpointServiceLookup } from "./endpoint-service-lookup";
import { type Condition, Expression, equals, hcl, type Value, where } from "./hcl";

export interface ExistingVpcProps {
  /** The VPC: by id, or by tags that only it has. */
  readonly vpc: { readonly id: Value<string> } | { readonly tags: Readonly<Record<string, string>> };
  /** Its subnets: by id, or the one with these tags in each zone. */
  readonly subnets:
    | { readonly ids: Value<readonly string[]> }
    | { readonly availabilityZoneIds: readonly string[]; readonly tags?: Readonly<Record<string, string>> };
  readonly service: EndpointServiceLookup;
  /** Zones of the service by ID, as the provider's invitation lists them. */
  readonly serviceAvailabilityZoneIds?: readonly string[];
  /** Whether the VPC must resolve private names. */
  readonly needsPrivateDns: Value<boolean>;
  /** Address families of the endpoint, which its subnets need. Default: IPv4. */
  readonly ipAddressType?: Value<string>;
}

/**
 * A VPC and subnets that exist already. Terraform's plan stops where AWS would refuse the endpoint or where it could
 * not be reached. Source: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint".
 */
export class ExistingVpc extends Construct {
  readonly vpc: DataAwsVpc;
  /** One instance per subnet. */
  readonly subnets: DataAwsSubnet;
  readonly subnetIds: string[];
  /** What must hold before an endpoint is made in these subnets. */
  readonly preconditions: readonly Condition[];

  constructor(scope: Construct, id: string, props: ExistingVpcProps) {
    super(scope, id);
    this.vpc = this.lookUpVpc(props);
    this.subnets = this.lookUpSubnets(props);

    const all = `data.aws_subnet.${this.subnets.friendlyUniqueId}[*]`;
    this.subnetIds = Token.asList(`\${${all}.id}`);
    this.preconditions = [
      {
        condition: `\${length(distinct(${all}.availability_zone_id)) == length(${all}.id)}`,
        errorMessage: `An endpoint takes one subnet per Availability Zone, but these are in \${join(", ", ${all}.availability_zone_id)}: leave one subnet in each zone.`,
      },
    ];
  }

  private lookUpVpc({ needsPrivateDns, vpc }: ExistingVpcProps): DataAwsVpc {
    const account = `data.aws_caller_identity.${new DataAwsCallerIdentity(this, "account", {}).friendlyUniqueId}.account_id`;
    const condition = where(needsPrivateDns, "self.enable_dns_support && self.enable_dns_hostnames");
    return new DataAwsVpc(this, "vpc", {
      ...("id" in vpc ? { id: String(vpc.id) } : { tags: { ...vpc.tags } }),
      lifecycle: {
        postcondition: [
          {
            // Source: Amazon VPC User Guide, "Share your VPC subnets with other accounts".
            condition: `\${self.owner_id == ${account}}`,
            errorMessage: `VPC \${self.id} belongs to account \${self.owner_id} and is shared with \${${account}}, which can't create endpoints in it: apply this as its owner, or give a VPC of your own.`,
          },
          ...(condition
            ? [
                {
                  condition,
                  errorMessage: `Private names don't resolve in VPC \${self.id}: turn on its DNS support (\${self.enable_dns_support}) and DNS hostnames (\${self.enable_dns_hostnames}).`,
                },
              ]
            : []),
        ],
      },
    });
  }

  /** Source: AWS PrivateLink Guide, "Create an interface endpoint": what each IP address type needs of the subnets. */
  private subnetFamilies(ipAddressType: Value<string> | undefined): Condition[] {
    const conditions = [
      {
        condition: where(equals(ipAddressType, "dualstack"), 'self.ipv6_cidr_block != ""'),
        errorMessage:
          "Subnet ${self.id} has no IPv6 block, which an endpoint with IPv4 and IPv6 addresses needs: give the subnet one, or another subnet.",
      },
      {
        condition: where(equals(ipAddressType, "ipv6"), "self.ipv6_native"),
        errorMessage:
          "Subnet ${self.id} has IPv4 addresses, and an endpoint with IPv6 addresses alone needs IPv6-only subnets: give another subnet, or both address families to the endpoint.",
      },
    ];
    return conditions.flatMap(({ condition, errorMessage }) => (condition ? [{ condition, errorMessage }] : []));
  }

  private lookUpSubnets({
    ipAddressType,
    service,
    serviceAvailabilityZoneIds,
    subnets,
  }: ExistingVpcProps): DataAwsSubnet {
    const wanted: Expression | readonly string[] = "ids" in subnets ? subnets.ids : subnets.availabilityZoneIds;
    const each = `\${${hcl(wanted)}[count.index]}`;
    const zoneCondition = where(service.sameRegion, `contains(${service.zones.text}, self.availability_zone)`);
    const crossRegionCondition = where(
      otherwise(service.sameRegion),
      `!contains(${hcl(zonesWithoutCrossRegionAccess)}, self.availability_zone_id)`,
    );
    return new DataAwsSubnet(this, "subnet", {
      // A count, so that subnets which are made in the same run can be given: their number is known, their ids are not.
      count: TerraformCount.of(Token.asNumber(`\${length(${hcl(wanted)})}`)),
      ...("ids" in subnets
        ? { id: each }
        : {
            vpcId: this.vpc.id,
            availabilityZoneId: each,
            ...(subnets.tags && { tags: { ...subnets.tags } }),
          }),
      lifecycle: {
        postcondition: [
          {
            condition: `\${self.vpc_id == data.aws_vpc.${this.vpc.friendlyUniqueId}.id}`,
            errorMessage: `Subnet \${self.id} is in VPC \${self.vpc_id}, not in \${data.aws_vpc.${this.vpc.friendlyUniqueId}.id}: give a subnet of the endpoint's VPC.`,
          },
          ...this.subnetFamilies(ipAddressType),
          ...(zoneCondition
            ? [
                {
                  condition: zoneCondition,
                  errorMessage: `The service can't be reached from subnet \${self.id}: it is in zone \${self.availability_zone} (\${self.availability_zone_id}), the service is in \${join(", ", ${service.zones.text})}. Give a subnet in one of these zones.`,
                },
              ]
            : []),
          ...(crossRegionCondition
            ? [
                {
                  condition: crossRegionCondition,
                  errorMessage:
                    "Subnet ${self.id} is in zone ${self.availability_zone_id}, from which no service of another Region is reached: give a subnet in another zone.",
                },
              ]
            : []),
          ...(serviceAvailabilityZoneIds
            ? [
                {
                  condition: `\${contains(${hcl(serviceAvailabilityZoneIds)}, self.availability_zone_id)}`,
                  errorMessage: `Subnet \${self.id} is in zone \${self.availability_zone_id}, the invitation names ${serviceAvailabilityZoneIds.join(", ")}: give a subnet in one of these zones.`,
                },
              ]
            : []),
        ],
      },
    });
  }
}

const otherwise = (value: Value<boolean>): Value<boolean> =>
  value instanceof Expression ? new Expression(`!(${value.text})`) : !value;
