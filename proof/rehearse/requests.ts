import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { resourcePrefix, routedTo } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { services, workloadPrefix } from "../../config/workloads";
import { count } from "../../engine/words";
import { type Check, checked } from "../../operations/verify/check";
import { loadBalancer } from "../../operations/verify/load-balancer";
import { type Asked, answererOf, requestsTo } from "../lab/asked-requests";
import type { RoutedRequest } from "../lab/emulator";
import { checkStep, type LookOptions } from "./look";
import { limitChecks } from "./request-limits";
import { type Alongside, secondPlanTitle } from "./stack-runs";

/** Who answers a request: an ECS service, on a port of its tasks. */
interface Answerer {
  /** Of a service, in the file; undefined for the application. */
  readonly name?: string;
  readonly serviceName: string;
  readonly containerPort: number;
}

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
    `${resourcePrefix(environment)}-alb`,
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
    const good = all.length > 0 && elsewhere.length === 0;
    yield checked(
      item,
      good,
      good
        ? `${count(all.length, "request")}, e.g. ${example}, reached a task of ${answerer.serviceName}`
        : elsewhere.join("\n") || "no request was meant for it: a rule of a lower number takes them all",
      "modules/workloads/further-service.ts makes the rules, and proof/lab/asked-requests.ts says who has to answer",
    );
  }
  const [first] = requests;
  if (first) yield* limitChecks(environment, emulator, { ...first, loadBalancerArn: LoadBalancerArn });
}

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
