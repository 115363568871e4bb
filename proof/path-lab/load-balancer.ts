import { expressionOf } from "../../paths/model/listener-rules";
import type {
  Listener,
  ListenerRule,
  LoadBalancer,
  Network,
  NetworkInterface,
  TargetGroup,
} from "../../paths/model/network";

export interface LoadBalancerOptions {
  /** Socket by which it is told to change its targets. */
  readonly socket: string;
  /** Time between two health checks. */
  readonly checkMilliseconds: number;
  /** File with certificate and key of its TLS listeners. */
  readonly certificate: string;
  /** What the ALB's TLS listeners have beside it: words of `bind`, and lines. */
  readonly albListeners?: { readonly bind: string; readonly lines: readonly string[] };
  /**
   * Whether the NLB sends to all targets where none is healthy. Source: User Guide for Network Load Balancers, "Health checks for
   * Network Load Balancer target groups". @default false
   */
  readonly failsOpen?: boolean;
}

/**
 * Configuration of HAProxy as a node of a load balancer: the NLB passes connections on to the ALB's nodes, the ALB requests
 * to the tasks of the service that its rules name.
 */
export function loadBalancerConfiguration(
  network: Network,
  loadBalancer: LoadBalancer,
  options: LoadBalancerOptions,
): string {
  const { checkMilliseconds, socket } = options;
  const sections =
    loadBalancer.type === "network"
      ? loadBalancer.listeners.map((listener) => networkListener(network, listener, options))
      : [
          ...loadBalancer.listeners.map((listener) => applicationListener(listener, options)),
          ...groupsOf(loadBalancer).map((key) => backend(network, key)),
        ];
  return `${[
    ["global", "maxconn 4000", `stats socket ${socket} level admin`],
    [
      "defaults",
      "timeout connect 3s",
      "timeout client 10s",
      "timeout server 10s",
      `default-server inter ${checkMilliseconds}ms rise 2 fall 2`,
    ],
    ...sections,
  ]
    .map(([head, ...lines]) => [head, ...lines.map((line) => `  ${line}`)].join("\n"))
    .join("\n")}\n`;
}

/** A section: its first line, and what it holds. */
type Section = readonly string[];

/** Where a listener takes connections; one that speaks TLS ends it. */
function bind({ port, protocol }: Listener, certificate: string, alpn = ""): string {
  const tls = protocol === "TLS" || protocol === "HTTPS";
  return `bind 0.0.0.0:${port}${tls ? ` ssl crt ${certificate} ssl-min-ver TLSv1.2${alpn}` : ""}`;
}

function networkListener(
  network: Network,
  listener: Listener,
  { certificate, failsOpen }: LoadBalancerOptions,
): Section {
  const group = network.targetGroups.get(listener.targetGroup ?? "");
  const nodes = network.interfaces.filter(({ role }) => role === "alb");
  const { healthCheck } = group ?? {};
  return [
    `listen port${listener.port}`,
    bind(listener, certificate),
    "mode tcp",
    ...(group && healthCheck?.protocol !== "TCP"
      ? [`option httpchk GET ${healthCheck?.path}`, "http-check expect status 200"]
      : []),
    ...(group ? targets(nodes, group) : []),
    ...(failsOpen ? nodes.map(({ address }, n) => `server open${n + 1} ${address}:${group?.port} backup`) : []),
  ];
}

function applicationListener(listener: Listener, { albListeners, certificate }: LoadBalancerOptions): Section {
  const more = listener.protocol === "HTTPS" ? albListeners : undefined;
  return [
    `frontend port${listener.port}`,
    bind(listener, certificate, ` alpn h2,http/1.1 ${more?.bind ?? ""}`.trimEnd()),
    "mode http",
    ...(more?.lines ?? []),
    ...listener.rules.flatMap(useBackend),
    ...(listener.targetGroup === undefined ? [] : [`default_backend ${nameOf(listener.targetGroup)}`]),
  ];
}

/** HAProxy takes the first line whose conditions are all met, and an ALB the rule of the lowest priority. */
function useBackend({ action, hosts, origin, otherConditions, paths, priority, targetGroup }: ListenerRule): string[] {
  const lacking = [...otherConditions, ...(action === "forward" ? [] : [`the action ${action}`])];
  if (lacking.length > 0 || targetGroup === undefined) {
    throw new Error(`the path lab lacks ${lacking.join(" and ")} of ${origin.address} in ${origin.stack}`);
  }
  const path = `path${priority}`;
  const host = `host${priority}`;
  return [
    ...paths.map((pattern) => `acl ${path} path -m reg -- ${word(expressionOf(pattern))}`),
    ...hosts.map((pattern) => `acl ${host} req.hdr(host),host_only -m reg -i -- ${word(expressionOf(pattern))}`),
    `use_backend ${nameOf(targetGroup)} if ${[...(paths.length > 0 ? [path] : []), ...(hosts.length > 0 ? [host] : [])].join(" ")}`,
  ];
}

/** One word of a configuration file. */
const word = (text: string): string => text.replace(/[\\#'" ]/g, "\\$&");

/** Target groups that a load balancer's listeners lead to, each once. */
const groupsOf = ({ listeners }: LoadBalancer): string[] => [
  ...new Set(
    listeners.flatMap(({ rules, targetGroup }) =>
      [targetGroup, ...rules.map((rule) => rule.targetGroup)].filter((key) => key !== undefined),
    ),
  ),
];

/** `compute-dev/aws_lb_target_group.service-reports_target-group_1A2B3C4D` → `service-reports_target-group_1A2B3C4D`. */
const nameOf = (key: string): string => key.replace(/^.*\./, "");

/** The targets of a group of the ALB: the tasks of the service that registers in it, by its protocol. */
function backend(network: Network, key: string): Section {
  const group = network.targetGroups.get(key);
  const tasks = network.interfaces.filter(({ role, targetGroup }) =>
    role === "task" || role === "service" ? (targetGroup ?? applicationsGroup(network)) === key : false,
  );
  if (!group) throw new Error(`there is no target group ${key}`);
  return [`backend ${nameOf(key)}`, "mode http", ...refusals(group), ...healthCheck(group), ...targets(tasks, group)];
}

/** Key of the group that everything goes to which no rule takes: the application's. */
const applicationsGroup = ({ loadBalancers }: Network): string | undefined =>
  [...loadBalancers.values()].find(({ type }) => type === "application")?.listeners[0]?.targetGroup;

/** Source: User Guide for Application Load Balancers, "Troubleshoot your Application Load Balancers", HTTP 464. */
function refusals({ protocolVersion }: TargetGroup): string[] {
  const fitting = { HTTP2: "{ req.ver 2.0 }", GRPC: "{ req.ver 2.0 } { method POST }" }[protocolVersion];
  return fitting === undefined ? [] : [`http-request return status 464 unless ${fitting}`];
}

/** HAProxy does not read trailers in health checks: of gRPC it sees that a method answers, not its status. */
function healthCheck({ healthCheck: { path }, protocolVersion }: TargetGroup): string[] {
  const send = {
    GRPC: `meth POST uri ${path} ver HTTP/2 hdr host lab hdr content-type application/grpc hdr te trailers`,
    HTTP2: `meth GET uri ${path} ver HTTP/2 hdr host lab`,
  }[protocolVersion];
  return [
    "option httpchk",
    `http-check send ${send ?? `meth GET uri ${path} ver HTTP/1.1 hdr host lab`}`,
    ...(protocolVersion === "GRPC"
      ? ["http-check expect hdr name content-type value -m beg application/grpc"]
      : ["http-check expect status 200"]),
  ];
}

/** Load balancers encrypt without checking the certificate of a target. */
function targets(interfaces: readonly NetworkInterface[], group: TargetGroup): string[] {
  const newer = group.protocolVersion !== "HTTP1";
  const encrypted = group.protocol === "TLS" || group.protocol === "HTTPS";
  const speech = [
    ...(encrypted ? ["ssl"] : []),
    ...(group.healthCheck.protocol === "HTTPS" ? ["check-ssl"] : []),
    ...(encrypted || group.healthCheck.protocol === "HTTPS" ? ["verify none"] : []),
    ...(newer ? [encrypted ? "alpn h2 check-alpn h2" : "proto h2"] : []),
  ];
  return interfaces.map(({ address }, index) =>
    [`server target${index + 1} ${address}:${group.port} check port ${group.healthCheck.port}`, ...speech].join(" "),
  );
}
