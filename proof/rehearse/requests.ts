import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancer,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { resourcePrefix, routedTo } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { type ServiceWorkload, services, workloadPrefix } from "../../config/workloads";
import { count } from "../../engine/words";
import type { Check } from "../../operations/verify/check";
import { expressionOf } from "../../paths/model/listener-rules";
import { stackId } from "../../stacks/base";
import type { RoutedRequest } from "../lab/emulator";
import { checkStep, type LookOptions } from "./look";
import { limitChecks } from "./request-limits";
import { type Alongside, secondPlanTitle } from "./stack-runs";

/** A request to the ALB, as far as rules of its listeners look at it. */
export interface Asked {
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

/** Who answers a request: an ECS service, on a port of its tasks. */
interface Answerer {
  /** Of a service, in the file; undefined for the application. */
  readonly name?: string;
  readonly serviceName: string;
  readonly containerPort: number;
}

const OTHER_HOST = "other.example.com";

/** Sends requests through the emulated ALB to the application and every service; undefined where no ALB is rehearsed. */
export function requestsStep(options: LookOptions): Alongside | undefined {
  const compute = options.stacks.find(({ id }) => id === stackId("compute", options.environment));
  if (compute === undefined) return undefined;
  return {
    ...checkStep("Requests through the ALB", () => sendAll(options), options),
    dependencies: [secondPlanTitle(compute.id)],
  };
}

async function* sendAll({ clientOptions, emulator, environment }: LookOptions): AsyncGenerator<Check> {
  const { DNSName = "", LoadBalancerArn = "" } = await loadBalancer(
    new ElasticLoadBalancingV2Client(clientOptions),
    environment,
  );
  const requests = requestsTo(environment, DNSName);
  for (const answerer of answerers(environment)) {
    const all = requests.filter((asked) => answererOf(environment, asked) === answerer.name);
    const elsewhere: string[] = [];
    for (const asked of all) {
      const routed = await emulator.routeRequest({ loadBalancerArn: LoadBalancerArn, ...asked });
      if (!isAnsweredBy(answerer, routed)) elsewhere.push(`${address(asked)} ${described(routed)}`);
    }
    const { name } = answerer;
    const item = `the ALB sends ${name === undefined ? "the application" : `service ${name}`} the requests that the configuration says`;
    const [first] = all;
    const example = first && address(first);
    yield all.length > 0 && elsewhere.length === 0
      ? {
          item,
          status: "pass",
          saw: `${count(all.length, "request")}, e.g. ${example}, reached a task of ${answerer.serviceName}`,
        }
      : {
          item,
          status: "fail",
          saw: elsewhere.join("\n") || "no request was meant for it: a rule of a lower number takes them all",
          next: "modules/workloads/further-service.ts makes the rules, and proof/rehearse/requests.ts says who has to answer",
        };
  }
  const [first] = requests;
  if (first) yield* limitChecks(environment, emulator, { ...first, loadBalancerArn: LoadBalancerArn });
}

async function loadBalancer(elb: ElasticLoadBalancingV2Client, environment: Environment): Promise<LoadBalancer> {
  const Names = [`${resourcePrefix(environment)}-alb`];
  const { LoadBalancers: [found] = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names }));
  if (found === undefined) throw new Error(`there is no load balancer ${Names[0]}`);
  return found;
}

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

const answerers = (environment: Environment): Answerer[] => [
  {
    serviceName: `${resourcePrefix(environment)}-app`,
    containerPort: routedTo(environment.application).port,
  },
  ...services(environment).map((service) => ({
    name: service.name,
    serviceName: workloadPrefix(environment, service),
    containerPort: service.options.containerPort,
  })),
];

const isAnsweredBy = ({ containerPort, serviceName }: Answerer, { target, task }: RoutedRequest): boolean =>
  task?.group === `service:${serviceName}` && target?.port === containerPort;

const address = ({ host, path, port }: Asked): string => `${host}:${port}${path}`;

const described = ({ action, priority, status, target, task }: RoutedRequest): string =>
  `met the rule of priority ${priority}: ${action} ${status ?? `to ${task?.group ?? "no task"} on port ${target?.port}`}`;
