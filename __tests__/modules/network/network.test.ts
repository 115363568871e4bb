import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const network = (overrides: Block = {}, more: Block = {}) =>
  synthesizeEnvironment({ network: { cidr: "10.20.0.0/16", ...overrides }, ...more })("network");

const named = (blocks: Block[], part: string) => blocks.filter((block) => block.tags.Name.includes(`-${part}-`));

describe("VPC", () => {
  test("resolves names, which endpoints and EFS need", () => {
    expect(only(network(), "aws_vpc")).toMatchObject({
      cidr_block: "10.20.0.0/16",
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
  });

  test("default security group allows nothing", () => {
    const group = only(network(), "aws_default_security_group");
    expect(group.ingress).toBeUndefined();
    expect(group.egress).toBeUndefined();
  });

  test("flow logs record accepted and rejected flows and end after the retention", () => {
    const stack = network({ flowLogs: { retentionDays: 30 } });
    expect(only(stack, "aws_flow_log")).toMatchObject({ traffic_type: "ALL" });
    expect(only(stack, "aws_cloudwatch_log_group").retention_in_days).toBe(30);
  });

  test("flow logs can be left out", () => {
    expect(network({ flowLogs: { enabled: false } }).resource.aws_flow_log).toBeUndefined();
  });
});

describe("subnets", () => {
  test.each([2, 3] as const)(
    "%i zones have a private and an isolated subnet each, with a route table each",
    (count) => {
      const stack = network({ availabilityZoneCount: count });
      const subnets = resources(stack, "aws_subnet");
      expect(named(subnets, "private")).toHaveLength(count);
      expect(named(subnets, "isolated")).toHaveLength(count);
      const tables = resources(stack, "aws_route_table");
      expect(named(tables, "private")).toHaveLength(count);
      expect(named(tables, "isolated")).toHaveLength(count);
    },
  );

  test("no subnet gives out public addresses", () => {
    for (const subnet of resources(network(), "aws_subnet")) expect(subnet.map_public_ip_on_launch).toBe(false);
  });

  test("blocks do not overlap and stay when a zone is added", () => {
    const blocks = (count: number) =>
      resources(network({ availabilityZoneCount: count }), "aws_subnet").map((subnet) => subnet.cidr_block as string);
    expect(new Set(blocks(3)).size).toBe(9);
    expect(blocks(3)).toEqual(expect.arrayContaining(blocks(2)));
  });

  test("pinned Availability Zone IDs place the subnets", () => {
    const stack = network({ availabilityZoneCount: 2, availabilityZoneIds: ["euc1-az1", "euc1-az3"] });
    const zones = named(resources(stack, "aws_subnet"), "private").map((subnet) => subnet.availability_zone_id);
    expect(zones).toEqual(["euc1-az1", "euc1-az3"]);
    // An ID that the account does not have is found before anything is created.
    const [known] = Object.values(stack.data.aws_availability_zones ?? {});
    expect(known?.lifecycle.postcondition).toHaveLength(1);
  });

  test("zones by name leave out Local Zones, and those that lack what the pattern needs", () => {
    const [zones] = Object.values(network().data.aws_availability_zones ?? {});
    expect(zones?.filter).toEqual([{ name: "opt-in-status", values: ["opt-in-not-required"] }]);
    expect(zones?.exclude_zone_ids).toEqual(expect.arrayContaining(["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"]));
  });

  test("the outage of a zone, or a new one, moves no subnet", () => {
    const stack = network();
    for (const subnet of resources(stack, "aws_subnet")) {
      expect(subnet.lifecycle).toEqual({ ignore_changes: ["availability_zone"] });
    }
    const [zones] = Object.values(stack.data.aws_availability_zones ?? {});
    expect(zones).not.toHaveProperty("state");
  });

  test("dual stack gives VPC and subnets IPv6 blocks", () => {
    const stack = network({ ipAddressType: "dualstack" });
    expect(only(stack, "aws_vpc").assign_generated_ipv6_cidr_block).toBe(true);
    const blocks = resources(stack, "aws_subnet").map((subnet) => subnet.ipv6_cidr_block);
    expect(new Set(blocks).size).toBe(9);
  });

  test("dual stack: hosts of private subnets get IPv6 addresses, and a way out wherever there is NAT", () => {
    const stack = network({ ipAddressType: "dualstack" });
    for (const subnet of resources(stack, "aws_subnet")) {
      expect(subnet.assign_ipv6_address_on_creation).toBe(String(subnet.tags.Name).includes("-private-"));
    }
    const routes = resources(stack, "aws_route").filter((route) => route.destination_ipv6_cidr_block === "::/0");
    expect(routes).toHaveLength(3);
    for (const route of routes) {
      expect(route.route_table_id).toContain("private");
      expect(route.egress_only_gateway_id).toContain("aws_egress_only_internet_gateway.");
    }
    const withoutNat = network({ ipAddressType: "dualstack", natGateways: "none" });
    expect(withoutNat.resource.aws_egress_only_internet_gateway).toBeUndefined();
    expect(network().resource.aws_egress_only_internet_gateway).toBeUndefined();
  });
});

describe("NAT", () => {
  test("none: no internet gateway, no public subnet, no default route, but endpoints", () => {
    const stack = network({ natGateways: "none" });
    expect(stack.resource.aws_internet_gateway).toBeUndefined();
    expect(stack.resource.aws_nat_gateway).toBeUndefined();
    expect(stack.resource.aws_route).toBeUndefined();
    expect(named(resources(stack, "aws_subnet"), "public")).toEqual([]);
    expect(resources(stack, "aws_vpc_endpoint").length).toBeGreaterThan(5);
  });

  test.each([
    ["single", 1],
    ["perAz", 3],
  ])("%s: %i NAT gateways, and every private subnet has a way out", (natGateways, count) => {
    const stack = network({ natGateways });
    expect(resources(stack, "aws_nat_gateway")).toHaveLength(count);
    const viaNat = resources(stack, "aws_route").filter((route) => route.nat_gateway_id);
    expect(viaNat).toHaveLength(3);
    expect(new Set(viaNat.map((route) => route.nat_gateway_id)).size).toBe(count);
  });

  test.each(["none", "single", "perAz"])("%s: nothing leads out of isolated subnets", (natGateways) => {
    const stack = network({ natGateways });
    const routed = resources(stack, "aws_route").map((route) => route.route_table_id as string);
    expect(routed.filter((table) => table.includes("isolated"))).toEqual([]);
    const gateway = resources(stack, "aws_vpc_endpoint").find((endpoint) => endpoint.vpc_endpoint_type === "Gateway");
    expect(JSON.stringify(gateway?.route_table_ids)).not.toContain("isolated");
  });
});

describe("endpoints", () => {
  const services = (stack: ReturnType<typeof network>) =>
    resources(stack, "aws_vpc_endpoint")
      .map((endpoint) => endpoint.service_name.replace("com.amazonaws.eu-central-1.", ""))
      .sort();
  const always = ["ecr.api", "ecr.dkr", "kms", "logs", "s3", "secretsmanager"];

  test("with NAT: the S3 gateway endpoint alone", () => {
    expect(services(network())).toEqual(["s3"]);
  });

  test("no NAT on EC2: also the ECS control plane and Session Manager, the only way onto an instance", () => {
    const stack = network({ natGateways: "none" });
    expect(services(stack)).toEqual([...always, "ecs", "ecs-agent", "ecs-telemetry", "ssm", "ssmmessages"].sort());
  });

  test("no NAT: endpoints that an application alone may call are made for those who ask", () => {
    const stack = network({ natGateways: "none", additionalInterfaceEndpoints: ["monitoring", "sts"] });
    expect(services(stack)).toEqual(expect.arrayContaining(["monitoring", "sts"]));
  });

  test("AWS is asked of each service: whether it takes a policy, has a private name and is in every zone", () => {
    const stack = network({ natGateways: "none", additionalInterfaceEndpoints: ["sqs"] });
    const known = stack.data.aws_vpc_endpoint_service ?? {};
    const interfaces = resources(stack, "aws_vpc_endpoint").filter((each) => each.vpc_endpoint_type === "Interface");
    expect(Object.keys(known)).toHaveLength(interfaces.length);
    for (const endpoint of interfaces) {
      const [name, service] =
        Object.entries(known).find(([, block]) => block.service_name === endpoint.service_name) ?? [];
      expect(endpoint.policy).toMatch(
        new RegExp(
          `^\\$\\{data\\.aws_vpc_endpoint_service\\.${name}\\.vpc_endpoint_policy_supported \\? .+\\.json : null\\}$`,
        ),
      );
      const [inEveryZone] = endpoint.lifecycle.precondition;
      expect(inEveryZone.condition).toContain(`data.aws_vpc_endpoint_service.${name}.availability_zones`);
      const option = endpoint.service_name.endsWith(".sqs") ? "additionalInterfaceEndpoints" : "natGateways";
      expect(inEveryZone.error_message).toContain(`network.${option}`);
      expect(service?.lifecycle.postcondition[0].error_message).toContain(`network.${option}`);
    }
  });

  test("no NAT on Fargate: no ECS control plane", () => {
    const stack = network({ natGateways: "none" }, { compute: { launchType: "FARGATE" } });
    expect(services(stack)).toEqual(always);
  });

  test("no NAT with ECS Exec and the sync Lambda inside the VPC: theirs as well", () => {
    const { application, privatelink } = {
      application: { image: { uri: "example.com/app:1" }, executeCommand: true },
      privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", sync: { insideVpc: true } },
    };
    const stack = network({ natGateways: "none" }, { application, privatelink });
    expect(services(stack)).toEqual(expect.arrayContaining(["ssmmessages", "ec2", "elasticloadbalancing", "dynamodb"]));
  });

  test("additional ones are made with NAT, too", () => {
    expect(services(network({ additionalInterfaceEndpoints: ["sqs"] }))).toEqual(["s3", "sqs"]);
  });

  test("interface endpoints stand in every zone, with private DNS, behind their own security group", () => {
    const stack = network({ natGateways: "none" });
    for (const endpoint of resources(stack, "aws_vpc_endpoint")) {
      if (endpoint.vpc_endpoint_type === "Gateway") continue;
      expect(endpoint.private_dns_enabled).toBe(true);
      expect(endpoint.subnet_ids).toHaveLength(3);
      expect(endpoint.security_group_ids).toHaveLength(1);
    }
    for (const rule of resources(stack, "aws_vpc_security_group_ingress_rule")) {
      expect(rule).toMatchObject({ from_port: 443, to_port: 443, ip_protocol: "tcp" });
      expect(rule.cidr_ipv4).toMatch(/^10\.20\./);
    }
  });

  test("only this account's principals pass, besides image layers of ECR", () => {
    const documents = network({ natGateways: "none" }).data.aws_iam_policy_document ?? {};
    const statements = Object.entries(documents)
      .filter(([name]) => name.includes("endpoint"))
      .flatMap(([, document]) => document.statement as Block[]);
    const open = statements.filter((statement) => !statement.condition);
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({ sid: "ImageLayers", actions: ["s3:GetObject"] });
    expect(open[0]?.resources[0]).toContain("prod-eu-central-1-starport-layer-bucket/*");
  });
});

test("an additional endpoint may be called like a child of the module", () => {
  const additionalInterfaceEndpoints = ["account", "security-group", "sqs"];
  const stack = synthesizeEnvironment({ network: { cidr: "10.20.0.0/16", additionalInterfaceEndpoints } })("network");
  const made = Object.values(stack.resource.aws_vpc_endpoint ?? {}).map((block) => block.service_name);
  expect(made).toEqual(
    expect.arrayContaining(additionalInterfaceEndpoints.map((name) => `com.amazonaws.eu-central-1.${name}`)),
  );
});
