import type { Interfaces } from "./interfaces";
import { readListenerRules } from "./listener-rules";
import type { Listener, LoadBalancer, TargetGroup } from "./network";
import { keys } from "./references";
import { type Block, resources, type Stacks } from "./stacks";

export interface LoadBalancing {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly targetGroups: Map<string, TargetGroup>;
}

/** Load balancers with a node in each of their subnets, their listeners and target groups. */
export function readLoadBalancers(stacks: Stacks, interfaces: Interfaces): LoadBalancing {
  const listeners = new Map<string, Listener[]>();
  const rules = readListenerRules(stacks);
  for (const { block, key, origin } of resources(stacks, "aws_lb_listener")) {
    const [loadBalancer = ""] = keys(stacks, origin.stack, block.load_balancer_arn);
    const [action] = block.default_action as Block[];
    const listener: Listener = {
      origin,
      port: Number(block.port),
      protocol: String(block.protocol),
      targetGroup: keys(stacks, origin.stack, action?.target_group_arn)[0],
      rules: rules.get(key) ?? [],
    };
    listeners.set(loadBalancer, [...(listeners.get(loadBalancer) ?? []), listener]);
  }
  const loadBalancers = new Map(
    resources(stacks, "aws_lb").map(({ block, key, origin }): [string, LoadBalancer] => {
      const type = block.load_balancer_type === "network" ? "network" : "application";
      const own = listeners.get(key) ?? [];
      const nodes = interfaces.add({
        role: type === "network" ? "nlb" : "alb",
        label: `${type === "network" ? "NLB" : "ALB"} of ${origin.stack}`,
        origin,
        subnets: keys(stacks, origin.stack, block.subnets),
        securityGroups: keys(stacks, origin.stack, block.security_groups),
        public: block.internal !== true,
        listens: own.map(({ port }) => port),
      });
      const enforces = block.enforce_security_group_inbound_rules_on_private_link_traffic !== "off";
      return [
        key,
        {
          key,
          origin,
          type,
          internal: block.internal === true,
          enforcesOnPrivateLink: enforces,
          listeners: own,
          nodes,
        },
      ];
    }),
  );
  return { loadBalancers, targetGroups: readTargetGroups(stacks) };
}

function readTargetGroups(stacks: Stacks): Map<string, TargetGroup> {
  const attachments = resources(stacks, "aws_lb_target_group_attachment").map(({ block, origin }) => ({
    group: keys(stacks, origin.stack, block.target_group_arn)[0],
    target: keys(stacks, origin.stack, block.target_id)[0],
  }));
  return new Map(
    resources(stacks, "aws_lb_target_group").map(({ block, key, origin }): [string, TargetGroup] => {
      const check = (Array.isArray(block.health_check) ? block.health_check[0] : block.health_check) as
        | Block
        | undefined;
      const port = Number(block.port);
      const checked = Number(check?.port);
      return [
        key,
        {
          origin,
          port,
          targetType: String(block.target_type ?? "instance"),
          attached: attachments.flatMap(({ group, target }) => (group === key && target ? [target] : [])),
          protocol: String(block.protocol),
          protocolVersion: String(block.protocol_version ?? "HTTP1"),
          // AWS's defaults: the port of the traffic, HTTP for an ALB's group and TCP for an NLB's, and the root.
          healthCheck: {
            port: Number.isNaN(checked) ? port : checked,
            protocol: String(check?.protocol ?? (block.protocol === "TCP" ? "TCP" : "HTTP")),
            path: String(check?.path ?? "/"),
          },
        },
      ];
    }),
  );
}
