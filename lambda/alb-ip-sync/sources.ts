import { Resolver } from "node:dns/promises";
import { isIPv6, SocketAddress } from "node:net";
import { DescribeNetworkInterfacesCommand, type Filter, type NetworkInterface } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { chunks } from "./chunks";
import type { Clients, TimeBudget } from "./clients";
import type { Ports } from "./ports";
import type { Settings } from "./settings";

/** Values that one filter of an EC2 call takes. Source: DescribeNetworkInterfaces, Amazon EC2 API Reference. */
const FILTER_VALUES = 200;
const DNS_TIMEOUT_MILLISECONDS = 2000;

/** One spelling for each address: IPv6 has several. */
const canonical = (address: string): string =>
  isIPv6(address) ? new SocketAddress({ address, family: "ipv6" }).address : address;

function addressesOf({ PrivateIpAddress, PrivateIpAddresses, Ipv6Addresses }: NetworkInterface): string[] {
  const all = [
    PrivateIpAddress,
    ...(PrivateIpAddresses ?? []).map((item) => item.PrivateIpAddress),
    ...(Ipv6Addresses ?? []).map((item) => item.Ipv6Address),
  ];
  return [...new Set(all.flatMap((address) => (address === undefined ? [] : canonical(address))))];
}

/** Reads from EC2, Elastic Load Balancing and DNS. */
export function sources(
  { ec2, elb }: Pick<Clients, "ec2" | "elb">,
  settings: Settings,
  { reading: abortSignal }: TimeBudget,
): Pick<Ports, "albAddresses" | "foreignAddresses" | "resolve" | "targets"> {
  const description = `ELB ${settings.albArnSuffix}`;
  // Anybody may copy the description; only AWS can make an interface requester-managed.
  const isOwn = (networkInterface: NetworkInterface): boolean =>
    networkInterface.Description === description && networkInterface.RequesterManaged === true;

  async function networkInterfaces(filters: Filter[]): Promise<NetworkInterface[]> {
    const found: NetworkInterface[] = [];
    let token: string | undefined;
    do {
      const input = { Filters: filters, MaxResults: 1000, ...(token === undefined ? {} : { NextToken: token }) };
      const page = await ec2.send(new DescribeNetworkInterfacesCommand(input), { abortSignal });
      found.push(...(page.NetworkInterfaces ?? []));
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return found;
  }

  return {
    async albAddresses() {
      const found = await networkInterfaces([{ Name: "description", Values: [description] }]);
      return found
        .filter((networkInterface) => isOwn(networkInterface) && networkInterface.Attachment?.Status === "attached")
        .flatMap(addressesOf);
    },

    async foreignAddresses(addresses) {
      const foreign = new Set<string>();
      for (const values of chunks(addresses, FILTER_VALUES)) {
        const name = isIPv6(values[0] ?? "") ? "ipv6-addresses.ipv6-address" : "addresses.private-ip-address";
        const found = await networkInterfaces([
          { Name: "subnet-id", Values: [...settings.albSubnetIds] },
          { Name: name, Values: values },
        ]);
        for (const networkInterface of found) {
          if (!isOwn(networkInterface)) for (const address of addressesOf(networkInterface)) foreign.add(address);
        }
      }
      return addresses.filter((address) => foreign.has(address));
    },

    async resolve(ipAddressType) {
      const resolver = new Resolver({ timeout: DNS_TIMEOUT_MILLISECONDS, tries: 2 });
      if (settings.dnsServers.length > 0) resolver.setServers([...settings.dnsServers]);
      const name = settings.albDnsName;
      const answer = ipAddressType === "ipv6" ? await resolver.resolve6(name) : await resolver.resolve4(name);
      return answer.map(canonical);
    },

    async targets(targetGroupArn) {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      const { TargetHealthDescriptions = [] } = await elb.send(command, { abortSignal });
      return TargetHealthDescriptions.flatMap(({ Target, TargetHealth }) =>
        Target?.Id === undefined || Target.Port === undefined
          ? []
          : { address: canonical(Target.Id), port: Target.Port, state: TargetHealth?.State ?? "unknown" },
      );
    },
  };
}
