import { type Flow, isInterface, type Place } from "../../../paths/evaluation/flow";
import type { NetworkInterface } from "../../../paths/model/network";
import { resources } from "../../../paths/model/stacks";
import type { FlowProof, Proof } from "../../../paths/prove";
import { OTHER_CONSUMERS, type Scene, SERVICES } from "./boxes";
import { type Box, type Edge, type EdgeKind, flatten, idOf } from "./drawing";
import { labelOf, type Spoken, spokenAt } from "./labels";
import { functionId } from "./services";
import { endpointsId, interfaceId } from "./zones";

/** A line that is found, and what passes it. */
interface Found {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly paths: Set<string>;
  readonly spoken: Spoken[];
  /** AWS services that are called over it. */
  readonly services: Set<string>;
}

/**
 * The ways that packets take from box to box, of every expectation that has to pass. Of the ways from one box to equal
 * ones in several zones, that within the zone is drawn; calls of AWS services are one line for each subnet.
 */
export function edges(scene: Scene, proofs: readonly Proof[], boxes: readonly Box[]): Edge[] {
  const known = new Set(flatten(boxes).map(({ id }) => id));
  const found = new Map<string, Found>();
  const add = (from: string, to: string, kind: EdgeKind): Found | undefined => {
    if (from === to || !known.has(from) || !known.has(to)) return undefined;
    const key = `${from} ${to}`;
    const edge = found.get(key) ?? { from, to, kind, paths: new Set(), spoken: [], services: new Set() };
    found.set(key, edge);
    return edge;
  };
  for (const { expectation, flows } of proofs) {
    if (expectation.kind !== "must pass") continue;
    for (const proof of flows.filter((flow) => isDrawn(scene, flow, flows))) {
      const { flow } = proof;
      const spoken = spokenAt(scene, flow);
      const service = serviceOf(flow);
      for (const ids of waysOf(scene, proof, known)) {
        ids.slice(1).forEach((to, index) => {
          const edge = add(ids[index] ?? "", to, kindOf(flow));
          edge?.paths.add(idOf(expectation.id));
          if (spoken) edge?.spoken.push({ ...spoken, endsTls: spoken.endsTls && index === ids.length - 2 });
          if (service !== undefined) edge?.services.add(service);
        });
      }
    }
  }
  for (const { address, stack } of scene.network.functionsOutside) {
    for (const node of scene.network.interfaces.filter(({ role }) => role === "nlb")) {
      add(functionId(`${stack}/${address}`), interfaceId(node), "control");
    }
  }
  for (const [from, to] of replicas(scene)) add(from, to, "replica");
  const all = [...found.values()];
  const endpointServices = new Set([...scene.network.endpointServices.keys()].map(idOf));
  return all.map((edge) => edgeOf(edge, all, endpointServices.has(edge.to)));
}

function edgeOf(
  { from, kind, paths, services, spoken, to }: Found,
  all: readonly Found[],
  leadsToService: boolean,
): Edge {
  const edge = { from, to, kind, paths: [...paths] };
  const begins = !all.some((other) => other.kind === kind && other.to === from);
  const ends = !all.some((other) => other.kind === kind && other.from === to);
  // What passes a box unchanged is labelled where it begins and where it ends.
  const passes = services.size > 0 ? !(begins || ends) : leadsToService;
  if (spoken.length === 0 || passes) return edge;
  const endsTls = spoken.some((one) => one.endsTls) && (services.size === 0 || ends);
  const bundle = services.size === 1 ? [...services][0] : `${services.size} services`;
  const label = services.size > 0 && !ends ? bundle : services.size > 0 ? "HTTPS 443" : labelOf(spoken);
  return { ...edge, label, ...(endsTls && { endsTls }) };
}

/** AWS copies the primary's writes to the standby, in whichever zone it is. */
function replicas({ network, stacks }: Scene): [string, string][] {
  const copied = resources(stacks, "aws_db_instance").filter(({ block }) => block.multi_az === true);
  return copied.flatMap(({ key }) => {
    const nodes = network.interfaces
      .filter(({ origin, role }) => role === "database" && `${origin.stack}/${origin.address}` === key)
      .map(interfaceId);
    return nodes.slice(1).map((node, index): [string, string] => [nodes[index] ?? "", node]);
  });
}

const serviceOf = (flow: Flow): string | undefined => {
  if (flow.kind === "outside VPCs") return flow.service;
  return flow.kind === "direct" && "kind" in flow.to && flow.to.kind === "AWS service" ? flow.to.service : undefined;
};

function kindOf(flow: Flow): EdgeKind {
  if (flow.kind === "direct") return isInterface(flow.to) ? "data" : "service";
  return flow.kind === "outside VPCs" ? "service" : "request";
}

/** The two ends of a flow, where both are interfaces. */
function ends({ flow }: FlowProof): [NetworkInterface, NetworkInterface] | undefined {
  if (flow.kind === "forward") return [flow.from, flow.to];
  if (flow.kind === "direct" && isInterface(flow.from) && isInterface(flow.to)) return [flow.from, flow.to];
  if (flow.kind === "PrivateLink" && isInterface(flow.client) && flow.endpoint) return [flow.client, flow.endpoint];
  return undefined;
}

function isDrawn({ network }: Scene, proof: FlowProof, all: readonly FlowProof[]): boolean {
  const own = ends(proof);
  if (!own) return true;
  const zone = (one: NetworkInterface) => network.subnets.get(one.subnet)?.zone;
  const [from, to] = own;
  if (zone(from) === zone(to)) return true;
  return !all.some((other) => {
    const [source, target] = ends(other) ?? [];
    return source?.id === from.id && target?.role === to.role && zone(source) === zone(target);
  });
}

/** Boxes on the way, from first to last; a way that forks is several. */
function waysOf(scene: Scene, { flow, trace }: FlowProof, known: ReadonlySet<string>): string[][] {
  const { network } = scene;
  switch (flow.kind) {
    case "forward":
      return [[interfaceId(flow.from), interfaceId(flow.to)]];
    case "outside VPCs":
      return [[functionId(`${flow.function.stack}/${flow.function.address}`), SERVICES]];
    case "direct": {
      if (!isInterface(flow.from)) return [];
      if (isInterface(flow.to)) return [[interfaceId(flow.from), interfaceId(flow.to)]];
      return [toService(scene, flow.from, trace, known)];
    }
    case "PrivateLink": {
      const start = startOf(flow.client, flow.endpoint, known, flow.consumer);
      const service = [...network.endpointServices.values()].map(({ key }) => idOf(key));
      const nodes = flow.node ? [flow.node] : network.interfaces.filter(({ role }) => role === "nlb");
      return nodes.map((node) => [...start, ...service, interfaceId(node)]);
    }
  }
}

/** From a subnet to an AWS service: through its endpoint, a NAT gateway or a gateway endpoint. */
function toService(
  scene: Scene,
  from: NetworkInterface,
  trace: FlowProof["trace"],
  known: ReadonlySet<string>,
): string[] {
  const { network } = scene;
  const byEndpoint = network.serviceEndpoints.some(
    ({ key, kind }) => kind === "Interface" && trace.hops.some(({ origin }) => origin && key === keyOf(origin)),
  );
  // Within a subnet, an instance or a task stands for all that call.
  const endpoint = endpointsId(from.subnet);
  if (byEndpoint && known.has(endpoint)) return [callerOf(scene, from), endpoint, SERVICES];
  const passed = trace.hops.flatMap(({ origin }) => (origin ? [idOf(keyOf(origin))] : []));
  const between = passed.filter((id) => known.has(id) && id !== idOf(from.subnet) && !isPlaceOf(scene, id));
  const outside = trace.overInternet ? internetGateway(scene, from) : [];
  return [idOf(from.subnet), ...between, ...outside, SERVICES].filter((id, index, all) => all.indexOf(id) === index);
}

function callerOf({ network }: Scene, from: NetworkInterface): string {
  const here = network.interfaces.filter(({ subnet }) => subnet === from.subnet);
  return interfaceId(here.find(({ role }) => role === "instance") ?? here.find(({ role }) => role === "task") ?? from);
}

/** Whether a box is where a packet is, not what it passes. */
const isPlaceOf = ({ network }: Scene, id: string): boolean =>
  [...network.vpcs.keys(), ...network.subnets.keys()].some((key) => idOf(key) === id) ||
  network.interfaces.some(({ role, origin }) => role !== "aws-endpoint" && idOf(keyOf(origin)) === id);

const keyOf = ({ address, stack }: { stack: string; address: string }): string => `${stack}/${address}`;

function startOf(
  client: Place,
  endpoint: NetworkInterface | undefined,
  known: ReadonlySet<string>,
  consumer: { readonly origin: { stack: string; address: string } } | undefined,
): string[] {
  if (isInterface(client)) return [interfaceId(client), ...(endpoint ? [interfaceId(endpoint)] : [])];
  if (!consumer) return [OTHER_CONSUMERS];
  // Of an existing VPC only the endpoint is drawn.
  const alone = idOf(keyOf(consumer.origin));
  return known.has(alone) ? [alone] : [];
}

function internetGateway({ network, stacks }: Scene, from: NetworkInterface): string[] {
  const stack = network.subnets.get(from.subnet)?.origin.stack ?? "";
  return Object.keys(stacks[stack]?.resource?.aws_internet_gateway ?? {}).map((name) =>
    idOf(`${stack}/aws_internet_gateway.${name}`),
  );
}
