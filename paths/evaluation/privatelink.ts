import type { EndpointService, LoadBalancer, Network, NetworkInterface } from "../model/network";
import { isInterface, type PrivateLinkFlow, type UnseenClients } from "./flow";
import { securityGroupHop } from "./security-group";
import { type Hop, type Trace, trace } from "./trace";
import { between, subnetOf } from "./vpc";

/**
 * From a consumer's client through its endpoint to the NLB. The NLB's security group, where it is enforced, sees the
 * client's private address; members of consumers' security groups are nothing to it.
 * Source: NLB guide, "Update the security groups for your Network Load Balancer".
 */
export function privateLinkTrace(network: Network, flow: PrivateLinkFlow): Trace {
  const { client } = flow;
  if (isUnseen(client)) {
    return trace([{ verdict: "unknown", text: `${client.label}: ${client.reason}`, origin: flow.consumer?.origin }]);
  }
  const hops = consumerSide(network, { ...flow, client });
  const service = serviceOf(network, flow);
  if (!(service && "loadBalancers" in service)) {
    return trace([
      ...hops,
      { verdict: "unknown", text: service?.unknown ?? "the endpoint service is not in these stacks" },
    ]);
  }
  hops.push({ verdict: "open", text: "endpoint service, once the connection is accepted", origin: service.origin });
  const nlb = service.loadBalancers.flatMap((key) => network.loadBalancers.get(key) ?? [])[0];
  if (!nlb) return trace([...hops, { verdict: "closed", text: "the service has no NLB", origin: service.origin }]);
  const zone = zoneHop(network, flow, nlb);
  const listener = nlb.listeners.find(({ port }) => port === flow.port);
  return trace(
    [
      ...hops,
      ...(zone ? [zone] : []),
      inboundHop(network, { ...flow, client }, nlb),
      ...(listener
        ? [{ verdict: "open" as const, text: `NLB listener on port ${flow.port}`, origin: listener.origin }]
        : []),
    ],
    { answered: listener !== undefined },
  );
}

function serviceOf(
  network: Network,
  { consumer, service }: PrivateLinkFlow,
): EndpointService | { unknown: string } | undefined {
  if (consumer && "unknown" in consumer.service) return consumer.service;
  return network.endpointServices.get(service ?? (consumer && "key" in consumer.service ? consumer.service.key : ""));
}

/** A flow of clients whose addresses are known. */
type SeenFlow = PrivateLinkFlow & { readonly client: Exclude<PrivateLinkFlow["client"], UnseenClients> };

const isUnseen = (client: PrivateLinkFlow["client"]): client is UnseenClients =>
  !isInterface(client) && client.kind === "unseen clients";

function consumerSide(network: Network, { client, consumer, endpoint, port }: SeenFlow): Hop[] {
  if (!consumer) return [{ verdict: "open", text: "the consumer's own side is taken to let everything pass" }];
  if (endpoint && isInterface(client)) return between(network, client, endpoint, port);
  const guarded = { label: "the endpoint", origin: consumer.origin, securityGroups: consumer.securityGroups };
  const peer = isInterface(client)
    ? { label: client.id, block: client.address, groups: client.securityGroups }
    : { label: `${client.label} (${client.block})`, block: client.block, groups: [] };
  return [
    ...(consumer.unknown ? [{ verdict: "unknown" as const, text: consumer.unknown, origin: consumer.origin }] : []),
    securityGroupHop(network, guarded, "ingress", peer, port),
  ];
}

/** An endpoint can only stand in zones of the service, and its interface in a zone leads to the node in that zone. */
function zoneHop(network: Network, { consumer, endpoint }: PrivateLinkFlow, nlb: LoadBalancer): Hop | undefined {
  if (!consumer || !endpoint || !consumer.zonesMatter) return undefined;
  const { origin, zone } = subnetOf(network, endpoint);
  const zones = nlb.nodes.map((node) => subnetOf(network, node).zone);
  if (isServed(zone, zones)) return { verdict: "open", text: "the endpoint's zone is one of the service's", origin };
  const told = [zone, ...zones].every((name) => /-az\d$/.test(name));
  return told
    ? {
        verdict: "closed",
        text: `the endpoint's zone ${zone} is not one of the service's: ${zones.join(", ")}`,
        origin,
      }
    : { verdict: "unknown", text: "AWS decides which zones these are; the plan checks that they match", origin };
}

/** `…availability_zones[1]` of the service's data source is the second of the service's own zones. */
function isServed(zone: string, zones: readonly string[]): boolean {
  const place = /data\.aws_vpc_endpoint_service\.[\w-]+\.availability_zones\[(\d+)\]$/.exec(zone);
  return place ? Number(place[1]) < zones.length : zones.includes(zone);
}

function inboundHop(network: Network, { client, node, port }: SeenFlow, nlb: LoadBalancer): Hop {
  if (!nlb.enforcesOnPrivateLink) {
    return { verdict: "open", text: "the NLB's security group does not check PrivateLink traffic", origin: nlb.origin };
  }
  const target: NetworkInterface | undefined = node ?? nlb.nodes[0];
  if (!target) return { verdict: "closed", text: "the NLB has no node", origin: nlb.origin };
  const block = isInterface(client) ? client.address : client.block;
  const label = `${isInterface(client) ? client.id : client.label} (${block})`;
  return securityGroupHop(network, target, "ingress", { label, block, groups: [] }, port);
}
