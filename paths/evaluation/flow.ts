import { isIpv6 } from "../model/addresses";
import type { ConsumerEndpoint, NetworkInterface } from "../model/network";
import type { Origin } from "../model/stacks";
import type { ApiCall } from "./endpoint-policy";
import type { MainRouteTable } from "./route";

/** A host of the internet, at either end. */
export interface Internet {
  readonly kind: "internet";
  /** By its IPv6 address. @default IPv4 */
  readonly ipv6?: true;
}

/** A network that is connected to the VPC later, by peering, VPN or transit gateway. */
export interface ConnectedNetwork {
  readonly kind: "connected network";
  readonly label: string;
  readonly block: string;
}

/** Clients whose addresses are not modelled: those of a prefix list. */
export interface UnseenClients {
  readonly kind: "unseen clients";
  readonly label: string;
  /** Why nothing is known of them. */
  readonly reason: string;
}

/** An AWS service by the last part of its endpoints' name. */
export interface AwsService {
  readonly kind: "AWS service";
  readonly service: string;
  readonly call: ApiCall;
}

/** A connection inside or out of a VPC. */
export interface DirectFlow {
  readonly kind: "direct";
  readonly from: NetworkInterface | Internet | ConnectedNetwork;
  readonly to: NetworkInterface | Internet | AwsService;
  readonly port: number;
  /** Must not take the way over the internet. */
  readonly privately?: boolean;
  /** For flows to the internet. @default "local only" */
  readonly mainRouteTable?: MainRouteTable;
}

/** A connection of a consumer's client to a node of the NLB, through an endpoint. */
export interface PrivateLinkFlow {
  readonly kind: "PrivateLink";
  readonly client: NetworkInterface | ConnectedNetwork | UnseenClients;
  /** None: a consumer whose stack is not here, and whose own side lets everything pass. */
  readonly consumer?: ConsumerEndpoint;
  /** The endpoint's interface that the client takes; none where its VPC is not known. */
  readonly endpoint?: NetworkInterface;
  /** Key of the endpoint service, where the consumer does not say it. */
  readonly service?: string;
  /** Node that is asked, where no endpoint's zone says which. */
  readonly node?: NetworkInterface;
  readonly port: number;
}

/** What a load balancer does with what it receives, to one of its targets. */
export interface ForwardFlow {
  readonly kind: "forward";
  readonly from: NetworkInterface;
  readonly to: NetworkInterface;
  /** Key of the load balancer. */
  readonly loadBalancer: string;
  readonly listenerPort: number;
  readonly purpose: "requests" | "health checks";
}

/** Calls of a function that runs outside every VPC. */
export interface OutsideFlow {
  readonly kind: "outside VPCs";
  readonly function: Origin;
  readonly service: string;
}

export type Flow = DirectFlow | PrivateLinkFlow | ForwardFlow | OutsideFlow;

/** One end of a flow. */
export type Place = NetworkInterface | Internet | ConnectedNetwork | UnseenClients | AwsService;

/** Whether its packets are IPv6 ones. */
export function isOverIpv6(flow: Flow): boolean {
  const ends = flow.kind === "direct" ? [flow.from, flow.to] : flow.kind === "PrivateLink" ? [flow.client] : [];
  return ends.some((end) => ("ipv6" in end && end.ipv6 === true) || ("block" in end && isIpv6(end.block)));
}

export const isInterface = (place: Place): place is NetworkInterface => "subnet" in place;

function nameOf(place: Place): string {
  if (isInterface(place)) return place.id;
  if (place.kind === "internet") return place.ipv6 ? "internet over IPv6" : "internet";
  return place.kind === "AWS service" ? place.service : place.label;
}

/** A flow in a few words. */
export function describe(flow: Flow): string {
  switch (flow.kind) {
    case "direct": {
      const what = !isInterface(flow.to) && flow.to.kind === "AWS service" ? ` ${flow.to.call.action}` : "";
      return `${nameOf(flow.from)} → ${nameOf(flow.to)}:${flow.port}${what}`;
    }
    case "PrivateLink": {
      const client = "block" in flow.client ? `${flow.client.label} ${flow.client.block}` : nameOf(flow.client);
      const way = flow.endpoint?.id ?? (flow.consumer ? "its endpoint" : "any consumer's endpoint");
      return `${client} → ${way} → ${flow.node?.id ?? "NLB"}:${flow.port}`;
    }
    case "outside VPCs":
      return `sync Lambda → ${flow.service}:443`;
    case "forward":
      return `${flow.from.id} → ${flow.to.id}, ${flow.purpose} of listener ${flow.listenerPort}`;
  }
}
