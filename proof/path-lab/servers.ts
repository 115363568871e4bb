import { projectPath } from "../../config/project";
import { services } from "../../config/workloads";
import { usedBy } from "../../paths/expectations/expectation";
import type { LoadBalancer, NetworkInterface } from "../../paths/model/network";
import { type LoadBalancerOptions, loadBalancerConfiguration } from "./load-balancer";
import type { Host, Plan } from "./plan";
import type { Tools } from "./tools";

/** A real server in a namespace. */
export type Server =
  | { readonly kind: "haproxy"; readonly host: Host; readonly configuration: string }
  | {
      /** A program of Node.js. */
      readonly kind: "program";
      readonly host: Host;
      readonly words: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: "postgres"; readonly host: Host; readonly port: number };

export interface ServerOptions {
  /** Folder of the sockets by which load balancers are told to change their targets, `<namespace>.sock`, and of their certificates. */
  readonly folder: string;
  /** Time between two health checks. */
  readonly checkMilliseconds: number;
  /** Programs that tasks run. */
  readonly tools: Pick<Tools, "openssl" | "psql">;
}

/** Who ends TLS has a certificate, in a file with its key. */
export const certificateFile = (folder: string, role: "alb" | "nlb"): string => `${folder}/${role}.pem`;

/** HAProxy as NLB and ALB nodes, tasks, and PostgreSQL in each subnet of the database. */
export function servers(plan: Plan, { checkMilliseconds, folder, tools }: ServerOptions): Server[] {
  const program = projectPath("proof/path-lab/task.mjs");
  const { hosts } = plan;
  const databases = hosts.filter(({ of }) => of.role === "database");
  return [
    ...databases.map((host): Server => ({ kind: "postgres", host, port: host.of.listens[0] ?? 5432 })),
    ...hosts
      .filter(({ of }) => of.role === "task" || of.role === "service")
      .map(
        (host): Server => ({ kind: "program", host, words: [program], environment: variables(plan, host.of, tools) }),
      ),
    ...loadBalancerServers(plan, folder, {
      checkMilliseconds,
      certificate: ({ type }) => certificateFile(folder, type === "network" ? "nlb" : "alb"),
    }),
  ];
}

interface BalancerOptions extends Omit<LoadBalancerOptions, "certificate" | "socket"> {
  /** File with the certificate of a load balancer's TLS listeners, and its key. */
  certificate(of: LoadBalancer): string;
}

/** HAProxy as each node of each load balancer, with its socket in the folder. */
export function loadBalancerServers(
  { hosts, network }: Plan,
  folder: string,
  { certificate, ...options }: BalancerOptions,
): Server[] {
  return [...network.loadBalancers.values()].flatMap((loadBalancer) =>
    hosts
      .filter(({ of }) => loadBalancer.nodes.includes(of))
      .map((host): Server => {
        const own = { ...options, certificate: certificate(loadBalancer), socket: `${folder}/${host.name}.sock` };
        return { kind: "haproxy", host, configuration: loadBalancerConfiguration(network, loadBalancer, own) };
      }),
  );
}

/** A task speaks what the configuration says, as its image would, and asks the databases if it is to reach them. */
function variables(
  { environment, hosts }: Plan,
  of: NetworkInterface,
  { openssl, psql }: ServerOptions["tools"],
): Record<string, string> {
  const service = services(environment).find(({ name }) => of.role === "service" && name === of.workload);
  const { healthCheckPath, route } = service?.options ?? environment.application;
  const asks = usedBy({ environment }, of).includes("database");
  const databases = hosts.filter((host) => host.of.role === "database" && asks);
  return {
    SERVICE: service?.name ?? "application",
    PORT: `${of.listens[0] ?? 8080}`,
    PROTOCOL_VERSION: route.protocol,
    ...(route.tls && { TLS: "1" }),
    HEALTH_CHECK_PATH: healthCheckPath,
    DATABASES: databases.map((host) => host.of.address).join(","),
    DATABASE_PORT: `${databases[0]?.of.listens[0] ?? 5432}`,
    OPENSSL: openssl,
    PSQL: psql,
  };
}
