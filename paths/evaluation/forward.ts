import type { Listener, LoadBalancer, Network, TargetGroup } from "../model/network";
import type { ForwardFlow } from "./flow";
import { type Hop, type Trace, trace } from "./trace";
import { between } from "./vpc";

/** From a node of a load balancer to a target, for what a listener receives or for health checks. */
export function forwardTrace(network: Network, flow: ForwardFlow): Trace {
  const loadBalancer = network.loadBalancers.get(flow.loadBalancer);
  const listener = loadBalancer?.listeners.find(({ port }) => port === flow.listenerPort);
  if (!loadBalancer || !listener) {
    const text = `no listener on port ${flow.listenerPort}`;
    return trace([{ verdict: "closed", text, origin: loadBalancer?.origin }]);
  }
  const wanted = flow.to.targetGroup ?? listener.targetGroup;
  const leads = listener.rules.some(({ targetGroup }) => targetGroup === flow.to.targetGroup);
  if (flow.to.targetGroup !== undefined && !leads) {
    return trace([
      { verdict: "closed", text: "no rule of the listener leads to the service", origin: listener.origin },
    ]);
  }
  const group = wanted === undefined ? undefined : network.targetGroups.get(wanted);
  if (!group) {
    return trace([{ verdict: "closed", text: "the listener leads to no target group", origin: listener.origin }]);
  }
  const port = flow.purpose === "requests" ? group.port : group.healthCheck.port;
  return trace(
    [
      {
        verdict: "open",
        text: `listener on port ${listener.port} forwards to the target group`,
        origin: listener.origin,
      },
      targetHop(network, flow, group),
      ...between(network, flow.from, flow.to, port),
      ...(flow.purpose === "health checks" ? [protocolHop(network, flow, group)] : []),
    ],
    { answered: flow.to.listens.includes(port) },
  );
}

function targetHop(network: Network, { to }: ForwardFlow, group: TargetGroup): Hop {
  const words = { verdict: "open", origin: group.origin } as const;
  if (to.role === "task" || to.role === "service")
    return { ...words, text: "the ECS service registers its tasks in the target group" };
  if (group.targetType === "ip") return { ...words, text: "the sync Lambda registers the ALB's addresses" };
  const alb = [...network.loadBalancers.values()].find(({ nodes }) => nodes.includes(to));
  if (alb && group.attached.includes(alb.key)) return { ...words, text: "the ALB is the group's target" };
  return { verdict: "closed", text: "the ALB is not attached to the target group", origin: group.origin };
}

/** A health check in clear text of a listener that speaks TLS is answered with an error, and the other way round. */
function protocolHop(network: Network, { to }: ForwardFlow, { healthCheck, origin }: TargetGroup): Hop {
  const listener = listenerOf([...network.loadBalancers.values()], to.id, healthCheck.port);
  const fits = !listener || healthCheck.protocol === "TCP" || healthCheck.protocol === listener.protocol;
  if (fits) return { verdict: "open", text: `health check by ${healthCheck.protocol}`, origin };
  return {
    verdict: "closed",
    text: `health check by ${healthCheck.protocol} of a ${listener.protocol} listener`,
    origin,
  };
}

function listenerOf(all: readonly LoadBalancer[], node: string, port: number): Listener | undefined {
  const owner = all.find(({ nodes }) => nodes.some(({ id }) => id === node));
  return owner?.listeners.find((listener) => listener.port === port);
}
