import fc from "fast-check";
import { parse } from "yaml";
import { options as answers } from "../../config/answers";
import { allOptions, schemaAt } from "../../config/options";
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
  ["application.image", "nginx", /^write uri: registry\/repository:tag indented below it$/],
  ["backend", "s3", /^write type: s3 indented below it$/],
  ["region", "eu-mars-9", /the list is this project's/],
  ["region", "Frankfurt", /^write eu-central-1$/],
  ["project", "My App", /^write my-app$/],
  ["accountId", "1111-2222-3333", /^write "111122223333"$/],
  ["application.memoryMib", "2GB", /^write 2048: the unit is MiB$/],
  ["application.memoryMib", "0.5 GB", /^write 512: the unit is MiB$/],
  ["application.cpu", "500m", /^write 512: the unit is 1\/1024 vCPU$/],
  ["application.cpu", ".5 vCPU", /^write 512: the unit/],
  ["application.writableFolders", { "/tmp": "1Gi" }, /^write 1024: the unit is MiB$/],
  ["application.stopTimeoutSeconds", "1m", /^write 60: the unit is seconds$/],
  ["compute.loadBalancer.idleTimeoutSeconds", "5m", /^write 300: the unit is seconds$/],
  ["data.database.allocatedStorageGib", "1TB", /^write 1024: the unit is GiB$/],
  ["data.database.backupRetentionDays", "1w", /^write 7: the unit is days$/],
  ["jobs.nightly", { command: ["x"], timeoutMinutes: "1h" }, /^write 60: the unit is minutes$/],
  ["jobs.nightly", { command: ["x"], schedule: "@daily" }, /^write cron\(0 0 \* \* \? \*\)$/],
  ["jobs.nightly", { command: ["x"], schedule: "every 5 minutes" }, /^write rate\(5 minutes\)$/],
  ["jobs", { "Nightly Report": { command: ["x"] } }, /^rename it to nightly-report$/],
  ["application.permissions", { "read-x": { use: "s3-read", of: "arn:aws:s3:::a" } }, /^rename it to ReadX$/],
  ["application.writableFolders", { tmp: 64 }, /^rename it to \/tmp$/],
  ["application.cmd", ["x"], /^rename it to command, a list$/],
  ["application.desired_count", 2, /^write minimumTasks and maximumTasks/],
  ["application.portMappings", [{ containerPort: 80 }], /^write containerPort/],
  ["application.containerDefinitions", [], /other containers in sidecars/],
  ["application.livenessProbe", {}, /healthCheckCommand/],
  ["application.taskRoleArn", "arn:aws:iam::111122223333:role/x", /write permissions/],
  ["application.image", { uri: "nginx:1.29" }, /^write docker\.io\/library\/nginx:1\.29$/],
  ["application.image", { uri: "nginx" }, /a tag or digest/],
  ["application.secrets", { KEY: { valueFrom: "/a" } }, /secretsManager \(the ARN/],
  ["application.secrets", { KEY: { secretsManager: "prod/stripe" } }, /describe-secret/],
  [
    "application.secrets",
    { KEY: { secretsManager: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf:key::" } },
    /^write arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf, and jsonKey: key beside it$/,
  ],
  [
    "application.secrets",
    [{ name: "KEY", valueFrom: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf" }],
    /e\.g\. KEY: \{ secretsManager: "arn/,
  ],
  ["application.sidecars", [{ name: "otel", image: "a/b:1" }], /^write otel: without a hyphen/],
  ["application.ulimits", { nofile: 65536 }, /^write \{ soft: 65536, hard: 65536 \}$/],
  ["network.single_nat_gateway", true, /^write natGateways: single$/],
  ["network.existing", { privateSubnets: ["subnet-0a000000000000001", "subnet-0a000000000000002"] }, /^write ids: \[/],
  ["network.availabilityZoneIds", ["eu-central-1a", "eu-central-1b"], /describe-availability-zones/],
  ["network.cidr", "10.20.0.0", /^write 10\.20\.0\.0\/16$/],
  ["data.efs", {}, /^rename it to fileSystem$/],
  ["data.kms.keyArn", "alias/app", /describe-key/],
  ["data.database.skip_final_snapshot", true, /the opposite value/],
  ["data.database.serverless", { minCapacity: 0.3, maxCapacity: 8 }, /^write 0\.5$/],
  ["compute.loadBalancer.listeners", { port: 443 }, /a hyphen in front/],
  ["compute.loadBalancer.mutualTls", { mode: "verify", caBundle: "s3://a/ca.pem" }, /existingCaBundle/],
  ["privatelink.consumers.acme", { principals: ["o-abcdef1234"] }, /no organizations/],
  ["privatelink.consumers.acme", { account: "444455556666" }, /write principals: \[arn/],
  ["privatelink.consumers.acme", { principals: ["arn:aws:iam::444455556666:root"], accept: true }, /^write automat/],
  ["privatelink.consumers.acme", { limits: { requestsPerFiveMinutes: "30k" } }, /^write 30000: /],
  ["privatelink.consumers.acme", { limits: { requestsPerFiveMinutes: 500, action: "deny" } }, /^write block$/],
  ["privatelink.consumers", { Acme_Corp: {} }, /^rename it to acme-corp$/],
  ["privatelink.listeners", [80], /^write port: 80 indented below it$/],
  ["workers.mails", { queue: "mails" }, /^write arn: arn:aws:sqs:/],
  ["services.web", { uses: ["rds"] }, /^write database$/],
  ["application.healthCheckPath", "http://localhost:8080/health", /^write \/health$/],
  ["application.permissions", { Read: { use: "s3-readonly", of: "arn:aws:s3:::a" } }, /^write s3-read$/],
  ["application.permissions", { Read: { actions: ["GetObject"], resources: ["*"] } }, /s3:GetObject$/],
  ["application.sidecars", { otel: { image: "a.b/c:1", memoryMib: 64, startsBefore: ["application"] } }, /^write app$/],
  ["compute.cpuArchitecture", "linux/amd64", /^write X86_64$/],
  ["data.database.name", "my-db", /^write my_db$/],
  ["data.staticAssets", false, /^write use: none for no static assets/],
  ["jobs.nightly", { command: ["x"], schedule: "0 0 3 * * ?" }, /^write cron\(0 3 \* \* \? \*\)$/],
  [
    "workers.mails",
    { queue: { arn: "https://sqs.eu-central-1.amazonaws.com/111122223333/mails" } },
    /^write arn:aws:sqs:eu-central-1:111122223333:mails$/,
  ],
  ["services.web", { expose: { paths: ["/a"] } }, /^rename it to pathPatterns$/],
])("%s: %j", (path, value, fix) => {
  expect(fixes({ [path]: value })).toContainEqual(expect.stringMatching(fix));
});

test.each<[string, unknown, RegExp]>([
  ["service.name", "vpce-svc-0123456789abcdef0", /^write com\.amazonaws\.vpce\./],
  ["service.ports", "443", /^write it as a list: \[443\]$/],
  ["service.ports", ["443/tcp"], /^write 443$/],
  ["vpc.subnets", ["subnet-0123456789abcdef0"], /^rename it to subnetIds$/],
  ["clients", "10.0.0.0/16", /^write cidrs: \["10\.0\.0\.0\/16"\] indented below it$/],
  ["dns", true, /^write mode: none, private-hosted-zone or private-dns/],
  ["dns.mode", "private", /^write private-dns$/],
  ["endpoint.timeoutMinutes", 20, /^write create: 20 indented below it$/],
  ["limits", { requestsPerFiveMinutes: 500 }, /the provider writes them/],
])("a consumer's %s: %j", (path, value, fix) => {
  const found = problemsOf({ consumers: { client: changed(consumer, { [path]: value }) } });
  expect(found.map((problem) => problem.fix)).toContainEqual(expect.stringMatching(fix));
});

test("every option that an answer names is there", () => {
  const schemas = [environmentSchema, consumerSchema];
  const isThere = (path: string[]) => schemas.some((schema) => schemaAt(schema, path) !== undefined);
  const parts = (path: string) =>
    path.split(".").flatMap((part) => (part.endsWith("[]") ? [part.slice(0, -2), "0"] : [part === "*" ? "x" : part]));
  const missing = Object.entries(answers).filter(([path, answer]) => {
    const section = parts(path).slice(0, -1);
    const target =
      /^(?:rename it to|move (?:it|them) to|write) ([a-z]+[A-Z.][A-Za-z0-9.]*)/.exec(answer)?.[1]?.split(".") ?? [];
    const near = section.map((_, length) => [...section.slice(0, length), ...target]);
    return !isThere(section) || ![[...section, ...target], ...near].some(isThere);
  });
  expect(missing.filter(([, answer]) => !answer.startsWith("write startsBefore"))).toEqual([]);
});

test.each([
  ["Kubernetes", "apiVersion: apps/v1\nkind: Deployment\nspec: {}\n"],
  ["Docker Compose", "version: '3'\nservices: {web: {image: nginx}}\n"],
  ["AWS Copilot", "name: api\ntype: Backend Service\nimage: {build: Dockerfile}\n"],
  ["Amazon ECS", "family: app\ncontainerDefinitions: []\n"],
])("a file of %s: one problem, which says so", (tool, text) => {
  expect(problemsOf({ environments: { test: text } })).toEqual([
    expect.objectContaining({ given: expect.stringContaining(tool), fix: expect.stringContaining("new environment") }),
  ]);
});

const secret = "correct-horse-battery";

test.each<[string, unknown]>([
  ["application.secrets", { KEY: secret }],
  ["application.secrets", { KEY: { value: secret } }],
  ["application.secrets", { KEY: { secretsManager: secret } }],
  ["application.secrets", [{ name: "DB_PASSWORD", value: secret }]],
  ["application.environment", [{ name: "DB_PASSWORD", value: secret }]],
  ["application.environment", [`DB_PASSWORD=${secret}`]],
  ["application.environment", `DB_PASSWORD=${secret}`],
  ["application.environment", { DB_PASSWORD: { value: secret } }],
  ["application.environment", { DB_PASSWORD: [secret.repeat(10)] }],
  ["application.command", `run --password ${secret}`],
  ["application.sidecars", { dd: { environment: [`DD_API_KEY=${secret}`] } }],
  ["application.image", { uri: `user:${secret}@registry.example.com/app:1` }],
  ["application.image", { build: { arguments: [`NPM_TOKEN=${secret}`] } }],
  ["data.database", `postgres://app:${secret}@db.example.com/app`],
  ["data.database.existing", { endpoint: `postgres://app:${secret}@db/x`, secretArn: secret, securityGroupId: "x" }],
  ["services.web", { environment: [{ Name: "API_TOKEN", Value: secret }] }],
])("%s: no message repeats the secret in %j", (path, value) => {
  const problems = problemsOf({ environments: { test: changed(environment, { [path]: value }) } });
  expect(problems.length).toBeGreaterThan(0);
  expect(JSON.stringify(problems)).not.toContain(secret);
});

test("a line that is no YAML is shown without its secret", () => {
  const text = `stage: development\nDB_PASSWORD: ${secret}: x\n`;
  expect(JSON.stringify(problemsOf({ environments: { test: text } }))).not.toContain(secret);
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
