import { hasNat, serviceListeners, uses } from "../../config/derive";
import type { Consumer } from "../../config/schema";
import { clientRanges } from "../../config/service-consumers";
import { stackId } from "../../config/stack-ids";
import { services, workloads } from "../../config/workloads";
import type { ConnectedNetwork, Flow, ForwardFlow, UnseenClients } from "../evaluation/flow";
import type { ConsumerEndpoint, NetworkInterface } from "../model/network";
import { images, mustBePrivate, neededServices, syncServices } from "./aws-services";
import { byRole, type Expectation, pairs, partOf, type Scope } from "./expectation";

/** Everything that has to pass for the pattern to work, in the order of a request. */
export function needed(scope: Scope): Expectation[] {
  return [
    ...consumers(scope),
    ...consumerBlocks(scope),
    forwarding(scope, "nlb", "alb", "requests"),
    forwarding(scope, "nlb", "alb", "health checks"),
    forwarding(scope, "alb", "task", "requests"),
    forwarding(scope, "alb", "task", "health checks"),
    ...applicationParts(scope),
    ...furtherServices(scope),
    ...workloadParts(scope),
    ...awsServices(scope),
    ...lambdaOutside(scope),
    ...registry(scope),
    ...ipv6WayOut(scope),
  ];
}

/** Tasks and instances have a way out of each family, where the environment creates both. */
function ipv6WayOut(scope: Scope): Expectation[] {
  const { environment } = scope;
  if (environment.network.ipAddressType !== "dualstack" || environment.network.existing || !hasNat(environment))
    return [];
  const flows = byRole(scope, "task", "instance", "worker", "service", "job").map(
    (from): Flow => ({ kind: "direct", from, to: { kind: "internet", ipv6: true }, port: 443 }),
  );
  return [mustPass("ipv6-way-out", "tasks and instances reach the internet over IPv6", flows)];
}

const mustPass = (id: string, title: string, flows: readonly Flow[]): Expectation => ({
  id,
  title,
  kind: "must pass",
  flows,
});

/** Ports that a consumer's clients use: its own choice, else all of the environment's. */
export const consumerPorts = ({ consumers: all, environment }: Scope, stack: string): readonly number[] =>
  all.find((consumer) => stack === stackId("consumer-endpoint", consumer))?.service.ports ??
  serviceListeners(environment).map(({ port }) => port);

function consumers(scope: Scope): Expectation[] {
  return scope.consumers.map(({ clients, name }) => {
    const stack = stackId("consumer-endpoint", { name });
    const endpoint = scope.network.consumerEndpoints.get(stack);
    const ports = consumerPorts(scope, stack);
    const title = `clients of consumer ${name} reach the NLB through their endpoint`;
    if (!endpoint) return mustPass(`consumer-${name}`, title, []);
    const known = endpoint.interfaces.length > 0 ? inVpc(scope, endpoint, ports) : [];
    // A VPC that is made counts as one block; of one that exists only the named blocks are known.
    const vpc = scope.network.vpcs.get(endpoint.vpc);
    const blocks = vpc ? [vpc.block, ...clients.cidrs.filter((cidr) => cidr !== vpc.block)] : clients.cidrs;
    const named = pairs([...blocks.map(clientsIn), ...unseenClients(clients)], ports).map(
      ([client, port]): Flow => ({ kind: "PrivateLink", client, consumer: endpoint, port }),
    );
    return mustPass(`consumer-${name}`, title, [...known, ...named]);
  });
}

const unseenClients = ({ prefixListIds }: Consumer["clients"]): UnseenClients[] =>
  prefixListIds.map((id) => unseen(`clients in prefix list ${id}`, "its addresses are not in these stacks"));

const unseen = (label: string, reason: string): UnseenClients => ({ kind: "unseen clients", label, reason });

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
  const { enforceInboundRulesOnPrivateLinkTraffic: enforce } = environment.privatelink;
  const consumerCidrs = clientRanges(environment.privatelink);
  const blocks = enforce === "on" ? consumerCidrs : ["10.0.0.0/8"];
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
  clients: readonly NetworkInterface[],
  servers: readonly NetworkInterface[],
): Expectation {
  const flows = pairs(clients, servers).flatMap(([from, to]): Flow[] =>
    to.listens.map((port) => ({ kind: "direct", from, to, port })),
  );
  return mustPass(id, title, flows);
}

function awsServices(scope: Scope): Expectation[] {
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

/** The ALB sends each further service what its rules say, and checks it. */
function furtherServices(scope: Scope): Expectation[] {
  const all = scope.environment.compute.loadBalancer.listeners.map(({ port }) => port);
  const [loadBalancer = ""] = [...scope.network.loadBalancers.values()].flatMap((one) =>
    one.type === "application" ? [one.key] : [],
  );
  return services(scope.environment).flatMap(({ name, options }) => {
    const tasks = byRole(scope, "service").filter(({ workload }) => workload === name);
    const ends = pairs(byRole(scope, "alb"), tasks);
    return (["requests", "health checks"] as const).map((purpose) =>
      mustPass(
        `alb-service-${name}-${purpose.replace(" ", "-")}`,
        `${purpose} of the ALB reach service ${name}`,
        pairs(ends, options.expose.listenerPorts ?? all).map(
          ([[from, to], listenerPort]): Flow => ({ kind: "forward", from, to, loadBalancer, listenerPort, purpose }),
        ),
      ),
    );
  });
}

/** What the application and the data load use. */
function applicationParts(scope: Scope): Expectation[] {
  const to = (role: "task" | "data-load", server: "database" | "file-system", title: string) =>
    uses(scope.environment, partOf[server])
      ? [reach(`${role}-${server}`, title, byRole(scope, role), byRole(scope, server))]
      : [];
  return [
    ...to("task", "database", "tasks reach the database"),
    ...to("task", "file-system", "tasks reach the file system"),
    ...to("data-load", "database", "the data load reaches the database"),
  ];
}

/** What each workload beside the application uses; static assets are among the AWS services. */
function workloadParts(scope: Scope): Expectation[] {
  return workloads(scope.environment).flatMap(({ kind, name, options }) =>
    (["database", "file-system"] as const).flatMap((server) =>
      options.uses.includes(partOf[server])
        ? [
            reach(
              `${kind}-${name}-${server}`,
              `${kind} ${name} reaches the ${server.replace("-", " ")}`,
              byRole(scope, kind).filter(({ workload }) => workload === name),
              byRole(scope, server),
            ),
          ]
        : [],
    ),
  );
}

/** A registry that is not ECR's in this Region is somewhere on the internet. */
function registry(scope: Scope): Expectation[] {
  const agents = images(scope).flatMap((image) => (image.isFromEcr ? [] : image.agents));
  if (images(scope).every(({ isFromEcr }) => isFromEcr)) return [];
  const flows = [...new Set(agents)].map(
    (from): Flow => ({ kind: "direct", from, to: { kind: "internet" }, port: 443 }),
  );
  return [mustPass("image-registry", "images are pulled from the registry that the file names", flows)];
}
