import type { Network } from "../../paths/model/network";
import type { Host, Plan } from "./plan";

/** A real server in a namespace. */
export type Server =
  | { readonly kind: "haproxy"; readonly host: Host; readonly configuration: string }
  | {
      readonly kind: "task";
      readonly host: Host;
      readonly port: number;
      readonly databases: readonly string[];
      readonly databasePort: number;
    }
  | {
      /** A program of Node.js. */
      readonly kind: "program";
      readonly host: Host;
      readonly words: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: "postgres"; readonly host: Host; readonly port: number };

export interface ServerOptions {
  /** Folder of the sockets by which load balancers are told to change their targets, `<namespace>.sock`. */
  readonly sockets: string;
  /** Time between two health checks. */
  readonly checkMilliseconds: number;
}

/** HAProxy as NLB and ALB nodes, tasks, and PostgreSQL in each subnet of the database. */
export function servers({ hosts, network }: Plan, options: ServerOptions): Server[] {
  const databases = hosts.filter(({ of }) => of.role === "database");
  const databasePort = databases[0]?.of.listens[0] ?? 5432;
  return [
    ...databases.map((host): Server => ({ kind: "postgres", host, port: databasePort })),
    ...hosts
      .filter(({ of }) => of.role === "task")
      .map(
        (host): Server => ({
          kind: "task",
          host,
          port: host.of.listens[0] ?? 8080,
          databases: databases.map(({ of }) => of.address),
          databasePort,
        }),
      ),
    ...hosts
      .filter(({ of }) => of.role === "alb" || of.role === "nlb")
      .map((host): Server => ({ kind: "haproxy", host, configuration: loadBalancer(network, host, options) })),
  ];
}

/** A node of a load balancer: the NLB passes TCP on to the ALB's nodes, the ALB passes requests on to the tasks. */
function loadBalancer(network: Network, { name, of }: Host, { checkMilliseconds, sockets }: ServerOptions): string {
  const owner = [...network.loadBalancers.values()].find(({ nodes }) => nodes.includes(of));
  const targets = network.interfaces.filter(({ role }) => role === (of.role === "nlb" ? "alb" : "task"));
  const listeners = (owner?.listeners ?? []).map(({ port, targetGroup = "" }) => {
    const group = network.targetGroups.get(targetGroup);
    const lines = targets.map(
      ({ address }, index) =>
        `  server target${index + 1} ${address}:${group?.port} check port ${group?.healthCheck.port}`,
    );
    return [
      `listen port${port}`,
      `  bind 0.0.0.0:${port}`,
      `  mode ${of.role === "nlb" ? "tcp" : "http"}`,
      "  option httpchk GET /health",
      `  default-server inter ${checkMilliseconds}ms rise 2 fall 2`,
      ...lines,
    ].join("\n");
  });
  const timeouts = "  timeout connect 3s\n  timeout client 10s\n  timeout server 10s";
  return `global\n  maxconn 4000\n  stats socket ${sockets}/${name}.sock level admin\ndefaults\n${timeouts}\n${listeners.join("\n")}\n`;
}
