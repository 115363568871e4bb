import { evaluate } from "../../paths/evaluation/evaluate";
import type { DirectFlow } from "../../paths/evaluation/flow";
import { addProbes } from "../../paths/expectations/probes";
import { readNetwork } from "../../paths/model/read";
import type { Block, Stacks } from "../../paths/model/stacks";

type Resources = Record<string, Record<string, Block>>;

/** A VPC with two subnets, an internal ALB in the first and a mount target in the second. */
const base: Resources = {
  aws_vpc: { vpc: { cidr_block: "10.0.0.0/16", enable_dns_hostnames: true } },
  aws_subnet: {
    a: { vpc_id: "${aws_vpc.vpc.id}", cidr_block: "10.0.1.0/24", availability_zone: "eu-central-1a" },
    b: { vpc_id: "${aws_vpc.vpc.id}", cidr_block: "10.0.2.0/24", availability_zone: "eu-central-1b" },
  },
  aws_route_table: { a: { vpc_id: "${aws_vpc.vpc.id}" } },
  aws_route_table_association: {
    a: { subnet_id: "${aws_subnet.a.id}", route_table_id: "${aws_route_table.a.id}" },
  },
  aws_security_group: {
    client: { name: "client", vpc_id: "${aws_vpc.vpc.id}" },
    files: { name: "files", vpc_id: "${aws_vpc.vpc.id}" },
  },
  aws_lb: {
    alb: { internal: true, subnets: ["${aws_subnet.a.id}"], security_groups: ["${aws_security_group.client.id}"] },
  },
  aws_efs_mount_target: {
    files: { subnet_id: "${aws_subnet.b.id}", security_groups: ["${aws_security_group.files.id}"] },
  },
};

const rule = (group: string, peer: Block, ports: Block = { from_port: 2049, to_port: 2049 }): Block => ({
  security_group_id: `\${aws_security_group.${group}.id}`,
  ip_protocol: "tcp",
  ...ports,
  ...peer,
});
const bothWays: Resources = {
  aws_vpc_security_group_egress_rule: {
    out: rule("client", { referenced_security_group_id: "${aws_security_group.files.id}" }),
  },
  aws_vpc_security_group_ingress_rule: {
    in: rule("files", { referenced_security_group_id: "${aws_security_group.client.id}" }),
  },
};

function networkOf(...parts: Resources[]) {
  const resource: Resources = {};
  for (const part of [base, ...parts]) {
    for (const [type, blocks] of Object.entries(part)) resource[type] = { ...resource[type], ...blocks };
  }
  const stacks: Stacks = { net: { resource } };
  const { interfaces, network } = readNetwork(stacks);
  const { strangers } = addProbes(network, interfaces);
  const one = (role: string) => {
    const found = network.interfaces.find((candidate) => candidate.role === role);
    if (!found) throw new Error(`no ${role}`);
    return found;
  };
  return { network, strangers, alb: one("alb"), files: one("file-system") };
}

type Ends = ReturnType<typeof networkOf>;
const toFiles = ({ alb, files, network }: Ends, port = 2049) =>
  evaluate(network, { kind: "direct", from: alb, to: files, port });

describe("security groups", () => {
  test("a rule on both sides opens a port, and answers need none", () => {
    expect(toFiles(networkOf(bothWays)).verdict).toBe("open");
    expect(toFiles(networkOf(bothWays), 2050).verdict).toBe("closed");
  });

  test.each(["aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"])(
    "one side alone is not enough: %s",
    (type) => {
      expect(toFiles(networkOf({ [type]: bothWays[type] ?? {} })).verdict).toBe("closed");
    },
  );

  test("another protocol opens no TCP port, all protocols open every one", () => {
    const protocol = (ip_protocol: string): Resources => ({
      ...bothWays,
      aws_vpc_security_group_ingress_rule: {
        in: { ...rule("files", { cidr_ipv4: "10.0.1.0/24" }), ip_protocol },
      },
    });
    expect(toFiles(networkOf(protocol("udp"))).verdict).toBe("closed");
    expect(toFiles(networkOf(protocol("-1"))).verdict).toBe("open");
  });

  test("a block passes where rules together hold all of it", () => {
    const halves = networkOf({
      aws_vpc_security_group_ingress_rule: {
        low: rule("files", { cidr_ipv4: "172.16.0.0/25" }),
        high: rule("files", { cidr_ipv4: "172.16.0.128/25" }),
      },
    });
    const from = (block: string): DirectFlow["from"] => ({ kind: "connected network", label: "clients", block });
    const verdict = (block: string) =>
      evaluate(halves.network, { kind: "direct", from: from(block), to: halves.files, port: 2049 }).verdict;
    expect(verdict("172.16.0.0/24")).toBe("open");
    expect(verdict("172.16.0.0/23")).toBe("closed");
  });

  test("rules inside the group's own block are not modelled: unknown", () => {
    const inline = networkOf(bothWays, {
      aws_security_group: {
        files: { name: "files", vpc_id: "${aws_vpc.vpc.id}", ingress: [{ from_port: 22, to_port: 22 }] },
      },
      aws_vpc_security_group_ingress_rule: { in: rule("files", { cidr_ipv4: "192.0.2.0/24" }) },
    });
    expect(toFiles(inline).verdict).toBe("unknown");
  });
});

describe("network ACLs", () => {
  const acl = (ingress: Block[], egress: Block[]): Resources => ({
    aws_network_acl: { b: { vpc_id: "${aws_vpc.vpc.id}", subnet_ids: ["${aws_subnet.b.id}"], ingress, egress } },
  });
  const allow = (rule_no: number, from_port: number, to_port: number): Block => ({
    rule_no,
    action: "allow",
    protocol: "tcp",
    cidr_block: "10.0.0.0/16",
    from_port,
    to_port,
  });

  test("they keep no state: the answer needs its ephemeral ports, all of them", () => {
    const request = [allow(100, 2049, 2049)];
    expect(toFiles(networkOf(bothWays, acl(request, [allow(100, 1024, 65535)]))).verdict).toBe("open");
    expect(toFiles(networkOf(bothWays, acl(request, []))).verdict).toBe("closed");
    expect(toFiles(networkOf(bothWays, acl(request, [allow(100, 32768, 60999)]))).verdict).toBe("closed");
  });

  test("the entry with the lowest number decides", () => {
    const deny = { ...allow(50, 2049, 2049), action: "deny" };
    const answers = [allow(100, 1024, 65535)];
    expect(toFiles(networkOf(bothWays, acl([allow(100, 2049, 2049), deny], answers))).verdict).toBe("closed");
  });
});

describe("routes", () => {
  const out: Resources = {
    aws_internet_gateway: { gateway: { vpc_id: "${aws_vpc.vpc.id}" } },
    aws_route: {
      internet: {
        route_table_id: "${aws_route_table.a.id}",
        destination_cidr_block: "0.0.0.0/0",
        gateway_id: "${aws_internet_gateway.gateway.id}",
      },
    },
  };
  const fromInternet = ({ alb, network }: Ends) =>
    evaluate(network, { kind: "direct", from: { kind: "internet" }, to: alb, port: 80 });
  const openGroup: Resources = {
    aws_vpc_security_group_ingress_rule: {
      web: rule("client", { cidr_ipv4: "0.0.0.0/0" }, { from_port: 80, to_port: 80 }),
    },
  };

  test("the internet reaches what is public, has a route and a rule, and nothing that lacks one of them", () => {
    const { alb } = base.aws_lb as { alb: Block };
    const facing: Resources = { aws_lb: { alb: { ...alb, internal: false } } };
    expect(fromInternet(networkOf(out, openGroup, facing)).verdict).toBe("open");
    expect(fromInternet(networkOf(out, openGroup)).verdict).toBe("closed");
    expect(fromInternet(networkOf(out, facing)).verdict).toBe("closed");
    expect(fromInternet(networkOf(openGroup, facing)).verdict).toBe("closed");
  });

  test("the longest prefix wins", () => {
    const detour: Resources = {
      aws_route: {
        longer: {
          route_table_id: "${aws_route_table.a.id}",
          destination_cidr_block: "198.51.100.0/24",
          vpc_peering_connection_id: "pcx-1",
        },
      },
    };
    const { network, strangers } = networkOf(out, detour);
    const [stranger] = strangers;
    if (!stranger) throw new Error("no stranger");
    const { hops, verdict } = evaluate(network, {
      kind: "direct",
      from: stranger,
      to: { kind: "internet" },
      port: 443,
    });
    expect(verdict).toBe("unknown");
    expect(hops.at(-1)?.text).toContain("vpc_peering_connection_id");
  });
});

describe("endpoints of AWS services", () => {
  const endpoint = (policy: Block[]): Stacks => ({
    net: {
      provider: { aws: [{ allowed_account_ids: ["111122223333"] }] },
      resource: {
        ...base,
        aws_vpc_security_group_egress_rule: {
          s3: rule(
            "client",
            { prefix_list_id: "${aws_vpc_endpoint.s3.prefix_list_id}" },
            { from_port: 443, to_port: 443 },
          ),
        },
        aws_vpc_endpoint: {
          s3: {
            vpc_id: "${aws_vpc.vpc.id}",
            vpc_endpoint_type: "Gateway",
            service_name: "com.amazonaws.eu-central-1.s3",
            route_table_ids: ["${aws_route_table.a.id}"],
            policy: "${data.aws_iam_policy_document.s3.json}",
          },
        },
      },
      data: { aws_iam_policy_document: { s3: { statement: policy } } },
    },
  });
  const verdict = (policy: Block[], ownAccount: boolean) => {
    const { network } = readNetwork(endpoint(policy));
    const from = network.interfaces.find(({ role }) => role === "alb");
    if (!from) throw new Error("no ALB");
    const call = { action: "s3:GetObject", resource: "arn:aws:s3:::layers/one", ownAccount };
    const to = { kind: "AWS service", service: "s3", call } as const;
    return evaluate(network, { kind: "direct", from, to, port: 443 }).verdict;
  };
  const own = {
    test: "StringEquals",
    variable: "aws:PrincipalAccount",
    values: ["${data.aws_caller_identity.me.account_id}"],
  };

  test("the policy decides who may do what", () => {
    const statement = { actions: ["s3:*"], resources: ["*"] };
    expect(verdict([{ ...statement, condition: [own] }], true)).toBe("open");
    expect(verdict([{ ...statement, condition: [own] }], false)).toBe("closed");
    const written = { ...own, values: ["111122223333"] };
    expect(verdict([{ ...statement, condition: [written] }], true)).toBe("open");
    expect(verdict([{ ...statement, condition: [written] }], false)).toBe("closed");
    const another = { ...own, values: ["444455556666"] };
    expect(verdict([{ ...statement, condition: [another] }], true)).toBe("unknown");
    expect(verdict([{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::layers/*"] }], false)).toBe("open");
    expect(verdict([{ ...statement, effect: "Deny" }, statement], true)).toBe("closed");
  });

  test("a condition that is not modelled leaves it unknown", () => {
    const strange = { test: "StringLike", variable: "aws:SourceVpc", values: ["vpc-1"] };
    expect(verdict([{ actions: ["s3:*"], resources: ["*"], condition: [strange] }], true)).toBe("unknown");
  });
});
