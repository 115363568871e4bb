import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Token } from "cdktf";

/** An output of Terraform. */
export interface Output {
  readonly value: unknown;
  readonly description: string;
}

export interface OutputsProps {
  /** Write the steps on lines of their own, for people who read Terraform's language. */
  readonly onLines?: boolean;
  /** What to do once the endpoint is accepted; the text may hold Terraform's template syntax. Default: nothing. */
  readonly onceAccepted?: string;
}

/** What the owner of an endpoint needs to know, by output name. */
export function endpointOutputs(
  endpoint: VpcEndpoint,
  { onLines = false, onceAccepted = "Ready to use." }: OutputsProps = {},
): Record<string, Output> {
  const address = `aws_vpc_endpoint.${endpoint.friendlyUniqueId}`;
  const steps = {
    available: onceAccepted,
    pendingAcceptance: `Ask the provider of the service to accept \${${address}.id}, then apply again: this output tells how it went.`,
    rejected: `The provider of the service has rejected \${${address}.id}: ask why. It can still be accepted; then apply again.`,
  };
  return {
    endpointId: { value: endpoint.id, description: "Id of the endpoint; the provider accepts it by this id" },
    state: { value: endpoint.state, description: "State of the connection when Terraform last looked" },
    dnsNames: {
      value: Token.asList(`\${${address}.dns_entry[*].dns_name}`),
      description: "DNS names that lead to the endpoint: the first in all zones, then one per zone",
    },
    nextStep: {
      value: `\${lookup(${onLines ? lines(steps) : JSON.stringify(steps)}, ${address}.state, "Wait: the endpoint is \${${address}.state}.")}`,
      description: "What remains to be done",
    },
  };
}

/** What firewalls, records and policies of the endpoint's owner refer to. */
export function addressOutputs(endpoint: VpcEndpoint): Record<string, Output> {
  const address = `aws_vpc_endpoint.${endpoint.friendlyUniqueId}`;
  const own = (attribute: string) =>
    Token.asList(
      `\${try([for each in ${address}.subnet_configuration : each.${attribute} if each.${attribute} != ""], [])}`,
    );
  return {
    arn: { value: endpoint.arn, description: "ARN of the endpoint" },
    networkInterfaceIds: {
      value: endpoint.networkInterfaceIds,
      description: "Ids of the endpoint's network interfaces, one in each subnet",
    },
    privateIpv4Addresses: { value: own("ipv4"), description: "Private IPv4 addresses of the endpoint, for firewalls" },
    privateIpv6Addresses: { value: own("ipv6"), description: "IPv6 addresses of the endpoint, if it has any" },
    hostedZoneId: {
      value: `\${try(${address}.dns_entry[0].hosted_zone_id, null)}`,
      description: "Hosted zone of the first of dns_names, for alias records of your own",
    },
  };
}

/** A map in Terraform's language. */
const lines = (map: Readonly<Record<string, string>>): string => {
  const width = Math.max(...Object.keys(map).map(({ length }) => length));
  const entries = Object.entries(map).map(([key, text]) => `  ${key.padEnd(width)} = ${JSON.stringify(text)}`);
  return `{\n${entries.join("\n")}\n}`;
};
