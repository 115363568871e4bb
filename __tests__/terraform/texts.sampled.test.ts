import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { consumerSchema, environmentSchema } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { anyText } from "../../proof/arbitraries/texts";
import { type Changes, changed } from "../config/changed";
import { consumerWithVpc, environment } from "../config/support";
import { sample } from "../lane";
import { type StackJson, synthesize } from "../synth";
import { terraform, testWithTerraform } from "./installed";
import { asOutputs, SYNTAX, takesSyntax, textOptions, textsIn } from "./texts";

/** In every text that is tried, so that it can be told from others. */
const MARK = "zqz";
const LISTENER = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
const REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const TRIED = 40;

/** Texts by which the form of an option is met, so that what is put beside them decides. */
const SAMPLES = [
  "abcdefghijkl",
  "10.0.0.0/8",
  "example.com/app:1",
  "app.example.com",
  "dist/package.zip",
  LISTENER,
  "a@example.com",
  "02:00-03:00",
  "/path",
];

/** A path of the project: no name holds a slash or a NUL, is longer than 255 bytes, or leads upwards. */
const asPath = (text: string) =>
  Array.from(text.replaceAll(/[/\0\n\r\u2028\u2029]|\.\./g, "_").replace(/^\\/, "_"))
    .slice(0, 40)
    .join("");

/** A path pattern of a listener rule has few characters, quotes and $ among them. */
const asPattern = (text: string) => `/${text.replaceAll(/[^\w\-.$~"'@:+&*?]/g, "").slice(0, 120)}`;

/** The name of an alarm is ASCII. */
const asAlarmName = (text: string) =>
  text
    .replaceAll(/[^\x20-\x7e]/g, "")
    .slice(0, 255)
    .trim();

/** A header that AWS WAF compares is ASCII. */
const asHeader = (text: string) => `${text.replaceAll(/[^\x20-\x7e]/g, "").slice(0, 190)}.`.trim();

/** How an option gets texts, where its value has a form of its own around them. */
interface Filling {
  readonly of: "environment" | "consumer";
  readonly changes: (texts: readonly string[]) => Changes;
  /** Whether one file holds one text or all of them. */
  readonly takes: "one" | "all";
  /** The texts are for people alone and must be in no stack. */
  readonly stays?: true;
  /** The texts are names of files; what Terraform sees of them. */
  readonly arrives?: (text: string) => string;
}

const numbered = (texts: readonly string[], name: (index: number) => string) =>
  Object.fromEntries(texts.map((text, index) => [name(index), text]));
const folder = join("dist", "texts-test");
const certificates = "config/examples/mutual-tls";
const verifyingClients = (options: object): Changes => ({
  "compute.loadBalancer.listeners": [{ port: 443, certificateArn: LISTENER }],
  "compute.loadBalancer.mutualTls": { mode: "verify", ...options },
  "privatelink.targetGroup.healthCheckProtocol": "TCP",
});
const limited = (told: object): Changes => ({
  "privatelink.consumers": {
    acme: { principals: ["arn:aws:iam::555566667777:root"], limits: { requestsPerFiveMinutes: 100, ...told } },
  },
});
const recipients = (option: string) =>
  option === "noAlarmRecipient" ? {} : { "observability.alarmEmails": ["platform@example.com"] };
const acknowledged = (option: string): Filling => ({
  of: "environment",
  takes: "one",
  changes: ([text]) => ({
    stage: "production",
    "acknowledge.plaintext": "TLS is not needed in this test",
    ...recipients(option),
    [`acknowledge.${option}`]: text,
  }),
  stays: true,
});
/** An environment in a VPC that exists, whose subnets of a kind are found by tags. */
const subnetTags = (
  kind: "privateSubnets" | "isolatedSubnets",
  tags: (texts: readonly string[]) => object,
): Filling => ({
  of: "environment",
  takes: "all",
  changes: (texts) => ({
    network: {
      availabilityZoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
      existing: {
        vpcId: "vpc-0123456789abcdef0",
        privateSubnets: { tags: { tier: "private" } },
        provides: ["nat", "s3", "dynamodb"],
        [kind]: { tags: tags(texts) },
      },
    },
  }),
});
/** A workload or a sidecar with what it cannot be without; its option is changed. */
const WORKLOADS = {
  "application.sidecars": { image: `${REGISTRY}/agent:1.0.0`, memoryMib: 64 },
  services: { healthCheckPath: "/reports/health", expose: { priority: 20, pathPatterns: ["/reports/*"] } },
  workers: {
    command: ["work"],
    queue: { create: {} },
    scale: { to: 2, acceptableLatencySeconds: 600, secondsPerMessage: 1 },
  },
  jobs: { command: ["report"] },
};
const KINDS = ["services", "workers", "jobs"] as const;

/** Everything that runs in a container: the path of its options, and the changes that give it some. */
const CONTAINERS: Readonly<Record<string, (options: object) => Changes>> = {
  "application.sidecars": (options) => ({
    "application.sidecars": { extra: { ...WORKLOADS["application.sidecars"], ...options } },
  }),
  ...Object.fromEntries(
    KINDS.flatMap((kind) => [
      [kind, (options: object) => ({ [kind]: { extra: { ...WORKLOADS[kind], ...options } } })],
      [
        `${kind}{value}.sidecars`,
        (options: object) => ({
          [kind]: {
            extra: { ...WORKLOADS[kind], sidecars: { beside: { ...WORKLOADS["application.sidecars"], ...options } } },
          },
        }),
      ],
    ]),
  ),
};

const inContainers = Object.fromEntries(
  Object.entries(CONTAINERS).flatMap(([container, changed]) => {
    const option = (name: string, value: (texts: readonly string[]) => unknown): [string, Filling] => [
      `${container}{value}.${name}`,
      {
        of: "environment",
        takes: "all",
        changes: (texts) => ({
          "compute.ec2.maximumInstances": 9,
          ...changed({ [name.replace(/[[{].*$/, "")]: value(texts) }),
        }),
      },
    ];
    return [
      option("environment{value}", (texts) => numbered(texts, (index) => `VARIABLE_${index}`)),
      option("entryPoint[]", (texts) => texts),
      option("command[]", (texts) => texts),
      ...(container === "jobs" ? [] : [option("healthCheckCommand[]", (texts) => ["CMD", ...texts])]),
    ];
  }),
);
const asNames = (texts: readonly string[]) => Object.fromEntries(texts.map((text) => [text, "value"]));
const asValues = (texts: readonly string[]) => numbered(texts, (index) => `tag-${index}`);
const inVpc = { vpc: { availabilityZoneIds: ["euc1-az1"] } };

const FILLINGS: Readonly<Record<string, Filling>> = {
  "application.deployment.rollbackAlarms.alarmNames[]": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({ "application.deployment": { rollbackAlarms: { alarmNames: [asAlarmName(text)] } } }),
    arrives: asAlarmName,
  },
  "services{value}.deployment.rollbackAlarms.alarmNames[]": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({
      "compute.ec2.maximumInstances": 9,
      services: {
        extra: { ...WORKLOADS.services, deployment: { rollbackAlarms: { alarmNames: [asAlarmName(text)] } } },
      },
    }),
    arrives: asAlarmName,
  },
  "application.environment{value}": {
    of: "environment",
    takes: "all",
    changes: (texts) => ({ "application.environment": numbered(texts, (index) => `VARIABLE_${index}`) }),
  },
  "application.healthCheckCommand[]": {
    of: "environment",
    takes: "all",
    changes: (texts) => ({ "application.healthCheckCommand": ["CMD", ...texts] }),
  },
  "application.entryPoint[]": {
    of: "environment",
    takes: "all",
    changes: (texts) => ({ "application.entryPoint": texts }),
  },
  "application.command[]": {
    of: "environment",
    takes: "all",
    changes: (texts) => ({ "application.command": texts }),
  },
  "application.dataLoadCommand[]": {
    of: "environment",
    takes: "all",
    changes: (texts) => ({ "application.dataLoadCommand": texts }),
  },
  "application.image.build.arguments{value}": {
    of: "environment",
    takes: "all",
    changes: (texts) => ({
      "application.image": { build: { arguments: numbered(texts, (index) => `ARGUMENT_${index}`) } },
    }),
  },
  "application.image.build.context": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({ "application.image": { build: { context: `${folder}/${asPath(text)}` } } }),
    stays: true,
  },
  "application.image.build.dockerfile": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({
      "application.image": { build: { context: `${folder}/files`, dockerfile: asPath(text) } },
    }),
    arrives: asPath,
  },
  "data.staticAssets.directory": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({ "data.staticAssets.directory": `${folder}/${asPath(text)}` }),
    stays: true,
  },
  "compute.loadBalancer.mutualTls.caBundle": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => verifyingClients({ caBundle: `${folder}/ca/${asPath(text)}` }),
    arrives: asPath,
  },
  "compute.loadBalancer.mutualTls.revocationLists[]": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) =>
      verifyingClients({
        caBundle: `${certificates}/consumers-ca.pem`,
        revocationLists: [`${folder}/revoked/${asPath(text)}`],
      }),
    arrives: asPath,
  },
  "privatelink.consumers{value}.limits.header.value": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({
      "acknowledge.forgeableLimits": "tried with every text",
      ...limited({ header: { name: "x-consumer", value: asHeader(text) } }),
    }),
    arrives: asHeader,
  },
  "privatelink.sync.prebuiltPackage": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({ "privatelink.sync.prebuiltPackage": `${folder}/${asPath(text)}.zip` }),
    arrives: (text) => `${asPath(text)}.zip`,
  },
  "privatelink.consumerConnections.prebuiltPackage": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({
      "privatelink.consumers": {
        acme: { principals: ["arn:aws:iam::555566667777:root"], accept: { automatically: true } },
      },
      "privatelink.consumerConnections.prebuiltPackage": `${folder}/${asPath(text)}.zip`,
    }),
    arrives: (text) => `${asPath(text)}.zip`,
  },
  ...inContainers,
  "services{value}.expose.pathPatterns[]": {
    of: "environment",
    takes: "one",
    changes: ([text = ""]) => ({
      "compute.ec2.maximumInstances": 9,
      services: { extra: { ...WORKLOADS.services, expose: { priority: 20, pathPatterns: [asPattern(text)] } } },
    }),
    arrives: asPattern,
  },
  "network.existing.privateSubnets.tags{name}": subnetTags("privateSubnets", asNames),
  "network.existing.privateSubnets.tags{value}": subnetTags("privateSubnets", asValues),
  "network.existing.isolatedSubnets.tags{name}": subnetTags("isolatedSubnets", asNames),
  "network.existing.isolatedSubnets.tags{value}": subnetTags("isolatedSubnets", asValues),
  "vpc.tags{name}": {
    of: "consumer",
    takes: "all",
    changes: (texts) => ({
      vpc: { ...inVpc.vpc, tags: Object.fromEntries(texts.map((text) => [text, "value"])) },
    }),
  },
  "vpc.tags{value}": {
    of: "consumer",
    takes: "all",
    changes: (texts) => ({ vpc: { ...inVpc.vpc, tags: numbered(texts, (index) => `tag-${index}`) } }),
  },
  "vpc.subnetTags{name}": {
    of: "consumer",
    takes: "all",
    changes: (texts) => ({
      vpc: {
        ...inVpc.vpc,
        id: "vpc-0123456789abcdef0",
        subnetTags: Object.fromEntries(texts.map((text) => [text, "value"])),
      },
    }),
  },
  "vpc.subnetTags{value}": {
    of: "consumer",
    takes: "all",
    changes: (texts) => ({
      vpc: { ...inVpc.vpc, id: "vpc-0123456789abcdef0", subnetTags: numbered(texts, (index) => `tag-${index}`) },
    }),
  },
  "privatelink.privateDns.acknowledgeExternalTxtRecord": {
    of: "environment",
    takes: "one",
    changes: ([text]) => ({
      "privatelink.privateDns": { name: "app.example.com", acknowledgeExternalTxtRecord: text },
    }),
    stays: true,
  },
};

/** One-of options per environment file, so those that take one text are tried with as many files. */
const schemas = { environment: environmentSchema, consumer: consumerSchema };
const free = Object.values(schemas).flatMap((schema) =>
  [...textOptions(schema)].filter((option) => takesSyntax(option, SAMPLES)).map(({ path }) => path),
);
const paths = [...new Set(free)];

const fillingOf = (path: string): Filling | undefined =>
  FILLINGS[path] ?? (path.startsWith("acknowledge.") ? acknowledged(path.slice("acknowledge.".length)) : undefined);

test("every option that takes more than plain characters is tried with them", () => {
  expect(paths.filter((path) => fillingOf(path) === undefined)).toEqual([]);
  expect(Object.keys(FILLINGS).filter((path) => !paths.includes(path))).toEqual([]);
});

const texts = fc
  .sample(anyText, { numRuns: TRIED, seed: 18 })
  .map((text, index) => `${SYNTAX[index % SYNTAX.length]}${MARK}${index} agreed ${text}`);

beforeAll(() => {
  for (const text of texts) {
    const name = asPath(text);
    mkdirSync(projectPath(folder, name), { recursive: true });
    writeFileSync(projectPath(folder, name, "Dockerfile"), "FROM scratch\n");
    writeFileSync(projectPath(folder, name, name), "content");
    for (const [kind, file] of Object.entries({ ca: "consumers-ca.pem", revoked: "revoked.pem" })) {
      mkdirSync(projectPath(folder, kind), { recursive: true });
      copyFileSync(projectPath(certificates, file), projectPath(folder, kind, name));
    }
    mkdirSync(projectPath(folder, "files"), { recursive: true });
    writeFileSync(projectPath(folder, "files", name), "FROM scratch\n");
    writeFileSync(projectPath(folder, `${name}.zip`), "");
  }
});
afterAll(() => rmSync(projectPath(folder), { recursive: true, force: true }));

/** What Terraform makes of every attribute with a mark in it. */
function evaluated(stacks: Readonly<Record<string, StackJson>>): string[] {
  const outputs = asOutputs(stacks, MARK);
  return inTemporaryFolder("texts", (place) => {
    writeFileSync(join(place, "main.tf.json"), JSON.stringify({ output: outputs }));
    const run = (...args: string[]) => {
      const { status, stderr, stdout } = spawnSync(terraform ?? "", args, { cwd: place, encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };
    run("apply", "-auto-approve", "-input=false", "-no-color");
    const values = JSON.parse(run("output", "-json")) as Record<string, { value: unknown }>;
    return [...textsIn(Object.values(values).map(({ value }) => value))];
  });
}

/** The stacks of a file as the loader reads it. */
function stacksOf({ changes, of }: Filling, given: readonly string[]) {
  return inTemporaryFolder("texts", (place) => {
    const kind = of === "environment" ? "environments" : "consumers";
    mkdirSync(join(place, kind));
    const base = of === "environment" ? environment : consumerWithVpc;
    const { vpc: _vpc, ...withoutVpc } = base as typeof consumerWithVpc;
    const content = changed(of === "environment" ? base : withoutVpc, {
      ...excuses(changes(given)),
      ...changes(given),
    });
    writeFileSync(join(place, kind, "test.yaml"), stringify(content));
    return synthesize(loadConfiguration({ folder: place })).stacks;
  });
}

/** An exception has to be needed by something. */
function excuses(changes: Changes): Changes {
  const needs: Readonly<Record<string, Changes>> = {
    "acknowledge.singleAzDatabase": { "data.database.multiAz": false },
    "acknowledge.unprotectedDeletion": { "data.database.deletionProtection": false },
    "acknowledge.singlePointOfFailure": { "application.minimumTasks": 1 },
    "acknowledge.dataRemoval": { "data.staticAssets.use": "none" },
    "acknowledge.wideTaskPermission": {
      "application.permissions": { Traces: { actions: ["xray:PutTraceSegments"], resources: ["*"] } },
    },
    "acknowledge.forgeableLimits": limited({ header: { name: "x-consumer", value: "acme" } }),
    "acknowledge.secretInVariable": { "application.environment": { API_KEY: "published" } },
    "acknowledge.anyPrincipal": { "privatelink.allowedPrincipals": ["*"], "privatelink.acceptanceRequired": false },
  };
  return Object.assign({}, ...Object.keys(changes).map((path) => needs[path] ?? {}));
}

describe("text of a person arrives in Terraform as it was written", () => {
  testWithTerraform.each(sample(paths, 15).map((path) => [path] as const))("%s", (path) => {
    const filling = fillingOf(path) as Filling;
    const { arrives = (text: string) => text, stays } = filling;
    const rounds = filling.takes === "one" ? texts.slice(1, 3).map((text) => [text]) : [texts];
    for (const round of rounds) {
      const stacks = stacksOf(filling, round);
      if (stays && path !== "data.staticAssets.directory") {
        expect(JSON.stringify(stacks)).not.toContain(MARK);
      } else {
        const found = new Set(evaluated(stacks));
        const wanted = round.map((text) => (path === "data.staticAssets.directory" ? asPath(text) : arrives(text)));
        const ends = [...found].flatMap((text) => [text, text.split("/").at(-1) ?? ""]);
        expect(wanted.filter((text) => !ends.includes(text))).toEqual([]);
      }
    }
  });

  testWithTerraform("names of files in the static assets: key and source", () => {
    const names = texts.map(asPath);
    for (const name of names) writeFileSync(projectPath(folder, names[0] as string, name), "content");
    const stacks = stacksOf(FILLINGS["data.staticAssets.directory"] as Filling, texts);
    const found = evaluated(stacks);
    const missing = names.filter(
      (name) =>
        !found.includes(name) || !found.some((text) => text.startsWith("./assets/") && text.endsWith(`/${name}`)),
    );
    expect(missing).toEqual([]);
  });

  testWithTerraform("an attempt to add a variable stays a value", () => {
    const injection = `x"}, {"name" = "OTHER", "value" = "y${MARK}`;
    const stacks = stacksOf(FILLINGS["application.environment{value}"] as Filling, [injection]);
    const definitions = evaluated(stacks).filter((text) => text.startsWith("[{"));
    // The application's, and that of the data load.
    expect(definitions).toHaveLength(2);
    for (const definition of definitions) {
      const [{ environment: variables }] = JSON.parse(definition);
      expect(variables).toContainEqual({ name: "VARIABLE_0", value: injection });
      expect(variables.map(({ name }: { name: string }) => name)).not.toContain("OTHER");
    }
  });

  testWithTerraform("an expression is not evaluated", () => {
    const written = `\${terraform.workspace} %{ if true }no%{ endif } ${MARK}`;
    const stacks = stacksOf(FILLINGS["vpc.tags{value}"] as Filling, [written]);
    expect(evaluated(stacks)).toContain(written);
  });
});
