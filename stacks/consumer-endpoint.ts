import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Consumer } from "../config/schema";
import { ConsumerEndpoint } from "../modules/consumer/consumer-endpoint";
import { EndpointServiceLookup } from "../modules/consumer/endpoint-service-lookup";
import { ExistingVpc } from "../modules/consumer/existing-vpc";
import { hasIpv6 } from "../modules/consumer/hcl";
import { endpointOutputs } from "../modules/consumer/outputs";
import { PrivateHostedZone } from "../modules/consumer/private-hosted-zone";
import { SmallVpc } from "../modules/consumer/small-vpc";
import { PatternStack } from "./base";
import type { PrivatelinkServiceStack } from "./privatelink-service";

export interface ConsumerEndpointStackProps {
  readonly consumer: Consumer;
  /** The environment that the consumer names, where it names one. */
  readonly service?: PrivatelinkServiceStack;
}

export class ConsumerEndpointStack extends PatternStack {
  readonly lookup: EndpointServiceLookup;
  /** The VPC that is made, or the one that is there. */
  readonly vpc: SmallVpc | ExistingVpc;
  readonly endpoint: ConsumerEndpoint;
  /** Only with `dns.mode: private-hosted-zone`. */
  readonly privateHostedZone?: PrivateHostedZone;

  private readonly readsProviderState: boolean;

  constructor(scope: Construct, { consumer, service }: ConsumerEndpointStackProps) {
    super(scope, "consumer-endpoint", consumer);
    this.readsProviderState = consumer.service.name === undefined;
    const { clients, dns, endpoint, vpc } = consumer;
    const serviceName = consumer.service.name ?? service?.endpointService.service.serviceName;
    if (!serviceName) throw new Error(`${this.node.id}: service needs a name, or an existing environment`);
    const region = consumer.service.region ?? service?.region ?? consumer.region;
    const serviceRegion = region === consumer.region ? undefined : region;
    const privateDnsEnabled = dns.mode === "private-dns" && dns.privateDnsEnabled;

    this.lookup = new EndpointServiceLookup(this, "service", { serviceName, serviceRegion });
    if (vpc.cidr) {
      this.vpc = new SmallVpc(this, "vpc", {
        name: consumer.name,
        cidr: vpc.cidr,
        availabilityZoneCount: vpc.availabilityZoneCount,
        service: this.lookup,
        serviceAvailabilityZoneIds: consumer.service.availabilityZoneIds,
      });
    } else {
      this.vpc = new ExistingVpc(this, "vpc", {
        vpc: vpc.id ? { id: vpc.id } : { tags: vpc.tags ?? {} },
        subnets: vpc.subnetIds
          ? { ids: vpc.subnetIds }
          : { availabilityZoneIds: vpc.availabilityZoneIds ?? [], tags: vpc.subnetTags },
        service: this.lookup,
        serviceAvailabilityZoneIds: serviceRegion ? undefined : consumer.service.availabilityZoneIds,
        needsPrivateDns: dns.mode !== "none",
        ipAddressType: endpoint.ipAddressType,
      });
    }
    this.endpoint = new ConsumerEndpoint(this, "endpoint", {
      name: consumer.name,
      serviceName,
      serviceRegion,
      service: this.lookup,
      vpcId: this.vpc.vpc.id,
      subnetIds: this.vpc instanceof SmallVpc ? this.vpc.subnets.map(({ id }) => id) : this.vpc.subnetIds,
      ports: consumer.service.ports ?? service?.ports ?? [80],
      clientCidrs: [...new Set([...(vpc.cidr ? [vpc.cidr] : []), ...clients.cidrs.filter((cidr) => !isIpv6(cidr))])],
      clientIpv6Cidrs: clients.cidrs.filter(isIpv6),
      clientPrefixLists: byItself(clients.prefixListIds),
      clientSecurityGroups: byItself(clients.securityGroupIds),
      additionalSecurityGroupIds: endpoint.securityGroupIds,
      ipAddressType: endpoint.ipAddressType,
      timeouts: timeouts(endpoint.timeoutMinutes),
      privateDnsEnabled,
      preconditions: this.vpc instanceof ExistingVpc ? this.vpc.preconditions : [],
    });
    if (dns.mode === "private-hosted-zone" && dns.name) {
      this.privateHostedZone = new PrivateHostedZone(this, "dns", {
        names: [dns.name],
        vpcId: this.vpc.vpc.id,
        additionalVpcIds: dns.additionalVpcIds,
        endpoint: this.endpoint.endpoint,
        hasIpv6: hasIpv6(endpoint.ipAddressType),
      });
    }

    const outputs = endpointOutputs(this.endpoint.endpoint, {
      onceAccepted:
        dns.mode === "private-dns" && !privateDnsEnabled
          ? `Accepted: set dns.privateDnsEnabled: true in ${consumer.name}.yaml and apply again, then clients can use the private DNS name.`
          : undefined,
    });
    for (const [name, { description, value }] of Object.entries(outputs)) {
      new TerraformOutput(this, name, { staticId: true, value, description });
    }
  }

  /**
   * CDKTF resolves every stack twice; this first time finds references to other stacks. Without any, it is left out:
   * that is half of what a consumer costs where there are hundreds.
   */
  override prepareStack(): void {
    if (this.readsProviderState) super.prepareStack();
  }
}

const isIpv6 = (cidr: string): boolean => cidr.includes(":");

/** Ids by themselves: each is part of its rule's address. */
const byItself = (ids: readonly string[]): Record<string, string> => Object.fromEntries(ids.map((id) => [id, id]));

/** Undefined where none is given, so that the provider's own hold. */
function timeouts(minutes: Consumer["endpoint"]["timeoutMinutes"]): Record<string, string> | undefined {
  const given = Object.entries(minutes).flatMap(([operation, value]) => (value ? [[operation, `${value}m`]] : []));
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}
