import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Token } from "cdktf";

/** An output of Terraform. */
export interface Output {
  readonly value: unknown;
  readonly description: string;
}

export interface OutputsProps {
  /** What to do once the endpoint is accepted; the text may hold Terraform's template syntax. Default: nothing. */
  readonly onceAccepted?: string;
}

/** What the owner of an endpoint needs to know, by output name. */
export function endpointOutputs(
  endpoint: VpcEndpoint,
  { onceAccepted = "Ready to use." }: OutputsProps = {},
): Record<string, Output> {
  const address = `aws_vpc_endpoint.${endpoint.friendlyUniqueId}`;
  const steps = {
    available: onceAccepted,
    pendingAcceptance: `Ask the provider of the service to accept \${${address}.id}, then apply again: this output tells how it went.`,
    rejected: `The provider of the service has rejected \${${address}.id}: ask why, then replace the endpoint.`,
  };
  return {
    endpointId: { value: endpoint.id, description: "Id of the endpoint; the provider accepts it by this id" },
    state: { value: endpoint.state, description: "State of the connection when Terraform last looked" },
    dnsNames: {
      value: Token.asList(`\${${address}.dns_entry[*].dns_name}`),
      description: "DNS names that lead to the endpoint: the first in all zones, then one per zone",
    },
    nextStep: {
      value: `\${lookup(${JSON.stringify(steps)}, ${address}.state, "Wait: the endpoint is \${${address}.state}.")}`,
      description: "What remains to be done",
    },
  };
}
