import { rehearsable, unprotected, withLaunchType } from "../../../proof/lab/rehearsable";
import { consumerOf, environmentOf, synthesize } from "../../synth";

const linked = consumerOf(
  { region: "eu-central-1", service: { environment: "dev" }, vpc: { cidr: "10.90.0.0/24" } },
  "linked",
);
const foreign = consumerOf(
  {
    region: "eu-central-1",
    accountId: "444455556666",
    service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0", ports: [443] },
    vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
  },
  "foreign",
);
const built = environmentOf({ application: { image: { build: {} } } }, "dev");
const configuration = { environments: [built, environmentOf({}, "prod")], consumers: [linked, foreign] };
const chosen = { environment: "dev", consumers: ["linked"] };

test("what this machine can do is left as it is configured", () => {
  expect(rehearsable(configuration, chosen, {})).toEqual({
    configuration: { environments: [built], consumers: [linked] },
    replacements: [],
  });
});

test("without Docker an image URI takes the place of the build, and the reason is told", () => {
  const { configuration: changed, replacements } = rehearsable(configuration, chosen, { image: "no engine" });
  expect(changed.environments[0]?.application.image).toEqual({
    uri: expect.stringMatching(/@sha256:0{64}$/),
    ownedBy: "terraform",
    pullThroughCache: false,
  });
  expect(replacements).toEqual([{ what: "application.image.build", by: "application.image.uri", why: "no engine" }]);
});

test("without NAT the image in the build's place is in the Region's own registry", () => {
  const { application, network } = environmentOf({
    application: { image: { build: {} } },
    network: { natGateways: "none" },
  });
  const closed = { ...built, application, network };
  const { configuration: changed } = rehearsable({ ...configuration, environments: [closed] }, chosen, { image: "x" });
  expect(changed.environments[0]?.application.image.uri).toMatch(/^\d{12}\.dkr\.ecr\.eu-central-1\.amazonaws\.com\//);
});

test("on Fargate a share of the tasks is on Spot, whatever capacity is configured", () => {
  const { compute } = withLaunchType(environmentOf({}, "dev"), "FARGATE");
  expect(compute).toMatchObject({ launchType: "FARGATE", fargate: { spotSharePercent: 50 } });
  const own = environmentOf({ compute: { launchType: "FARGATE", fargate: { spotSharePercent: 20 } } }, "dev");
  expect(withLaunchType(own, "FARGATE").compute.fargate.spotSharePercent).toBe(20);
});

test("fails on Fargate when it runs no task of that size", () => {
  const odd = environmentOf({ application: { image: { uri: "registry.example/app:1" }, cpu: 300 } }, "dev");
  expect(() => withLaunchType(odd, "FARGATE")).toThrow(
    /^dev can't be rehearsed on FARGATE: allowed for application\.cpu with launchType FARGATE: 256, 512/,
  );
});

test("without the archive provider the Lambda's prebuilt package is used", () => {
  const { configuration: changed, replacements } = rehearsable(configuration, chosen, { archive: "no provider" });
  expect(changed.environments[0]?.privatelink.sync.prebuiltPackage).toBe("dist/alb-ip-sync.zip");
  expect(replacements).toEqual([expect.objectContaining({ why: "no provider" })]);
});

test("local base images bring their architecture along", () => {
  const localBases = { arguments: { BASE_IMAGE: "local" }, cpuArchitecture: "X86_64", why: "not reachable" } as const;
  const { configuration: changed, replacements } = rehearsable(configuration, chosen, { localBases });
  const [environment] = changed.environments;
  expect(environment?.application.image.build?.arguments).toEqual({ BASE_IMAGE: "local" });
  expect(environment?.compute).toMatchObject({ cpuArchitecture: "X86_64", ec2: { instanceType: "t3.small" } });
  expect(replacements).toHaveLength(2);
});

test("a consumer of a foreign service in a VPC of its own gets those of the rehearsal", () => {
  const { configuration: changed, replacements } = rehearsable(
    configuration,
    { environment: "dev", consumers: ["foreign"] },
    {},
  );
  expect(changed.consumers[0]).toMatchObject({
    service: { environment: "dev", ports: [443] },
    vpc: { cidr: expect.any(String) },
  });
  expect(replacements.map(({ what }) => what)).toEqual([
    "foreign: service com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
    "foreign: existing VPC",
  ]);
  expect(() => synthesize(changed)).not.toThrow();
});

test("a consumer whose account the service does not let in gets an account that it does", () => {
  const letIn = (allowedPrincipals: string[]) => {
    const privatelink = { enforceInboundRulesOnPrivateLinkTraffic: "off", allowedPrincipals } as const;
    const environment = environmentOf({ accountId: "222233334444", privatelink }, "prod");
    const consumer = { ...linked, accountId: "111122223333" };
    const { configuration: changed, replacements } = rehearsable(
      { environments: [environment], consumers: [consumer] },
      { environment: "prod", consumers: ["linked"] },
      {},
    );
    return [changed.consumers[0]?.accountId, replacements.length];
  };
  expect(letIn(["arn:aws:iam::444455556666:role/network"])).toEqual(["444455556666", 2]);
  expect(letIn(["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:root"])).toEqual(["111122223333", 1]);
  expect(letIn(["arn:aws:organizations::999900001111:organization/o-abcdefghij"])).toEqual(["111122223333", 1]);
  expect(letIn([])).toEqual(["111122223333", 1]);
});

test("fails when there is no such environment or consumer, and names those that there are", () => {
  expect(() => rehearsable(configuration, { ...chosen, environment: "stage" }, {})).toThrow(
    'Unknown environment "stage". Available: dev, prod.',
  );
  expect(() => rehearsable(configuration, { ...chosen, consumers: ["nobody"] }, {})).toThrow(
    'Unknown consumer "nobody". Available: linked, foreign.',
  );
});

test("unprotected, nothing that AWS or Terraform refuses to delete is left", () => {
  const production = environmentOf({ stage: "production" }, "dev");
  const protections = (environment: typeof production) =>
    JSON.stringify(synthesize({ environments: [environment], consumers: [] }).stacks).match(
      /"(enable_)?deletion_protection":true|"skip_final_snapshot":false|"force_de\w+":false/g,
    );
  expect(protections(production)?.length).toBeGreaterThan(5);
  expect(protections(unprotected(production))).toBeNull();
});
