import type { Environment } from "../../config/schema";
import { type ServiceWorkload, services } from "../../config/workloads";
import { expressionOf } from "../../paths/model/listener-rules";

/** A request to the ALB, as far as rules of its listeners look at it. */
export interface Asked {
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

const OTHER_HOST = "other.example.com";

/** For each service, requests on every port that meet its conditions, those of another as well, and some that just do not. */
export function requestsTo(environment: Environment, dnsName: string): Asked[] {
  const ports = environment.compute.loadBalancer.listeners.map(({ port }) => port);
  const namedHosts = services(environment).flatMap(({ options: { expose } }) => expose.hostNames.map(example));
  const wanted = services(environment).flatMap(({ options: { expose } }) => {
    const paths = expose.pathPatterns.length > 0 ? expose.pathPatterns.map(example) : ["/"];
    const hosts = expose.hostNames.length > 0 ? expose.hostNames.map(example) : [dnsName];
    const others = namedHosts.filter((host) => !hosts.includes(host));
    return [
      ...others.map((host) => ({ host, path: paths[0] ?? "/" })),
      ...hosts.flatMap((host) => paths.map((path) => ({ host, path }))),
      ...hosts.map((host) => ({ host: host.toUpperCase(), path: paths[0] ?? "/" })),
      ...paths.map((path) => ({ host: OTHER_HOST, path })),
      ...paths.map((path) => ({ host: hosts[0] ?? dnsName, path: `/before${path}` })),
      ...paths.map((path) => ({ host: hosts[0] ?? dnsName, path: path.toUpperCase() })),
    ];
  });
  return ports.flatMap((port) => [{ host: dnsName, path: "/" }, ...wanted].map((asked) => ({ port, ...asked })));
}

/** What a pattern stands for, e.g. `/reports/any` for `/reports/*`. */
const example = (pattern: string): string => pattern.replaceAll("*", "any").replaceAll("?", "a");

/** Name of the service that a request is meant for: of those whose conditions it meets, that of the lowest number; undefined: the application. */
export function answererOf(environment: Environment, { host, path, port }: Asked): string | undefined {
  const meets = ({ options: { expose } }: ServiceWorkload) =>
    (expose.listenerPorts?.includes(port) ?? true) &&
    (expose.pathPatterns.length === 0 || expose.pathPatterns.some((each) => pattern(each).test(path))) &&
    (expose.hostNames.length === 0 || expose.hostNames.some((each) => pattern(each, "i").test(host)));
  const [first] = services(environment)
    .filter(meets)
    .sort((a, b) => a.options.expose.priority - b.options.expose.priority);
  return first?.name;
}

const pattern = (text: string, flags = ""): RegExp => new RegExp(expressionOf(text), flags);
