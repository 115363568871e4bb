import { type Flow, isInterface, type Place } from "../../paths/evaluation/flow";
import type { NetworkInterface } from "../../paths/model/network";
import type { FlowProof, Proof } from "../../paths/prove";
import { endpointsId, interfaceId, OTHER_CONSUMERS, type Scene, SERVICES } from "./boxes";
import { type Box, type Edge, type EdgeKind, flatten, idOf } from "./drawing";
import { functionId } from "./services";

/**
 * The ways that packets take from box to box, of every expectation that has to pass. Of the ways from one box to equal
 * ones in several zones, that within the zone is drawn.
 */
export function edges(scene: Scene, proofs: readonly Proof[], boxes: readonly Box[]): Edge[] {
  const known = new Set(flatten(boxes).map(({ id }) => id));
  const found = new Map<string, Edge>();
  const add = (from: string, to: string, kind: EdgeKind, path?: string) => {
    if (from === to || !known.has(from) || !known.has(to)) return;
    const key = `${from} ${to}`;
    const before = found.get(key);
    const paths = [...new Set([...(before?.paths ?? []), ...(path === undefined ? [] : [path])])];
    found.set(key, { from, to, kind: before?.kind ?? kind, paths });
  };
  for (const { expectation, flows } of proofs) {
    if (expectation.kind !== "must pass") continue;
    for (const proof of flows.filter((flow) => isDrawn(scene, flow, flows))) {
      for (const ids of waysOf(scene, proof, known)) {
        ids.slice(1).forEach((to, index) => {
          add(ids[index] ?? "", to, kindOf(proof.flow), idOf(expectation.id));
        });
      }
    }
  }
  for (const { address, stack } of scene.network.functionsOutside) {
    for (const node of scene.network.interfaces.filter(({ role }) => role === "nlb")) {
      add(functionId(`${stack}/${address}`), interfaceId(node), "control");
    }
  }
  return [...found.values()];
}

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
      const start = interfaceId(flow.from);
      if (isInterface(flow.to)) return [[start, interfaceId(flow.to)]];
      const { subnet } = flow.from;
      const endpoint = endpointsId(subnet);
      const byEndpoint = network.serviceEndpoints.some(
        ({ key, kind }) => kind === "Interface" && trace.hops.some(({ origin }) => origin && key === keyOf(origin)),
      );
      const passed = trace.hops.flatMap(({ origin }) => (origin ? [idOf(keyOf(origin))] : []));
      const between = byEndpoint ? [endpoint] : passed.filter((id) => known.has(id));
      const outside = trace.overInternet ? internetGateway(scene, flow.from) : [];
      return [[start, ...between, ...outside, SERVICES].filter((id, index, all) => all.indexOf(id) === index)];
    }
    case "PrivateLink": {
      const start = startOf(flow.client, flow.endpoint, known, flow.consumer);
      const service = [...network.endpointServices.values()].map(({ key }) => idOf(key));
      const nodes = flow.node ? [flow.node] : network.interfaces.filter(({ role }) => role === "nlb");
      return nodes.map((node) => [...start, ...service, interfaceId(node)]);
    }
  }
}

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
