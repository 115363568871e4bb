import { DescribeNetworkInterfacesCommand, type Filter, type NetworkInterface } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { chunks } from "./chunks";
import type { Clients, TimeBudget } from "./clients";
import type { Resolve } from "./dns";
import type { Ports } from "./ports";
import type { Settings } from "./settings";

/** Values that one filter of an EC2 call takes. Source: DescribeNetworkInterfaces, Amazon EC2 API Reference. */
const FILTER_VALUES = 200;

function addressesOf({ PrivateIpAddress, PrivateIpAddresses }: NetworkInterface): string[] {
  const all = [PrivateIpAddress, ...(PrivateIpAddresses ?? []).map((item) => item.PrivateIpAddress)];
  return [...new Set(all.filter((address) => address !== undefined))];
}

const attachedAt = ({ Attachment }: NetworkInterface): number => Attachment?.AttachTime?.getTime() ?? 0;

/** Reads from EC2, Elastic Load Balancing and DNS. */
export function sources(
  { ec2, elb }: Pick<Clients, "ec2" | "elb">,
  settings: Pick<Settings, "albArnSuffix" | "albDnsName" | "albSubnetIds">,
  resolve: Resolve,
  { reading: abortSignal }: TimeBudget,
): Pick<Ports, "albAddresses" | "foreignAddresses" | "resolve" | "targets"> {
  const description = `ELB ${settings.albArnSuffix}`;
  // Anybody may copy the description; only AWS can make an interface requester-managed.
  const isOwn = (networkInterface: NetworkInterface): boolean =>
    networkInterface.Description === description && networkInterface.RequesterManaged === true;

  /** All pages: a page that fails makes the whole answer fail. */
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
      return new Map(
        found
          .filter((networkInterface) => isOwn(networkInterface) && networkInterface.Attachment?.Status === "attached")
          .flatMap((networkInterface) =>
            addressesOf(networkInterface).map((address) => [address, attachedAt(networkInterface)] as const),
          ),
      );
    },

    async foreignAddresses(addresses) {
      const foreign = new Map<string, number>();
      for (const values of chunks(addresses, FILTER_VALUES)) {
        const found = await networkInterfaces([
          { Name: "subnet-id", Values: [...settings.albSubnetIds] },
          { Name: "addresses.private-ip-address", Values: values },
        ]);
        for (const networkInterface of found) {
          if (isOwn(networkInterface)) continue;
          for (const address of addressesOf(networkInterface)) foreign.set(address, attachedAt(networkInterface));
        }
      }
      return new Map([...foreign].filter(([address]) => addresses.includes(address)));
    },

    resolve: () => resolve(settings.albDnsName),

    async targets(targetGroupArn) {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      const { TargetHealthDescriptions = [] } = await elb.send(command, { abortSignal });
      return TargetHealthDescriptions.flatMap(({ Target, TargetHealth }) =>
        Target?.Id === undefined || Target.Port === undefined
          ? []
          : { address: Target.Id, port: Target.Port, state: TargetHealth?.State ?? "unknown" },
      );
    },
  };
}
