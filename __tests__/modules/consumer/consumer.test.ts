import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { ConsumerInput } from "../../../config/schema";
import { type Block, consumerOf, environmentOf, only, type StackJson, synthesize } from "../../synth";

const serviceName = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";

const consumer = (input: Partial<ConsumerInput> = {}): StackJson => {
  const { stacks } = synthesize({
    environments: [],
    consumers: [
      consumerOf({
        region: "eu-central-1",
        backend: { type: "local" },
        service: { name: serviceName },
        vpc: { cidr: "10.90.0.0/24" },
        ...input,
      }),
    ],
  });
  const stack = stacks["consumer-endpoint-test"];
  if (!stack) throw new Error("no consumer stack");
  return stack;
};

const existing = { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] };

const conditions = (block: Block | undefined, kind: "precondition" | "postcondition"): string[] =>
  (block?.lifecycle?.[kind] ?? []).map(({ condition }: Block) => condition);

const data = (stack: StackJson, type: string): Block => {
  const [block, ...more] = Object.values(stack.data[type] ?? {});
  if (!block || more.length > 0) throw new Error(`not one data source of type ${type}`);
  return block;
};

describe("VPC of its own", () => {
  test("has private subnets in the service's zones, and no way out", () => {
    const stack = consumer();
    expect(only(stack, "aws_vpc")).toMatchObject({
      cidr_block: "10.90.0.0/24",
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
    const subnets = Object.values(stack.resource.aws_subnet ?? {});
    expect(subnets).toHaveLength(2);
    for (const subnet of subnets) {
      expect(subnet.availability_zone).toMatch(/sort\(data\.aws_vpc_endpoint_service\.\w+\.availability_zones\)/);
      expect(subnet.map_public_ip_on_launch).toBe(false);
    }
    expect(Object.keys(stack.resource)).not.toEqual(expect.arrayContaining(["aws_internet_gateway"]));
    expect(stack.resource.aws_route).toBeUndefined();
    expect(only(stack, "aws_default_security_group").ingress).toBeUndefined();
  });

  test("a zone that the service gains later moves no subnet", () => {
    for (const subnet of Object.values(consumer().resource.aws_subnet ?? {})) {
      expect(subnet.lifecycle.ignore_changes).toContain("availability_zone");
    }
  });

  test("takes the invitation's zones where they are given", () => {
    const stack = consumer({ service: { name: serviceName, availabilityZoneIds: ["euc1-az3", "euc1-az1"] } });
    const zones = Object.values(stack.resource.aws_subnet ?? {}).map((subnet) => subnet.availability_zone_id);
    expect(zones).toEqual(["euc1-az3", "euc1-az1"]);
  });

  test("fails when the invitation has fewer zones than asked for", () => {
    expect(() => consumer({ service: { name: serviceName, availabilityZoneIds: ["euc1-az3"] } })).toThrow(
      "availabilityZoneCount is 2, but the service has 1 zones: euc1-az3",
    );
  });

  test("in another Region any zone will do", () => {
    const stack = consumer({ region: "eu-west-1", service: { name: serviceName, region: "eu-central-1" } });
    for (const subnet of Object.values(stack.resource.aws_subnet ?? {})) {
      expect(subnet.availability_zone).toContain("data.aws_availability_zones.");
    }
    expect(only(stack, "aws_vpc_endpoint").service_region).toBe("eu-central-1");
    expect(data(stack, "aws_vpc_endpoint_service").service_regions).toEqual(["eu-central-1"]);
  });
});

describe("existing VPC", () => {
  test("is looked up, not made", () => {
    const stack = consumer({ vpc: existing });
    expect(stack.resource.aws_vpc).toBeUndefined();
    expect(stack.resource.aws_subnet).toBeUndefined();
    expect(data(stack, "aws_vpc").id).toBe("vpc-0123456789abcdef0");
    expect(data(stack, "aws_subnet").id).toContain("subnet-0123456789abcdef1");
  });

  test("can be found by tags, its subnets by zone and tags", () => {
    const stack = consumer({
      vpc: {
        tags: { Name: "shared" },
        availabilityZoneIds: ["euc1-az1", "euc1-az2"],
        subnetTags: { tier: "private" },
      },
    });
    expect(data(stack, "aws_vpc").tags).toEqual({ Name: "shared" });
    expect(data(stack, "aws_subnet")).toMatchObject({
      vpc_id: expect.stringContaining("data.aws_vpc."),
      availability_zone_id: '${["euc1-az1","euc1-az2"][count.index]}',
      tags: { tier: "private" },
    });
  });

  test("the plan checks VPC, zones of the service and of the invitation, and one subnet per zone", () => {
    const stack = consumer({
      vpc: existing,
      service: { name: serviceName, availabilityZoneIds: ["euc1-az1", "euc1-az2"] },
    });
    expect(conditions(data(stack, "aws_subnet"), "postcondition")).toEqual([
      expect.stringContaining("self.vpc_id =="),
      expect.stringContaining("self.availability_zone)"),
      expect.stringContaining("self.availability_zone_id)"),
    ]);
    expect(conditions(only(stack, "aws_vpc_endpoint"), "precondition")).toEqual([expect.stringContaining("distinct(")]);
  });

  test("zones are not compared across Regions", () => {
    const stack = consumer({
      region: "eu-west-1",
      vpc: existing,
      service: { name: serviceName, region: "eu-central-1", availabilityZoneIds: ["euc1-az1"] },
    });
    expect(conditions(data(stack, "aws_subnet"), "postcondition")).toEqual([
      expect.stringContaining("self.vpc_id =="),
      // Only zones that take part in cross-Region access at all.
      expect.stringMatching(/!contains\(\["use1-az3",.*self\.availability_zone_id\)/),
    ]);
  });

  test("the VPC belongs to the account: in one that is shared, endpoints are its owner's", () => {
    expect(conditions(data(consumer({ vpc: existing }), "aws_vpc"), "postcondition")).toEqual([
      expect.stringMatching(/^\$\{self\.owner_id == data\.aws_caller_identity\.[\w-]+\.account_id\}$/),
    ]);
  });

  test("private names need the VPC's DNS attributes", () => {
    const checked = (dns: ConsumerInput["dns"]) =>
      conditions(data(consumer({ vpc: existing, dns }), "aws_vpc"), "postcondition").filter(
        (condition) => !condition.includes("owner_id"),
      );
    expect(checked({ mode: "none" })).toEqual([]);
    expect(checked({ mode: "private-dns" })).toEqual(["${self.enable_dns_support && self.enable_dns_hostnames}"]);
    expect(checked({ mode: "private-hosted-zone", name: "app.internal" })).toHaveLength(1);
  });
});

describe("who may use the endpoint", () => {
  const rules = (stack: StackJson) => Object.values(stack.resource.aws_vpc_security_group_ingress_rule ?? {});

  test("the block of a VPC of its own, on the service's ports", () => {
    const [rule, ...more] = rules(consumer({ service: { name: serviceName, ports: [80, 443] } }));
    expect(more).toEqual([]);
    expect(rule?.for_each).toContain('setproduct([80,443], ["10.90.0.0/24"])');
    expect(rule).toMatchObject({
      cidr_ipv4: "${each.value.client}",
      from_port: "${each.value.port}",
      to_port: "${each.value.port}",
      ip_protocol: "tcp",
    });
  });

  test("named ranges and security groups", () => {
    const found = rules(
      consumer({
        vpc: existing,
        clients: { cidrs: ["10.0.0.0/8"], securityGroupIds: ["sg-0123456789abcdef0"] },
      }),
    );
    expect(
      found.map(({ cidr_ipv4, referenced_security_group_id }) => [cidr_ipv4, referenced_security_group_id]),
    ).toEqual([
      ["${each.value.client}", undefined],
      [undefined, "${each.value.client}"],
    ]);
  });

  test("IPv6 ranges and prefix lists", () => {
    const found = rules(
      consumer({
        vpc: existing,
        clients: { cidrs: ["2001:db8:1200::/56"], prefixListIds: ["pl-0123456789abcdef0"] },
        endpoint: { ipAddressType: "dualstack" },
      }),
    );
    expect(found.map(({ cidr_ipv6, for_each, prefix_list_id }) => [cidr_ipv6, prefix_list_id, for_each])).toEqual([
      ["${each.value.client}", undefined, expect.stringContaining('["2001:db8:1200::/56"]')],
      [undefined, "${each.value.client}", expect.stringContaining('"pl-0123456789abcdef0":"pl-0123456789abcdef0"')],
    ]);
  });

  test("nobody, where no one is named", () => {
    expect(rules(consumer({ vpc: existing }))).toEqual([]);
  });

  test("ports and Region of an environment of this project are those of its service", () => {
    const { stacks } = synthesize({
      environments: [
        environmentOf({
          compute: { loadBalancer: { listeners: [{ port: 8080 }] } },
          privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", supportedRegions: ["eu-west-1"] },
        }),
      ],
      consumers: [
        consumerOf(
          {
            region: "eu-west-1",
            backend: { type: "local" },
            service: { environment: "test" },
            vpc: { cidr: "10.90.0.0/24" },
          },
          "reader",
        ),
      ],
    });
    const stack = stacks["consumer-endpoint-reader"] as StackJson;
    expect(rules(stack)[0]?.for_each).toContain("setproduct([8080],");
    expect(only(stack, "aws_vpc_endpoint").service_region).toBe("eu-central-1");
  });
});

describe("the endpoint", () => {
  test("says nothing of addresses, groups and timeouts that are not given", () => {
    const endpoint = only(consumer(), "aws_vpc_endpoint");
    expect(Object.keys(endpoint)).not.toEqual(
      expect.arrayContaining(["ip_address_type", "dns_options", "timeouts", "policy"]),
    );
    expect(endpoint.security_group_ids).toEqual([expect.stringContaining("aws_security_group.")]);
  });

  test("takes more security groups, and waits as long as it is told", () => {
    const stack = consumer({
      endpoint: { securityGroupIds: ["sg-0123456789abcdef1"], timeoutMinutes: { create: 20 } },
    });
    const endpoint = only(stack, "aws_vpc_endpoint");
    expect(endpoint.security_group_ids).toEqual([
      expect.stringContaining("aws_security_group."),
      "sg-0123456789abcdef1",
    ]);
    expect(endpoint.timeouts).toEqual({ create: "20m" });
  });

  test("with IPv6 has records of both families, if service and subnets have IPv6 addresses", () => {
    const stack = consumer({
      vpc: existing,
      clients: { cidrs: ["10.0.0.0/8"] },
      endpoint: { ipAddressType: "dualstack" },
      dns: { mode: "private-hosted-zone", name: "app.internal" },
    });
    const endpoint = only(stack, "aws_vpc_endpoint");
    expect(endpoint).toMatchObject({ ip_address_type: "dualstack", dns_options: { dns_record_ip_type: "dualstack" } });
    expect(conditions(endpoint, "precondition")).toContainEqual(
      expect.stringMatching(/^\$\{contains\(data\.[\w.-]+\.supported_ip_address_types, "ipv6"\)\}$/),
    );
    expect(conditions(data(stack, "aws_subnet"), "postcondition")).toContain('${self.ipv6_cidr_block != ""}');
    expect(
      Object.values(stack.resource.aws_route53_record ?? {})
        .map(({ type }) => type)
        .sort(),
    ).toEqual(["A", "AAAA"]);
  });

  test("with IPv6 alone needs IPv6-only subnets", () => {
    const stack = consumer({
      vpc: existing,
      clients: { cidrs: ["2001:db8:1200::/56"] },
      endpoint: { ipAddressType: "ipv6" },
    });
    expect(conditions(data(stack, "aws_subnet"), "postcondition")).toContain("${self.ipv6_native}");
  });
});

describe("names", () => {
  test("none: the endpoint's own names alone", () => {
    const stack = consumer();
    expect(only(stack, "aws_vpc_endpoint").private_dns_enabled).toBe(false);
    expect(stack.resource.aws_route53_zone).toBeUndefined();
    expect(stack.output.nextStep?.value).toContain('"available":"Ready to use."');
  });

  test("private DNS: off in the first apply, whose output announces the second", () => {
    const stack = consumer({ dns: { mode: "private-dns" } });
    expect(only(stack, "aws_vpc_endpoint").private_dns_enabled).toBe(false);
    expect(stack.output.nextStep?.value).toContain("Ask the provider of the service to accept");
    expect(stack.output.nextStep?.value).toContain("set dns.privateDnsEnabled: true in test.yaml and apply again");
  });

  test("private DNS: on in the second apply, if the service has such a name", () => {
    const stack = consumer({ dns: { mode: "private-dns", privateDnsEnabled: true } });
    const endpoint = only(stack, "aws_vpc_endpoint");
    expect(endpoint.private_dns_enabled).toBe(true);
    expect(conditions(endpoint, "precondition")).toEqual([expect.stringContaining(".private_dns_name)")]);
    expect(stack.output.nextStep?.value).not.toContain("privateDnsEnabled");
  });

  test("private hosted zone: its apex leads to the endpoint, in this VPC and in more", () => {
    const stack = consumer({
      dns: { mode: "private-hosted-zone", name: "app.internal", additionalVpcIds: ["vpc-0123456789abcdef1"] },
    });
    const zone = only(stack, "aws_route53_zone");
    expect(zone.for_each).toBe('${toset(["app.internal"])}');
    expect(zone.dynamic.vpc.for_each).toEqual([expect.stringContaining("aws_vpc."), "vpc-0123456789abcdef1"]);
    expect(only(stack, "aws_route53_record")).toMatchObject({
      name: "${each.value.name}",
      type: "A",
      alias: { name: expect.stringContaining(".dns_entry[0].dns_name") },
    });
  });
});

test("outputs name what provider and clients need", () => {
  expect(Object.keys(consumer().output).sort()).toEqual(["dnsNames", "endpointId", "nextStep", "state"]);
});

test("the file shown in docs/consumer.md works as it stands", () => {
  const page = readFileSync("docs/consumer.md", "utf8");
  const stack = consumer({ backend: { type: "local" }, ...parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "") });
  expect(only(stack, "aws_vpc_endpoint").service_name).toBe(serviceName);
  expect(only(stack, "aws_route53_zone").for_each).toContain("app.example.internal");
});

test("no stack of a consumer keeps a token of CDKTF that Terraform would not know", () => {
  const dns = {
    mode: "private-hosted-zone" as const,
    name: "app.example.internal",
    additionalVpcIds: ["vpc-0fedcba9876543210"],
  };
  for (const vpc of [
    { cidr: "10.90.0.0/24" },
    { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
  ]) {
    expect(JSON.stringify(consumer({ vpc, dns }))).not.toContain("TfToken");
  }
});
