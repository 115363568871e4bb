import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError, type LoadOptions, loadConfiguration } from "../../config/load";
import type { Problem } from "../../config/problem";
import { projectPath } from "../../config/project";
import { changed } from "./changed";
import { consumer, environment, type Files, linkedConsumer, load, problemsOf, withFolder } from "./support";

const anEnvironment = (test: unknown) => ({ environments: { test } });

/** The only problem of one environment file. */
function problemOf(content: unknown): Problem {
  const problems = problemsOf(anEnvironment(content));
  expect(problems).toHaveLength(1);
  return problems[0] as Problem;
}

const names = (files: Files, options: (folder: string) => LoadOptions) =>
  withFolder(files, (folder) => {
    const { environments, consumers } = loadConfiguration(options(folder));
    return [...environments, ...consumers].map(({ name }) => name);
  });

describe("which files are loaded", () => {
  const files = {
    environments: {
      "dev.yaml": environment,
      "prod.yml": changed(environment, { "network.cidr": "10.30.0.0/16", "network.natGateways": "single" }),
    },
    consumers: { first: changed(linkedConsumer, { "service.environment": "dev" }), second: consumer },
  };

  test("all of both folders, by name", () => {
    expect(names(files, (folder) => ({ folder }))).toEqual(["dev", "prod", "first", "second"]);
  });

  test("those of the project without any option", () => {
    const { environments, consumers } = loadConfiguration();
    expect(environments.map(({ name }) => name)).toEqual(["dev", "prod"]);
    expect(consumers.map(({ name }) => name)).toEqual(["example"]);
  });

  test("one file that is named", () => {
    expect(names(files, (folder) => ({ files: join(folder, "environments/dev.yaml") }))).toEqual(["dev"]);
  });

  test("those that a glob matches", () => {
    expect(names(files, (folder) => ({ files: join(folder, "*/*.yml") }))).toEqual(["prod"]);
    expect(names(files, (folder) => ({ files: join(folder, "{environments,consumers}/{dev,second}.yaml") }))).toEqual([
      "dev",
      "second",
    ]);
  });

  test("a consumer's environment with it", () => {
    expect(names(files, (folder) => ({ files: join(folder, "consumers/first.yaml") }))).toEqual(["dev", "first"]);
  });

  test("a consumer alone, in a folder that holds nothing else", () => {
    expect(names({ consumers: { only: consumer } }, (folder) => ({ folder }))).toEqual(["only"]);
  });

  test("a file outside the two folders, known by its content", () => {
    expect(
      names({ consumers: {} }, (folder) => {
        mkdirSync(join(folder, "elsewhere"));
        writeFileSync(join(folder, "elsewhere/mine.yaml"), JSON.stringify(consumer));
        return { files: join(folder, "elsewhere/mine.yaml") };
      }),
    ).toEqual(["mine"]);
  });

  test("no file of another kind", () => {
    const withOthers = {
      environments: { "dev.yaml": environment, "README.md": "#", ".hidden.yaml": "x", "dev.yaml.bak": "x" },
    };
    expect(names(withOthers, (folder) => ({ folder }))).toEqual(["dev"]);
  });
});

describe("fails when", () => {
  const fails = (options: LoadOptions) => expect(() => loadConfiguration(options)).toThrow(ConfigurationError);

  test("a file is missing", () => {
    fails({ files: "config/environments/nowhere.yaml" });
    expect(() => loadConfiguration({ files: "config/environments/nowhere.yaml" })).toThrow(
      "a file that does not exist",
    );
  });

  test("a folder is named", () => {
    expect(() => loadConfiguration({ files: "config/environments" })).toThrow("config/environments/*.yaml");
  });

  test("a glob matches nothing", () => {
    expect(() => loadConfiguration({ files: "config/nowhere/*.yaml" })).toThrow("a glob that no file matches");
  });

  test("there is nothing to load", () => {
    expect(problemsOf({})).toEqual([expect.objectContaining({ given: "a folder without configuration" })]);
  });

  test("a consumer names an environment that is not there", () => {
    const files = {
      ...anEnvironment(environment),
      consumers: { client: changed(consumer, { service: { environment: "tset" } }) },
    };
    expect(problemsOf(files)).toEqual([
      {
        file: "consumers/client.yaml",
        path: "service.environment",
        line: 4,
        column: 16,
        given: '"tset"',
        allowed: "the name of an environment: test",
        fix: "did you mean test?",
      },
    ]);
  });

  test("a file name makes no stack id", () => {
    expect(problemsOf({ environments: { My_Env: environment } })).toEqual([
      expect.objectContaining({
        file: "environments/My_Env.yaml",
        given: "the file name My_Env",
        fix: expect.stringContaining("rename the file to my-env.yaml"),
      }),
    ]);
  });

  test("two files have one name", () => {
    const both = { environments: { "dev.yaml": environment, "dev.yml": environment } };
    expect(problemsOf(both)).toEqual([
      expect.objectContaining({ file: "environments/dev.yml", given: "the file name dev" }),
    ]);
  });

  test("a file of CA certificates holds none, or a private key", () => {
    const folder = projectPath("dist", "load-test");
    const bundle = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return problemOf(
        changed(environment, {
          "compute.loadBalancer.listeners": [
            {
              port: 443,
              certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
            },
          ],
          "compute.loadBalancer.mutualTls": { mode: "verify", caBundle: `dist/load-test/${name}` },
          "privatelink.targetGroup.healthCheckProtocol": "TCP",
        }),
      );
    };
    mkdirSync(folder, { recursive: true });
    try {
      expect(bundle("empty.pem", "")).toMatchObject({
        given: expect.stringContaining("without -----BEGIN CERTIFICATE"),
      });
      expect(bundle("key.pem", "-----BEGIN EC PRIVATE KEY-----\n")).toMatchObject({
        given: expect.stringContaining("which holds a private key"),
      });
      expect(bundle("many.pem", "-----BEGIN CERTIFICATE-----\n".repeat(26))).toMatchObject({
        given: expect.stringContaining("with 26 certificates"),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("a folder or file of the project that is named does not exist", () => {
    const paths = problemsOf(
      anEnvironment(
        changed(environment, {
          "data.staticAssets.directory": "container/nowhere",
          "application.image": { build: { dockerfile: "Nofile" } },
          "privatelink.sync.prebuiltPackage": "dist/nothing.zip",
        }),
      ),
    ).map(({ path }) => path);
    expect(paths.sort()).toEqual([
      "application.image.build.dockerfile",
      "data.staticAssets.directory",
      "privatelink.sync.prebuiltPackage",
    ]);
  });
});

describe("broken YAML fails when", () => {
  test.each([
    ["a line is no option", "stage: production\nnonsense\n", { line: 2, fix: "write it as option: value" }],
    ["a bracket is left open", "tags: {a: b\nstage: x\n", { fix: "close the bracket that is open" }],
    ["tabs indent", "network:\n\tcidr: 10.0.0.0/16\n", { line: 2, fix: "indent with spaces instead of tabs" }],
    [
      "an option stands twice",
      "stage: production\nregion: eu-central-1\nstage: development\n",
      { line: 3, allowed: "each option once", given: "stage: development a second time" },
    ],
    [
      "there are two documents",
      "stage: production\n---\nstage: production\n",
      { fix: expect.stringContaining("remove the --- line") },
    ],
    ["a tag asks for more than YAML", "stage: !env STAGE\n", { line: 1, fix: "remove the tag that begins with !" }],
    ["an alias names nothing", "stage: *nothing\n", { given: expect.stringContaining("nothing") }],
    [
      "aliases multiply without end",
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n`,
      { allowed: expect.stringContaining("aliases only") },
    ],
  ])("%s", (_when, text, expected) => {
    expect(problemsOf(anEnvironment(text))).toContainEqual(expect.objectContaining(expected));
  });

  test("the file is empty: everything required is missing", () => {
    expect(problemsOf(anEnvironment("")).map(({ path }) => path)).toEqual(
      expect.arrayContaining(["stage", "region", "network", "application", "privatelink"]),
    );
  });

  test("the file is no list of options", () => {
    expect(problemOf("- stage: production\n")).toMatchObject({
      path: "",
      fix: "write one option a line: option: value",
    });
  });
});

describe("an option fails when", () => {
  test.each<[string, string, unknown, Partial<Problem>]>([
    [
      "its name is misspelt",
      "network.natGatways",
      "none",
      { given: "the unknown option natGatways", fix: "did you mean natGateways? rename it" },
    ],
    ["its name has other capitals", "Tags", {}, { fix: "did you mean tags? rename it" }],
    [
      "it stands in another section",
      "data.multiAz",
      false,
      { path: "data.multiAz", fix: "move it to data.database.multiAz" },
    ],
    ["it is unknown altogether", "fancy", 1, { fix: "remove it" }],
    [
      "an account id is a number",
      "accountId",
      111122223333,
      { given: "111122223333", fix: 'put it in quotes: "111122223333"' },
    ],
    ["a number is a text", "application.cpu", "512", { given: '"512"', fix: "remove the quotes: 512" }],
    [
      "a number is no whole one",
      "application.cpu",
      512.5,
      { allowed: "a whole number from 128 to 196608", fix: "write a whole number, e.g. 513" },
    ],
    [
      "a number is too small",
      "application.cpu",
      1,
      { allowed: "a whole number from 128 to 196608", fix: "raise it to at least 128" },
    ],
    ["a number is too large", "application.cpu", 999999, { fix: "lower it to at most 196608" }],
    ["true is yes", "data.database.multiAz", "yes", { allowed: "true or false", fix: "write true" }],
    [
      "on is true",
      "privatelink.enforceInboundRulesOnPrivateLinkTraffic",
      true,
      { allowed: "on or off", fix: 'write "on"' },
    ],
    [
      "a choice has other capitals",
      "compute.launchType",
      "fargate",
      { allowed: "EC2 or FARGATE", fix: "did you mean FARGATE?" },
    ],
    [
      "a Region does not exist",
      "region",
      "eu-central-9",
      { allowed: expect.stringContaining("eu-central-1, "), fix: "did you mean eu-central-1?" },
    ],
    [
      "a choice is far from all",
      "compute.launchType",
      "kubernetes",
      { fix: expect.stringMatching(/^choose one of them \(/) },
    ],
    [
      "retention is none that CloudWatch has",
      "observability.logRetentionDays",
      100,
      { allowed: expect.stringContaining("90, 120") },
    ],
    ["a number of zones is none of the choices", "network.availabilityZoneCount", 4, { allowed: "2 or 3" }],
    [
      "a CIDR block begins elsewhere",
      "network.cidr",
      "10.20.0.1/16",
      { allowed: expect.stringContaining("the first of the block") },
    ],
    ["a CIDR block is none", "network.cidr", "10.20.0.0", { given: '"10.20.0.0"', fix: "write 10.20.0.0/16" }],
    ["a list is one value", "privatelink.consumerCidrs", "10.0.0.0/8", { fix: 'write it as a list: ["10.0.0.0/8"]' }],
    [
      "an entry stands twice",
      "privatelink.supportedRegions",
      ["eu-west-1", "eu-west-1"],
      { path: "privatelink.supportedRegions[1]", allowed: "each entry once" },
    ],
    ["a list is empty that may not be", "compute.loadBalancer.listeners", [], { fix: "write at least 1" }],
    [
      "a section is a value",
      "data.database",
      "big",
      { fix: "write use: none for no database, or its options indented below it" },
    ],
    [
      "a section is empty",
      "data.database",
      null,
      { fix: "write its value or its options below it, or remove the line" },
    ],
    [
      "an option is missing",
      "stage",
      undefined,
      { given: "nothing", fix: expect.stringMatching(/^add stage \(production/) },
    ],
    ["a section is missing", "application", undefined, { fix: expect.stringMatching(/^add application with image/) }],
    ["a tag belongs to AWS", "tags", { "aws:team": "x" }, { path: 'tags["aws:team"]', given: 'the name "aws:team"' }],
    [
      "a principal is an account id",
      "privatelink.allowedPrincipals",
      ["444455556666"],
      { path: "privatelink.allowedPrincipals[0]", allowed: expect.stringContaining("arn:aws:iam::") },
    ],
    [
      "a path leads out of the project",
      "data.staticAssets.directory",
      "../secrets",
      { allowed: expect.stringContaining("without ..") },
    ],
    ["a container port is none", "application.containerPort", 0, { fix: "raise it to at least 1" }],
    ["a secret is kept for a day", "data.secretRecoveryDays", 1, { allowed: "0, or a whole number from 7 to 30" }],
  ])("%s", (_when, path, value, expected) => {
    expect(problemsOf(anEnvironment(changed(environment, { [path]: value })))).toEqual([
      expect.objectContaining({ path, ...expected }),
    ]);
  });

  test("an account id with a leading zero is a number: the fix keeps the zero", () => {
    const text =
      'stage: development\nregion: eu-central-1\naccountId: 012345678901\nnetwork: { cidr: 10.0.0.0/16 }\napplication: { image: { build: {} } }\nprivatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" }\n';
    expect(problemOf(text)).toMatchObject({ line: 3, column: 12, fix: 'put it in quotes: "012345678901"' });
  });

  test("it is called like a part of every JavaScript object", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const text = `${JSON.stringify(environment).slice(0, -1)},"${name}":{"x":1}}`;
      expect(problemOf(text)).toMatchObject({ path: name, given: `the unknown option ${name}` });
    }
  });
});

describe("all at once", () => {
  const files = {
    environments: {
      one: changed(environment, {
        region: "mars",
        "application.cpu": "lots",
        "data.database.maxAllocatedStorageGib": 20,
      }),
      two: "stage: [",
    },
    consumers: { client: changed(consumer, { vpc: {} }) },
  };

  test("problems of every file, of options and of rules", () => {
    const problems = problemsOf(files);
    expect(problems.map(({ file, path }) => `${file} ${path}`)).toEqual(
      expect.arrayContaining([
        "consumers/client.yaml vpc",
        "environments/one.yaml region",
        "environments/one.yaml application.cpu",
        "environments/one.yaml data.database.maxAllocatedStorageGib",
        "environments/two.yaml ",
      ]),
    );
    expect(problems.map(({ file }) => file)).toEqual(problems.map(({ file }) => file).sort());
  });

  test("a rule keeps silent about options that have no valid value", () => {
    const launchType = changed(environment, { "compute.launchType": "fargte", "compute.fargate.spotSharePercent": 50 });
    expect(problemOf(launchType)).toMatchObject({ path: "compute.launchType" });
    const misspelt = changed(environment, { "application.image": undefined, "application.imgae": { build: {} } });
    expect(
      problemsOf(anEnvironment(misspelt))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["application.image", "application.imgae"]);
  });

  test("as text: place, path, what was given, what is allowed, how to fix it", () => {
    const text = withFolder({ environments: { test: changed(environment, { "application.cpu": 1 }) } }, (folder) => {
      try {
        return String(loadConfiguration({ folder }));
      } catch (error) {
        return (error as Error).message.replaceAll(`${folder}/`, "");
      }
    });
    expect(text).toBe(
      [
        "environments/test.yaml:9:8  application.cpu",
        "  given:   1",
        "  allowed: a whole number from 128 to 196608",
        "  fix:     raise it to at least 128",
        "",
        "1 problem in 1 file",
      ].join("\n"),
    );
  });

  test("a default that breaks a rule is shown as default", () => {
    expect(problemOf(changed(environment, { "data.database.allocatedStorageGib": 200 }))).toMatchObject({
      path: "data.database.maxAllocatedStorageGib",
      given: "100 (default)",
    });
  });
});

test("the configuration is frozen, and defaults are not shared between files", () => {
  const { environments } = load({
    environments: {
      one: environment,
      two: changed(environment, { "network.cidr": "10.30.0.0/16", "network.natGateways": "single" }),
    },
  });
  const [one, two] = environments;
  expect(Object.isFrozen(one?.compute.loadBalancer.listeners[0])).toBe(true);
  expect(one?.tags).not.toBe(two?.tags);
  expect(one?.compute.loadBalancer.listeners).toEqual([{ port: 80 }]);
});

test("the schema files that the YAML files name exist", () => {
  const named = execFileSync("grep", ["-rhoE", "\\$schema=.*", "config/environments", "config/consumers"], {
    encoding: "utf8",
  });
  expect(new Set(named.trim().split("\n"))).toEqual(
    new Set(["$schema=../environment.schema.json", "$schema=../consumer.schema.json"]),
  );
});
