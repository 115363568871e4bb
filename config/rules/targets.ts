import { serviceListeners } from "../derive";
import type { Path } from "../problem";
import type { Environment } from "../schema";
import type { TargetOptions } from "../schema/target";
import { services } from "../workloads";
import type { EnvironmentRule, Finding } from "./rule";

const versions =
  'User Guide for Application Load Balancers, "Target groups for your Application Load Balancers", protocol version';

/** The application and the services beside it: how the ALB speaks to each, and on which ports of listeners. */
const targets = (
  environment: Environment,
): { path: Path; options: TargetOptions; listenerPorts?: readonly number[] }[] => [
  { path: ["application", "route"], options: environment.application.route },
  ...services(environment).map(({ options, path }) => ({
    path: [...path, "route"],
    options: options.route,
    listenerPorts: options.expose.listenerPorts,
  })),
];

/** The ALB takes requests by HTTP/2 and gRPC over TLS alone. */
export const newerProtocolsComeOverTls: EnvironmentRule = (environment) => {
  const plain = environment.compute.loadBalancer.listeners.filter(({ certificateArn }) => !certificateArn);
  return targets(environment).flatMap(({ listenerPorts, options: { protocol }, path }): Finding[] => {
    const leading = plain.filter(({ port }) => listenerPorts?.includes(port) !== false);
    if (protocol === "HTTP1" || leading.length === 0) return [];
    return [
      {
        path: [...path, "protocol"],
        given: `${protocol}, while the ALB listener on port ${leading[0]?.port} speaks HTTP`,
        allowed: "HTTP1, unless every listener that leads there has a certificateArn",
        fix: "add certificateArn to that entry of compute.loadBalancer.listeners, or use HTTP1",
        source: versions,
      },
    ];
  });
};

/** The NLB checks the ALB by requests of HTTP/1.1, which the ALB answers with 464 where the tasks speak a newer version. */
export const newerProtocolsAreCheckedByTcp: EnvironmentRule = ({ application, privatelink }) => {
  const { protocol } = application.route;
  if (protocol === "HTTP1" || privatelink.targetGroup.healthCheckProtocol === "TCP") return [];
  const source = 'User Guide for Application Load Balancers, "Troubleshoot your Application Load Balancers", HTTP 464';
  if (privatelink.albTargetMode === "alb-target") {
    return [
      {
        path: ["application", "route", "protocol"],
        allowed: "with privatelink.albTargetMode alb-target: HTTP1, since the NLB then checks the ALB by HTTP/1.1",
        fix: "choose albTargetMode ip-sync with targetGroup.healthCheckProtocol TCP, or let a service of its own have the protocol",
        source,
      },
    ];
  }
  return [
    {
      path: ["privatelink", "targetGroup", "healthCheckProtocol"],
      allowed: `with application.route.protocol ${protocol}: TCP`,
      fix: "write TCP; the ALB still checks the tasks themselves",
      source,
    },
  ];
};

/** The NLB agrees on no protocol with its clients: where it ends TLS, the ALB gets HTTP/1.1, and answers with 464. */
export const newerProtocolsPassTheNlb: EnvironmentRule = (environment) => {
  const listeners = serviceListeners(environment);
  return targets(environment).flatMap(({ listenerPorts, options: { protocol }, path }): Finding[] => {
    const leading = listeners.filter(({ albListenerPort }) => listenerPorts?.includes(albListenerPort) !== false);
    const [first] = leading;
    if (protocol === "HTTP1" || !first || leading.some(({ certificateArn }) => !certificateArn)) return [];
    return [
      {
        path: [...path, "protocol"],
        given: `${protocol}, while the NLB ends TLS wherever it leads there, e.g. on port ${first.port}`,
        allowed: "HTTP1, unless a listener of the NLB passes TLS through to the ALB",
        fix: "remove certificateArn from an entry of privatelink.listeners, since the ALB listener has one, or use HTTP1",
        source: 'User Guide for Network Load Balancers, "ALPN policies": without a policy, none is negotiated',
      },
    ];
  });
};
