import type { Environment } from "../../config/schema";
import type { Stacks } from "../../paths/model/stacks";
import { prove } from "../../paths/prove";
import { sample } from "../lane";
import { consumerOf, environmentOf, synthesize } from "../synth";

const consumer = consumerOf({
  region: "eu-central-1",
  accountId: "111122223333",
  service: { environment: "test" },
  vpc: { cidr: "10.90.0.0/24" },
});

interface Mode {
  readonly nat: Environment["network"]["natGateways"];
  readonly launchType: Environment["compute"]["launchType"];
  readonly target: Environment["privatelink"]["albTargetMode"];
  readonly enforce: "on" | "off";
}

const every: Mode[] = (["none", "single", "perAz"] as const).flatMap((nat) =>
  (["EC2", "FARGATE"] as const).flatMap((launchType) =>
    (["ip-sync", "alb-target"] as const).flatMap((target) =>
      (["on", "off"] as const).map((enforce) => ({ nat, launchType, target, enforce })),
    ),
  ),
);

const environmentIn = ({ enforce, launchType, nat, target }: Mode) =>
  environmentOf({
    network: { cidr: "10.20.0.0/16", natGateways: nat },
    compute: { launchType },
    privatelink: {
      enforceInboundRulesOnPrivateLinkTraffic: enforce,
      consumerCidrs: enforce === "on" ? ["10.90.0.0/16"] : [],
      albTargetMode: target,
      sync: { insideVpc: target === "ip-sync" && enforce === "on" },
    },
  });

const synthesized = (environment: Environment): Stacks =>
  synthesize({ environments: [environment], consumers: [consumer] }).stacks;

// One of five still has each value of each mode.
test.each(sample(every, 5))("NAT $nat, $launchType, $target, enforcement $enforce: everything is proven", (mode) => {
  const environment = environmentIn(mode);
  const { proofs } = prove(synthesized(environment), environment, [consumer]);
  const open = proofs.filter(({ outcome }) => outcome !== "proven").map(({ expectation }) => expectation.title);
  expect(open).toEqual([]);
});

test.each(["none", "single"] as const)("in another partition, NAT %s: everything is proven", (natGateways) => {
  const environment = environmentOf({
    region: "us-gov-west-1",
    application: { image: { uri: "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/app:1" } },
    network: { cidr: "10.20.0.0/16", natGateways },
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" },
  });
  const { stacks } = synthesize({ environments: [environment], consumers: [] });
  const { proofs } = prove(stacks, environment, []);
  expect(proofs.filter(({ outcome }) => outcome !== "proven").map(({ expectation }) => expectation.title)).toEqual([]);
});

describe("what is promised", () => {
  const environment = environmentIn({ nat: "none", launchType: "EC2", target: "ip-sync", enforce: "on" });
  const stacks = synthesized(environment);
  const { proofs } = prove(stacks, environment, [consumer]);
  const titles = (kind: string) =>
    proofs.flatMap(({ expectation }) => (expectation.kind === kind ? [expectation.title] : []));

  test("must pass: the whole way of a request, and every service that tasks, instances and the sync Lambda need", () => {
    expect(titles("must pass")).toEqual(
      expect.arrayContaining([
        "clients of consumer test reach the NLB through their endpoint",
        "requests of the NLB reach the ALB",
        "health checks of the NLB reach the ALB",
        "requests of the ALB reach the tasks",
        "health checks of the ALB reach the tasks",
        "tasks reach the database",
        "tasks reach the file system",
        "the data load reaches the database",
        "instance → ecr.api (image)",
        "instance → ecr.dkr (image)",
        "instance → s3 (image)",
        "instance → secretsmanager (secrets of a task)",
        "instance → kms (secrets of a task)",
        "instance → ssm (Session Manager)",
        "instance → ssmmessages (Session Manager)",
        "instance → logs (logs of a task)",
        "instance → ecs (ECS control plane)",
        "instance → ssmmessages (Session Manager)",
        "task → s3 (static assets)",
        "sync-lambda → ec2 (sync)",
        "sync-lambda → elasticloadbalancing (sync)",
      ]),
    );
  });

  test("must not pass: whoever is not part of the pattern", () => {
    expect(titles("must not pass")).toEqual(
      expect.arrayContaining([
        "nothing comes in from the internet",
        "consumers reach nothing but the NLB, peered or not",
        "clients outside consumerCidrs do not reach the NLB",
        "tasks reach no other port of the database",
        "the sync Lambda reaches neither database nor file system",
        "nothing leads out of isolated subnets, whatever security groups and the main route table say",
        "nothing but the NLB reaches the ALB",
        "nothing but the ALB reaches tasks",
        "nothing but tasks and the data load reaches the database",
        "nothing but tasks reaches the file system",
      ]),
    );
  });

  test("an agent that copies the tags of its EC2 instance needs Amazon EC2: without NAT, an endpoint for it", () => {
    const outside = environmentIn({ nat: "none", launchType: "EC2", target: "alb-target", enforce: "off" });
    const open = (copies: boolean) => {
      const json = JSON.stringify(synthesized(outside));
      const changed = copies
        ? json.replace(/ECS_CONTAINER_INSTANCE_TAGS=.*?\)\}/, "ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance")
        : json;
      return prove(JSON.parse(changed) as Stacks, outside, [consumer])
        .proofs.filter(({ outcome }) => outcome === "refuted")
        .map(({ expectation }) => expectation.title);
    };
    expect(open(false)).toEqual([]);
    expect(open(true)).toEqual(["instance → ec2 (tags of an instance)"]);
  });

  test("own and other zones are both tried", () => {
    const database = proofs.find(({ expectation }) => expectation.id === "task-database");
    expect(database?.flows).toHaveLength(9);
  });

  test("an Aurora cluster is reached in every zone, and one with another port than the rules' is refuted", () => {
    const withCluster: Environment = {
      ...environment,
      data: { ...environment.data, database: { ...environment.data.database, engine: "aurora-postgresql" } },
    };
    const json = JSON.stringify(synthesized(withCluster));
    const outcomes = (text: string) => {
      const found = prove(JSON.parse(text) as Stacks, withCluster, [consumer]).proofs;
      return {
        flows: found.find(({ expectation }) => expectation.id === "task-database")?.flows.length,
        refuted: found.filter(({ outcome }) => outcome !== "proven").map(({ expectation }) => expectation.id),
      };
    };
    expect(outcomes(json)).toEqual({ flows: 9, refuted: [] });
    const moved = json.replace('"port":5432,"preferred_backup_window"', '"port":5433,"preferred_backup_window"');
    expect(moved).not.toBe(json);
    expect(outcomes(moved).refuted).toEqual(expect.arrayContaining(["task-database", "data-load-database"]));
  });

  test("every hop that a rule or resource decides names it with stack and address", () => {
    const database = proofs.find(({ expectation }) => expectation.id === "task-database");
    expect(database?.flows[0]?.trace.hops.map(({ origin }) => [origin?.stack, origin?.address.split(".")[0]])).toEqual([
      ["compute-test", "aws_vpc_security_group_egress_rule"],
      ["network-test", "aws_route_table"],
      ["compute-test", "aws_vpc_security_group_ingress_rule"],
    ]);
  });
});

describe("dual stack", () => {
  const dualStack = (natGateways: Mode["nat"], consumerCidrs: string[]) =>
    environmentOf({
      network: { cidr: "10.20.0.0/16", natGateways, ipAddressType: "dualstack" },
      privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "on", consumerCidrs, sync: { insideVpc: true } },
    });
  const client = consumerOf({
    region: "eu-central-1",
    accountId: "111122223333",
    service: { environment: "test" },
    vpc: { cidr: "10.90.0.0/24" },
    endpoint: { ipAddressType: "dualstack" },
    clients: { cidrs: ["2001:db8:1200::/56"] },
  });
  const outcomes = (environment: Environment, change = (json: string) => json) => {
    const { stacks } = synthesize({ environments: [environment], consumers: [client] });
    const { proofs } = prove(JSON.parse(change(JSON.stringify(stacks))) as Stacks, environment, [client]);
    return Object.fromEntries(proofs.map(({ expectation, outcome }) => [expectation.id, outcome]));
  };
  const both = ["10.90.0.0/16", "2001:db8:1200::/48"];

  test.each(["none", "single"] as const)("NAT %s: every path of both families is proven", (nat) => {
    const found = outcomes(dualStack(nat, both));
    expect(Object.entries(found).filter(([, outcome]) => outcome !== "proven")).toEqual([]);
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining(["ipv6-internet", "ipv6-connected-networks", "ipv6-out"]),
    );
    expect("ipv6-way-out" in found).toBe(nat === "single");
  });

  test("clients of another IPv6 range are refuted", () => {
    const found = outcomes(dualStack("single", ["10.90.0.0/16", "2001:db8:1300::/48"]));
    expect(found).toMatchObject({ "consumer-test": "refuted", "ipv6-way-out": "proven" });
  });

  test("what a group lets in from anywhere comes in only where an internet gateway leads back", () => {
    const anywhere = (json: string) => json.replaceAll("2001:db8:1200::/48", "::/0");
    const toInternetGateway = (json: string) =>
      json
        .replaceAll("egress_only_gateway_id", "gateway_id")
        .replaceAll("${aws_egress_only_internet_gateway.", "${aws_internet_gateway.");
    const environment = dualStack("single", both);
    expect(outcomes(environment, anywhere)).toMatchObject({
      "ipv6-internet": "proven",
      "ipv6-connected-networks": "refuted",
      "outside-consumer-cidrs": "refuted",
    });
    expect(outcomes(environment, toInternetGateway)["ipv6-internet"]).toBe("proven");
    expect(outcomes(environment, (json) => toInternetGateway(anywhere(json)))["ipv6-internet"]).toBe("refuted");
  });
});

describe("what the JSON does not tell", () => {
  const environment = environmentIn({ nat: "none", launchType: "EC2", target: "ip-sync", enforce: "on" });
  const consumer = (changes: Pick<Parameters<typeof consumerOf>[0], "vpc" | "clients" | "endpoint">) =>
    consumerOf({
      region: "eu-central-1",
      accountId: "111122223333",
      service: { environment: "test" },
      ...changes,
    });
  const existing = (cidr: string) =>
    consumer({
      vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
      clients: { cidrs: [cidr] },
    });
  const outcomeOf = (cidr: string) => {
    const inVpc = existing(cidr);
    const { stacks } = synthesize({ environments: [environment], consumers: [inVpc] });
    return prove(stacks, environment, [inVpc]).proofs.find(({ expectation }) => expectation.id === "consumer-test");
  };

  test("a VPC given by id is unknown, not proven, and the report says why", () => {
    const proof = outcomeOf("10.90.7.0/24");
    expect(proof?.outcome).toBe("unknown");
    expect(proof?.flows[0]?.trace.hops[0]?.text).toContain("the VPC exists already");
  });

  test("what is closed for its clients all the same is refuted", () => {
    expect(outcomeOf("172.16.0.0/24")?.outcome).toBe("refuted");
  });

  test("clients of a prefix list are unknown, the block of the VPC is proven", () => {
    const client = consumer({
      vpc: { cidr: "10.90.0.0/24" },
      clients: { prefixListIds: ["pl-0123456789abcdef0"] },
    });
    const { stacks } = synthesize({ environments: [environment], consumers: [client] });
    const { proofs } = prove(stacks, environment, [client]);
    const flows = proofs.find(({ expectation }) => expectation.id === "consumer-test")?.flows ?? [];
    const unknown = flows.flatMap(({ outcome, trace }) => (outcome === "unknown" ? [trace.hops.at(-1)?.text] : []));
    expect(unknown).toEqual(["clients in prefix list pl-0123456789abcdef0: its addresses are not in these stacks"]);
    expect(flows.filter(({ outcome }) => outcome === "proven").length).toBeGreaterThan(0);
    expect(flows.filter(({ outcome }) => outcome === "refuted")).toEqual([]);
  });

  test("a prefix list may hold an outsider, so that nobody is proven to be kept out", () => {
    const client = consumer({
      vpc: { cidr: "10.90.0.0/24" },
      clients: { prefixListIds: ["pl-0123456789abcdef0"] },
    });
    const { stacks } = synthesize({ environments: [environment], consumers: [client] });
    const outsiders = prove(stacks, environment, [client]).proofs.find(
      ({ expectation }) => expectation.id === "consumer-test-outsiders",
    );
    expect(outsiders?.outcome).toBe("unknown");
    expect(outsiders?.flows[0]?.trace.hops.at(-1)?.text).toContain("the addresses of prefix list pl-0123456789abcdef0");
  });

  test("more security groups of the endpoint may admit an outsider", () => {
    const client = consumer({
      vpc: { cidr: "10.90.0.0/24" },
      endpoint: { securityGroupIds: ["sg-0123456789abcdef0"] },
    });
    const { stacks } = synthesize({ environments: [environment], consumers: [client] });
    const { proofs } = prove(stacks, environment, [client]);
    const outcome = (id: string) => proofs.find(({ expectation }) => expectation.id === id)?.outcome;
    expect([outcome("consumer-test"), outcome("consumer-test-outsiders")]).toEqual(["proven", "unknown"]);
  });

  test("clients of whom only a part is in consumerCidrs are refuted", () => {
    expect(outcomeOf("10.0.0.0/8")?.outcome).toBe("refuted");
  });
});
