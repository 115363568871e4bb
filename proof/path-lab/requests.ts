import type { Environment } from "../../config/schema";
import { services } from "../../config/workloads";
import { answererOf, requestsTo } from "../lab/asked-requests";
import { type Way, ways } from "./listeners";
import type { Plan } from "./plan";

/** A request of a consumer's client through its endpoint, and who has to answer it by the configuration. */
export interface LabRequest {
  /** Namespace of the client. */
  readonly from: string;
  /** Interface of the endpoint. */
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly version: "HTTP1" | "HTTP2" | "GRPC";
  readonly tls: boolean;
  readonly expected: Answer;
}

/** What came back, as far as it says who answered. */
export interface Answer {
  readonly status?: number;
  /** Name of the service; `application` of the application. */
  readonly answeredBy?: string;
  /** Whose certificate the client saw. */
  readonly certificate?: string;
  readonly grpcStatus?: string;
  /** Why there is no answer. */
  readonly error?: string;
}

/**
 * Requests to the application and to each service on every listener of the NLB that a consumer uses, from one client
 * through each of its endpoint's interfaces in turn; where no consumer is configured, from one that is not known here.
 */
export function labRequests({ attempts, environment, hosts, network, outsides }: Plan): LabRequest[] {
  const client =
    hosts.find(({ of }) => of.role === "client") ?? outsides.find(({ kind }) => kind === "foreign consumer");
  if (!client) return [];
  const open = attempts.flatMap(({ connections, expected }) =>
    expected === "open" ? connections.filter(({ from }) => from === client.name) : [],
  );
  return ways(network).flatMap((way) => {
    const addresses = [...new Set(open.flatMap(({ address, port }) => (port === way.port ? address : [])))];
    const asked = requestsTo(environment, "service.example.com").filter(({ port }) => port === way.albListener.port);
    return asked.flatMap((request, index) => {
      const address = addresses[index % addresses.length];
      const answer = answered(environment, way, answererOf(environment, request));
      return address === undefined ? [] : [{ ...request, from: client.name, address, port: way.port, ...answer }];
    });
  });
}

/** A client speaks what the service does, where it can: the NLB's own TLS listeners agree on no newer version. */
function answered(
  environment: Environment,
  { endsTls }: Way,
  name: string | undefined,
): Pick<LabRequest, "expected" | "tls" | "version"> {
  const options = services(environment).find((service) => service.name === name)?.options ?? environment.application;
  const { protocol } = options.route;
  const certificate = endsTls && { certificate: endsTls };
  if (protocol !== "HTTP1" && endsTls !== "alb") {
    return { version: "HTTP1", tls: endsTls !== undefined, expected: { status: 464, ...certificate } };
  }
  return {
    version: protocol,
    tls: endsTls !== undefined,
    expected: {
      status: 200,
      answeredBy: name ?? "application",
      ...certificate,
      ...(protocol === "GRPC" && { grpcStatus: "0" }),
    },
  };
}

/** Whether an answer is the one that the configuration wants. */
export const isExpected = (expected: Answer, actual: Answer): boolean =>
  (["status", "answeredBy", "certificate", "grpcStatus", "error"] as const).every(
    (part) => actual[part] === expected[part],
  );

/** A request in a few words. */
export const describeRequest = ({ host, path, port, tls, version }: LabRequest): string =>
  `${{ HTTP1: "HTTP/1.1", HTTP2: "HTTP/2", GRPC: "gRPC" }[version]} ${tls ? "https" : "http"}://${host}:${port}${path}`;

/** An answer in a few words. */
export const describeAnswer = ({ answeredBy, certificate, error, grpcStatus, status }: Answer): string =>
  error ??
  [
    `${status} of ${answeredBy ?? "a load balancer"}`,
    ...(certificate === undefined ? [] : [`certificate of ${certificate}`]),
    ...(grpcStatus === undefined ? [] : [`gRPC status ${grpcStatus}`]),
  ].join(", ");
