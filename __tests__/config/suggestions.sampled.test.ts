import fc from "fast-check";
import { parse } from "yaml";
import { allOptions } from "../../config/options";
import { consumerSchema, environmentSchema } from "../../config/schema";
import { runs, seed, thorough } from "../lane";
import { changed } from "./changed";
import { consumer, environment, problemsOf } from "./support";

/** What a suggestion says to write, in YAML's values; undefined where it names no value. */
function suggested(fix: string): unknown {
  const below = /^write (.*) indented below it$/s.exec(fix)?.[1];
  if (below?.includes(":")) return parse(below);
  const value =
    /^(?:write|did you mean|put it in quotes:|remove the quotes:|write it as a list:|write a whole number, e\.g\.) (.+?)(?:\?|: the unit .*|: 1024 is .*)?$/.exec(
      fix,
    )?.[1];
  if (value === undefined || / |^(one|its|the)$/.test(value.replace(/^\[.*\]$|^".*"$/, ""))) return undefined;
  if (/^".*"$|^\[.*\]$/.test(value)) return JSON.parse(value);
  if (/^-?\d+(\.\d+)?$/.test(value))
    return fix.startsWith("did you mean") || !fix.includes('"') ? Number(value) : value;
  return value === "true" ? true : value === "false" ? false : value;
}

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      "yes",
      "no",
      "on",
      "off",
      "True",
      "1_000",
      "512Mi",
      "30s",
      "10GB",
      "0.25",
      " 5 ",
      "012",
      "ipv6",
      "amd64",
      "prod",
    ],
    ...["444455556666", "arn:aws:iam::444455556666", "10.20.0.0", "https://app.example.com/", "App.Example.com."],
    ...["eu_central_1", "eu-central-1a", "eu-mars-1", "${ACCOUNT}", "$HOME", "a", "", "app", "index.html", "t4g"],
    ...[0.25, 0.5, 1.5, -1, 0, 1e21, 444455556666, true, false, null],
  ),
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom<unknown>([], {}, ["x"], [1], [{ name: "A", value: "b" }], ["A=b"], { x: 1 }, [[1]]),
);

test.each([
  ["environment", environmentSchema, (value: object) => ({ environments: { test: value } }), environment],
  ["consumer", consumerSchema, (value: object) => ({ consumers: { test: value } }), consumer],
] as const)(
  "a suggestion for an option of the %s passes the check that it comes from",
  (_kind, schema, files, base) => {
    const paths = [...allOptions(schema)].map(({ path }) => path.join(".")).filter((path) => !/\[\]|<name>/.test(path));
    let applied = 0;
    fc.assert(
      fc.property(fc.constantFrom(...paths), odd, (path, value) => {
        const before = problemsOf(files(changed(base, { [path]: value }))).find((problem) => problem.path === path);
        if (before === undefined || before.source) return;
        const better = suggested(before.fix);
        if (better === undefined) return;
        applied += 1;
        const after = problemsOf(files(changed(base, { [path]: better })));
        const still = after.find((problem) => problem.path === path && problem.allowed === before.allowed);
        expect({ path, value, fix: before.fix, still }).toEqual({ path, value, fix: before.fix, still: undefined });
      }),
      { numRuns: runs(400), seed },
    );
    if (thorough) expect(applied).toBeGreaterThan(5);
  },
);

const fixes = (changes: Readonly<Record<string, unknown>>) =>
  problemsOf({ environments: { test: changed(environment, changes) } }).map(({ fix }) => fix);

test.each<[string, unknown, RegExp]>([
  ["data.backup.vault", "own", /^remove it$/],
  ["data.fileSystem.enabled", false, /use: none/],
  ["data.fileSystem.id", "fs-0123456789abcdef0", /data.fileSystem.existing.id/],
  ["data.database.use", "external", /^write existing$/],
  ["data.database.engine", "postgresql", /^write postgres$/],
  ["privatelink.identity", { mode: "mutual-tls" }, /did you mean compute.loadBalancer.mutualTls\?/],
  ["privatelink.consumers.acme", { limits: { perIp: 100 } }, /every request has the address of the NLB, whoever asks/],
  ["privatelink.consumers.acme", { limits: { requestsPerMinute: 100 } }, /five times as many/],
  ["compute.loadBalancer.waf", true, /compute\.loadBalancer\.webAclArn/],
  ["network.vpcId", "vpc-0123456789abcdef0", /network.existing.vpcId/],
  ["application.cpu", 0.25, /^write 256/],
  ["application.memoryMib", "512Mi", /^write 512/],
  ["application.cpu", "1_024", /^write 1024/],
  ["network.ipAddressType", "ipv6", /^write dualstack$/],
  ["privatelink.allowedPrincipals", [444455556666], /arn:aws:iam::444455556666:root/],
  ["privatelink.allowedPrincipals", ["444455556666"], /^write arn:aws:iam::444455556666:root$/],
  ["accountId", "${ACCOUNT}", /variables such as \$\{ACCOUNT\} are not substituted/],
  ["application.environment", [{ name: "A", value: "b" }], /NAME: value a line, without hyphens, e\.g\. A: "b"/],
  ["application.environment", ["A=b=c"], /e\.g\. A: "b=c"/],
  ["tags", [{ Key: "team", Value: "x" }], /e\.g\. team: "x"/],
  ["network.cidr", "10.20.0.1/16", /^write 10\.20\.0\.0\/16$/],
  ["data.database.instanceClass", "t4g.micro", /^write db\.t4g\.micro$/],
  ["data.database.instanceClass", "db.t9.huge", /^write it in that form$/],
  ["compute.ec2.instanceType", "m9g.huge", /^write it in that form$/],
  ["observability.logRetentionDays", 45, /^choose 30 or 60$/],
  ["observability.logRetentionDays", 9999, /^choose 3653$/],
  ["network.natGateways", 1, /^write single$/],
  ["network.natGateways", true, /^write single$/],
  ["network.natGateways", 3, /^write perAz$/],
  ["application.healthCheck", { path: "/health" }, /healthCheckPath \(by the load balancer\)/],
  ["jobs.nightly", { command: ["report"], schedule: "0 3 * * *" }, /^write cron\(0 3 \* \* \? \*\)$/],
  ["jobs.nightly", { command: ["report"], schedule: "30 6 * * 1-5" }, /^write cron\(30 6 \? \* 2-6 \*\)$/],
  ["jobs.nightly", { command: ["report"], schedule: "cron(0 3 1 * *)" }, /^write cron\(0 3 1 \* \? \*\)$/],
  ["privatelink.consumers.acme", { principals: ["arn:aws:iam::444455556666:root"], until: "31.3.2027" }, /2027-03-31/],
  ["application.command", "node server.js", /^write it as a list: \["node","server\.js"\]$/],
  ["application.command", "npm run migrate && node server.js", /: \["sh","-c","npm run migrate && node server\.js"\]$/],
  ["application.healthCheckCommand", "curl -f http://localhost/", /: \["CMD","curl","-f","http:\/\/localhost\/"\]$/],
  [
    "application.healthCheckCommand",
    "curl -f localhost || exit 1",
    /: \["CMD-SHELL","curl -f localhost \|\| exit 1"\]$/,
  ],
  ["compute.launchType", "FARGATE_SPOT", /^write FARGATE$/],
  ["network.subnets", { private: 24 }, /privatePrefixLength/],
  ["iam.rolePath", "team", /^write \/team\/$/],
  ["services.admin.paths", ["/admin/*"], /expose\.pathPatterns/],
  ["privatelink.listeners", [{ port: 443, protocol: "TLS" }], /certificateArn is TLS/],
  ["backend.bucket", "of-mine", /backend\.s3\.bucket/],
  ["privatelink.privateDns", { name: "localhost" }, /^write it in that form$/],
  ["application.image", "docker.io/library/nginx:1", /^write uri: docker\.io\/library\/nginx:1 indented below it$/],
  ["application.image", "nginx", /^write its options indented below it$/],
  ["backend", "s3", /^write type: s3 indented below it$/],
  ["region", "eu-mars-9", /the list is this project's/],
])("%s: %j", (path, value, fix) => {
  expect(fixes({ [path]: value })).toContainEqual(expect.stringMatching(fix));
});

test.each(["policy", "endpoint.policy"])("a consumer's %s: why there is none", (path) => {
  const [found] = problemsOf({ consumers: { client: changed(consumer, { [path]: "{}" }) } });
  expect(found).toMatchObject({ path, fix: expect.stringMatching(/full access to endpoints of services/) });
});

test("a reason in block text is a reason", () => {
  for (const style of ["|", ">", ">-"]) {
    const text = `stage: production\nregion: eu-central-1\naccountId: "111122223333"\nnetwork: {cidr: 10.20.0.0/16}\nobservability: {alarmEmails: [a@example.com]}\ndata: {database: {multiAz: false}}\napplication: {image: {build: {}}}\nprivatelink: {enforceInboundRulesOnPrivateLinkTraffic: "off"}\nacknowledge:\n  plaintext: agreed with the data team\n  singleAzDatabase: ${style}\n    agreed with the\n    data team\n`;
    expect(problemsOf({ environments: { test: text } })).toEqual([]);
  }
});

test("a consumer in environments/ and an environment in consumers/: one problem, which says where to move it", () => {
  expect(problemsOf({ environments: { client: consumer } })).toEqual([
    expect.objectContaining({ given: expect.stringContaining("a consumer"), fix: "move the file to consumers/" }),
  ]);
  expect(problemsOf({ consumers: { dev: environment } })).toEqual([
    expect.objectContaining({
      given: expect.stringContaining("an environment"),
      fix: "move the file to environments/",
    }),
  ]);
});

test("merge keys are read", () => {
  const text = `x: &x {cidr: 10.20.0.0/16, natGateways: single}\n`;
  const merged = `stage: development\nregion: eu-central-1\naccountId: "111122223333"\nnetwork:\n  <<: {cidr: 10.20.0.0/16, natGateways: single}\napplication: {image: {build: {}}}\nprivatelink: {enforceInboundRulesOnPrivateLinkTraffic: "off"}\n`;
  expect(text).toContain("&x");
  expect(problemsOf({ environments: { test: merged } })).toEqual([]);
});
