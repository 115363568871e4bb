import { resolve4 } from "node:dns/promises";
import { DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ListHostedZonesByNameCommand, ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { Consumer } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { type Item, theOnly } from "./check";
import { output, type Target } from "./target";

/** Endpoint of one consumer, and its names. */
export function consumerItems(target: Target, consumer: Consumer): Item[] {
  const { clientOptions } = target;
  const deploy = `npx cdktf deploy ${stackId("consumer-endpoint", consumer)} --ignore-missing-stack-dependencies`;
  const endpoint = async () => {
    const { VpcEndpoints } = await new EC2Client({ ...clientOptions, region: consumer.region }).send(
      new DescribeVpcEndpointsCommand({
        VpcEndpointIds: [output(target, "consumer-endpoint", "endpointId", consumer)],
      }),
    );
    return theOnly(VpcEndpoints, "endpoint");
  };

  return [
    {
      item: `consumer ${consumer.name}: endpoint is available`,
      next: `pendingAcceptance: npx ecs-privatelink connections --env ${target.environment.name} accept <endpoint id>; otherwise ${deploy}`,
      async look() {
        const { State, SubnetIds = [], VpcEndpointId } = await endpoint();
        return {
          good: State?.toLowerCase() === "available",
          saw: `${VpcEndpointId} ${State}, ${SubnetIds.length} subnets`,
        };
      },
    },
    {
      item: `consumer ${consumer.name}: endpoint's own names resolve`,
      next: deploy,
      async look() {
        const names = ((await endpoint()).DnsEntries ?? []).flatMap(({ DnsName }) => (DnsName ? [DnsName] : []));
        const [first] = names;
        if (!first) return { good: false, saw: "the endpoint has no DNS names" };
        if (target.emulated) return { good: true, saw: `${names.length} names, ${first} (emulated: not asked)` };
        const addresses = await resolve4(first);
        return { good: addresses.length > 0, saw: `${first} → ${addresses.join(", ")}` };
      },
    },
    {
      item: `consumer ${consumer.name}: name in the private hosted zone leads to the endpoint`,
      next: deploy,
      async look() {
        if (consumer.dns.mode !== "private-hosted-zone")
          return { good: undefined, saw: `dns.mode is ${consumer.dns.mode}` };
        const route53 = new Route53Client(clientOptions);
        const { HostedZones = [] } = await route53.send(
          new ListHostedZonesByNameCommand({ DNSName: consumer.dns.name }),
        );
        const { Id } = theOnly(
          HostedZones.filter(({ Config, Name }) => Config?.PrivateZone && Name === `${consumer.dns.name}.`),
          `private hosted zone ${consumer.dns.name}`,
        );
        const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
        const record = ResourceRecordSets.find(({ Name, Type }) => Type === "A" && Name === `${consumer.dns.name}.`);
        const leadsTo = record?.AliasTarget?.DNSName?.replace(/\.$/, "");
        const names = ((await endpoint()).DnsEntries ?? []).map(({ DnsName }) => DnsName);
        return { good: leadsTo !== undefined && names.includes(leadsTo), saw: `${consumer.dns.name} → ${leadsTo}` };
      },
    },
  ];
}
