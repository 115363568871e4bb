import { serviceListeners } from "../../../config/derive";
import type { ConnectedNetwork, Flow, ForwardFlow } from "../evaluation/flow";
import type { ConsumerEndpoint, NetworkInterface } from "../model/network";
import { isFromEcr, mustBePrivate, neededServices, syncServices } from "./aws-services";
import { byRole, type Expectation, pairs, type Scope } from "./expectation";

/** Everything that has to pass for the pattern to work, in the order of a request. */
export function needed(scope: Scope): Expectation[] {
  return [
    ...consumers(scope),
    ...consumerBlocks(scope),
    forwarding(scope, "nlb", "alb", "requests"),
    forwarding(scope, "nlb", "alb", "health checks"),
    forwarding(scope, "alb", "task", "requests"),
    forwarding(scope, "alb", "task", "health checks"),
    reach("task-database", "tasks reach the database", scope, "task", "database"),
    reach("task-file-system", "tasks reach the file system", scope, "task", "file-system"),
    reach("data-load-database", "the data load reaches the database", scope, "data-load", "database"),
    ...services(scope),
    ...lambdaOutside(scope),
    ...registry(scope),
  ];
}

const mustPass = (id: string, title: string, flows: readonly Flow[]): Expectation => ({
  id,
  title,
  kind: "must pass",
  flows,
});

/** Ports that a consumer's clients use: its own choice, else all of the environment's. */
export const consumerPorts = ({ consumers: all, environment }: Scope, stack: string): readonly number[] =>
  all.find(({ name }) => stack === `consumer-endpoint-${name}`)?.service.ports ??
  serviceListeners(environment).map(({ port }) => port);

function consumers(scope: Scope): Expectation[] {
  return scope.consumers.map(({ clients, name }) => {
    const stack = `consumer-endpoint-${name}`;
    const endpoint = scope.network.consumerEndpoints.get(stack);
    const ports = consumerPorts(scope, stack);
    const title = `clients of consumer ${name} reach the NLB through their endpoint`;
    if (!endpoint) return mustPass(`consumer-${name}`, title, []);
    const known = endpoint.interfaces.length > 0 ? inVpc(scope, endpoint, ports) : [];
    // A VPC that is made counts as one block; of one that exists only the named blocks are known.
    const vpc = scope.network.vpcs.get(endpoint.vpc);
    const blocks = vpc ? [vpc.block, ...clients.cidrs.filter((cidr) => cidr !== vpc.block)] : clients.cidrs;
    const named = pairs(blocks, ports).map(
      ([block, port]): Flow => ({ kind: "PrivateLink", client: clientsIn(block), consumer: endpoint, port }),
    );
    return mustPass(`consumer-${name}`, title, [...known, ...named]);
  });
}

const clientsIn = (block: string): ConnectedNetwork => ({ kind: "connected network", label: "clients in", block });

/** Each client takes the endpoint's interface in its own zone, or the one in another. */
function inVpc({ network }: Scope, consumer: ConsumerEndpoint, ports: readonly number[]): Flow[] {
  const clients = network.interfaces.filter(
    ({ origin, role }) => role === "client" && origin.stack === consumer.origin.stack,
  );
  return pairs(pairs(clients, consumer.interfaces), ports).map(
    ([[client, endpoint], port]): Flow => ({ kind: "PrivateLink", client, consumer, endpoint, port }),
  );
}

/** Consumers that are not configured here have an address in consumerCidrs, too. */
function consumerBlocks(scope: Scope): Expectation[] {
  const { environment, network } = scope;
  const { consumerCidrs, enforceInboundRulesOnPrivateLinkTraffic: enforce } = environment.privatelink;
  const blocks = enforce === "on" ? consumerCidrs.filter((cidr) => !cidr.includes(":")) : ["10.0.0.0/8"];
  const [service] = network.endpointServices.keys();
  const flows = pairs(pairs(blocks, serviceListeners(environment)), byRole(scope, "nlb")).map(
    ([[block, { port }], node]): Flow => ({ kind: "PrivateLink", client: clientsIn(block), service, node, port }),
  );
  const title =
    enforce === "on" ? "clients in consumerCidrs reach the NLB" : "clients of any accepted consumer reach the NLB";
  return [mustPass("consumer-cidrs", title, flows)];
}

function forwarding(
  scope: Scope,
  from: "nlb" | "alb",
  to: "alb" | "task",
  purpose: ForwardFlow["purpose"],
): Expectation {
  const { environment, network } = scope;
  const ports =
    from === "nlb"
      ? serviceListeners(environment).map(({ port }) => port)
      : environment.compute.loadBalancer.listeners.map(({ port }) => port);
  const type = from === "nlb" ? "network" : "application";
  const [loadBalancer = ""] = [...network.loadBalancers.values()].flatMap((one) =>
    one.type === type ? [one.key] : [],
  );
  const flows = pairs(pairs(byRole(scope, from), byRole(scope, to)), ports).map(
    ([[source, target], listenerPort]): Flow => ({
      kind: "forward",
      from: source,
      to: target,
      loadBalancer,
      listenerPort,
      purpose,
    }),
  );
  const names = { nlb: "NLB", alb: "ALB", task: "tasks" };
  return mustPass(
    `${from}-${to}-${purpose.replace(" ", "-")}`,
    `${purpose} of the ${names[from]} reach the ${names[to]}`,
    flows,
  );
}

function reach(
  id: string,
  title: string,
  scope: Scope,
  from: NetworkInterface["role"],
  to: NetworkInterface["role"],
): Expectation {
  const flows = pairs(byRole(scope, from), byRole(scope, to)).flatMap(([source, target]): Flow[] =>
    target.listens.map((port) => ({ kind: "direct", from: source, to: target, port })),
  );
  return mustPass(id, title, flows);
}

function services(scope: Scope): Expectation[] {
  const expectations = new Map<string, Expectation>();
  for (const { clients, purpose, to } of neededServices(scope)) {
    for (const client of clients) {
      const id = `${client.role}-${to.service}-${purpose.replaceAll(" ", "-")}`;
      const title = `${client.role} → ${to.service} (${purpose})`;
      const flow: Flow = {
        kind: "direct",
        from: client,
        to,
        port: 443,
        privately: mustBePrivate(scope.environment, to),
      };
      const sofar = expectations.get(id)?.flows ?? [];
      expectations.set(id, mustPass(id, title, [...sofar, flow]));
    }
  }
  return [...expectations.values()];
}

function lambdaOutside({ environment, network }: Scope): Expectation[] {
  const { albTargetMode, sync } = environment.privatelink;
  if (albTargetMode !== "ip-sync" || sync.insideVpc) return [];
  const flows = pairs(network.functionsOutside, syncServices).map(
    ([origin, service]): Flow => ({ kind: "outside VPCs", function: origin, service }),
  );
  return [mustPass("sync-lambda-outside", "the sync Lambda reaches the APIs it calls", flows)];
}

/** A registry that is not ECR's in this Region is somewhere on the internet. */
function registry(scope: Scope): Expectation[] {
  if (isFromEcr(scope.environment)) return [];
  const agents =
    scope.environment.compute.launchType === "EC2" ? byRole(scope, "instance") : byRole(scope, "task", "data-load");
  const flows = agents.map((from): Flow => ({ kind: "direct", from, to: { kind: "internet" }, port: 443 }));
  return [mustPass("image-registry", "images are pulled from the registry of application.image.uri", flows)];
}
