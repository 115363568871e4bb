import { loadBalancerConfiguration } from "../../../proof/path-lab/load-balancer";
import { type LabRequest, labRequests } from "../../../proof/path-lab/requests";
import { servers } from "../../../proof/path-lab/servers";
import { planOf, SERVICES, TLS } from "./mode";

/** Sections of a node's configuration by their first line. */
function sections(part: string, type: "application" | "network"): Record<string, string[]> {
  const { network } = planOf(part);
  const [loadBalancer] = [...network.loadBalancers.values()].filter((one) => one.type === type);
  if (!loadBalancer) throw new Error(`no ${type} load balancer`);
  const options = { socket: "/lab/node.sock", checkMilliseconds: 500, certificate: "/lab/alb.pem" };
  const text = loadBalancerConfiguration(network, loadBalancer, options);
  return Object.fromEntries(
    text
      .trim()
      .split(/\n(?=\S)/)
      .map((section) => section.split(/\n */))
      .map(([head = "", ...lines]) => [head.replace(/_[0-9A-F]{8}$/, ""), lines]),
  );
}

test("the ALB tries its rules by priority on the listeners that they are for, and the application last", () => {
  const { "frontend port443": https = [], "frontend port80": http = [] } = sections(SERVICES, "application");
  const rules = (lines: readonly string[]) =>
    lines.filter((line) => /backend|acl/.test(line)).map((line) => line.replace(/_[0-9A-F]{8}/, ""));
  expect(rules(http)).toEqual([
    "acl path20 path -m reg -- ^/reports/.*$",
    "acl path20 path -m reg -- ^/o\\'neill\\\\+sons/report-.\\\\.html$",
    "use_backend service-reports_target-group if path20",
    "default_backend load-balancer_target-group",
  ]);
  expect(rules(https)).toEqual([
    "acl path10 path -m reg -- ^/prices\\\\.Prices/.*$",
    "acl path10 path -m reg -- ^/grpc\\\\.health\\\\.v1\\\\.Health/.*$",
    "use_backend service-prices_target-group if path10",
    ...rules(http).slice(0, 3),
    "acl host30 req.hdr(host),host_only -m reg -i -- ^.*\\\\.status\\\\.example\\\\.com$",
    "use_backend service-status_target-group if host30",
    "default_backend load-balancer_target-group",
  ]);
});

test.each([
  ["load-balancer", "task", "8080 check port 8080"],
  ["service-reports", "reports", "8080 check port 8080 ssl check-ssl verify none"],
  ["service-status", "status", "8081 check port 8081 proto h2"],
  ["service-prices", "prices", "50051 check port 50051 ssl check-ssl verify none alpn h2 check-alpn h2"],
])("targets of %s are the tasks of %s alone, by its protocol", (group, name, wanted) => {
  const lines = sections(SERVICES, "application")[`backend ${group}_target-group`] ?? [];
  const tasks = planOf(SERVICES).network.interfaces.filter(({ role, workload }) => (workload ?? role) === name);
  expect(tasks).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith("server "))).toEqual(
    tasks.map(({ address }, index) => `server target${index + 1} ${address}:${wanted}`),
  );
});

test("a listener with a certificate ends TLS: the ALB with HTTP/2, the NLB without a choice of protocols", () => {
  const [alb] = sections(TLS, "application")["frontend port8443"] ?? [];
  const [nlb, ...lines] = sections(TLS, "network")["listen port443"] ?? [];
  expect(alb).toBe("bind 0.0.0.0:8443 ssl crt /lab/alb.pem ssl-min-ver TLSv1.2 alpn h2,http/1.1");
  expect(nlb).toBe("bind 0.0.0.0:443 ssl crt /lab/alb.pem ssl-min-ver TLSv1.2");
  expect(lines.at(-1)).toMatch(/:8443 check port 8443 ssl check-ssl verify none$/);
  expect(sections(SERVICES, "network")["listen port443"]?.[0]).toBe("bind 0.0.0.0:443");
});

test("a condition or an action that the lab lacks is an error, not another way", () => {
  const { network } = planOf(SERVICES);
  const [alb] = [...network.loadBalancers.values()].filter(({ type }) => type === "application");
  const configure = (changed: object) => () =>
    loadBalancerConfiguration(
      network,
      {
        ...(alb as NonNullable<typeof alb>),
        listeners: (alb?.listeners ?? []).map((one) => ({
          ...one,
          rules: one.rules.map((rule) => ({ ...rule, ...changed })),
        })),
      },
      { socket: "", checkMilliseconds: 500, certificate: "" },
    );
  expect(configure({ otherConditions: ["source_ip"] })).toThrow(/lacks source_ip of aws_lb_listener_rule\.service-/);
  expect(configure({ action: "redirect", targetGroup: undefined })).toThrow(/lacks the action redirect of/);
});

test("tasks speak what the configuration says, and ask the database only where they use it", () => {
  const options = { folder: "/lab", checkMilliseconds: 500, tools: { openssl: "openssl", psql: "psql" } };
  const environments = servers(planOf(SERVICES), options).flatMap((one) =>
    one.kind === "program" ? [one.environment] : [],
  );
  const spoken = Object.fromEntries(
    environments.map(({ DATABASES, HEALTH_CHECK_PATH, PROTOCOL_VERSION, SERVICE, TLS: tls }) => [
      SERVICE,
      [PROTOCOL_VERSION, tls, HEALTH_CHECK_PATH, DATABASES !== ""],
    ]),
  );
  expect(spoken).toEqual({
    application: ["HTTP1", undefined, "/health", true],
    reports: ["HTTP1", "1", "/reports/health", true],
    status: ["HTTP2", undefined, "/status", false],
    prices: ["GRPC", "1", "/grpc.health.v1.Health/Check", false],
  });
});

describe("requests of the consumer's client", () => {
  const wanted = (request: LabRequest) => `${request.version} ${request.port} ${request.expected.answeredBy}`;

  test("every service is asked in its own version on every listener that leads to it, through each interface of the endpoint", () => {
    const requests = labRequests(planOf(SERVICES));
    expect([...new Set(requests.map(wanted))].sort()).toEqual([
      "GRPC 443 prices",
      "HTTP1 443 application",
      "HTTP1 443 reports",
      "HTTP1 80 application",
      "HTTP1 80 reports",
      "HTTP2 443 status",
    ]);
    expect(new Set(requests.map(({ address }) => address)).size).toBe(2);
    for (const { expected, port, tls } of requests) {
      expect({ tls, certificate: expected.certificate }).toEqual(
        port === 443 ? { tls: true, certificate: "alb" } : { tls: false, certificate: undefined },
      );
    }
  });

  test("without a consumer of its own, one that is not known here asks every node of the NLB", () => {
    const plan = planOf(SERVICES);
    const hosts = plan.hosts.filter(({ of }) => of.role !== "client");
    const requests = labRequests({ ...plan, hosts });
    const nodes = hosts.flatMap(({ of }) => (of.role === "nlb" ? of.address : []));
    expect(new Set(requests.map(({ address }) => address))).toEqual(new Set(nodes));
    expect(requests.map(wanted)).toEqual(labRequests(plan).map(wanted));
  });

  test("where the NLB ends TLS its certificate is seen, and newer versions are refused with 464", () => {
    const plan = planOf(TLS);
    const { application } = plan.environment;
    const newer = { ...application, route: { ...application.route, protocol: "HTTP2" as const } };
    const expected = (environment: typeof plan.environment) =>
      labRequests({ ...plan, environment }).map((request) => request.expected);
    expect(expected(plan.environment)).toEqual([{ status: 200, answeredBy: "application", certificate: "nlb" }]);
    expect(expected({ ...plan.environment, application: newer })).toEqual([{ status: 464, certificate: "nlb" }]);
  });
});
