import type { Environment } from "../../../config/schema";
import { answererOf, requestsTo } from "../../../proof/lab/asked-requests";
import { everythingOn } from "../../../proof/rehearse/exercised";

function team(): Environment {
  const found = everythingOn().environments.find(({ name }) => name === "team");
  if (found === undefined) throw new Error("the environment team is gone");
  return found;
}

/** The environment with a listener on port 8080 besides, on which `reports` is not reached, and another order of the rules. */
function changed(): Environment {
  const environment = team();
  const { admin, reports } = environment.services;
  if (!admin || !reports) throw new Error("the services of team have other names");
  const [listener] = environment.compute.loadBalancer.listeners;
  if (!listener) throw new Error("team has no listener");
  const loadBalancer = { ...environment.compute.loadBalancer, listeners: [listener, { ...listener, port: 8080 }] };
  return {
    ...environment,
    compute: { ...environment.compute, loadBalancer },
    services: { reports, admin: { ...admin, expose: { ...admin.expose, priority: 10 } } },
  };
}

test.each([
  ["alb.example.com:80/reports/2026", "reports"],
  ["alb.example.com:80/reports", undefined],
  ["alb.example.com:80/Reports/2026", undefined],
  ["alb.example.com:8080/reports/2026", undefined],
  ["Admin.Example.com:80/anything", "admin"],
  ["admin.example.com:8080/anything", "admin"],
  ["admin.example.com:80/reports/2026", "admin"],
  ["adminXexample.com:80/anything", undefined],
])("%s is meant for %s (undefined: the application)", (address, to) => {
  const [, host = "", port, path = ""] = /^(.*):(\d+)(\/.*)$/.exec(address) ?? [];
  expect(answererOf(changed(), { host, path, port: Number(port) })).toBe(to);
});

test("requests to every service and to the application are made, on every port", () => {
  const environment = changed();
  const requests = requestsTo(environment, "alb.example.com");
  const meant = new Set(requests.map((asked) => `${asked.port} ${answererOf(environment, asked) ?? "application"}`));
  expect([...meant].sort()).toEqual(["80 admin", "80 application", "80 reports", "8080 admin", "8080 application"]);
});
