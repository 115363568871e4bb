import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeVpcEndpointConnectionNotificationsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { findNotifications } from "../../../engine/terraform/find-notifications";
import { idOfUnfinished, planRecovering } from "../../../engine/terraform/recovery";
import { type StackRun, type Terraform, TerraformError } from "../../../engine/terraform/terraform";

const group = (id: string, Name?: string) => ({
  type: "aws_security_group",
  id,
  tags: { stack: "network-dev", ...(Name === undefined ? {} : { Name }) },
});
const block = (values: Readonly<Record<string, unknown>>) => ({ attribute: (key: string) => values[key] });

function find(
  values: Readonly<Record<string, unknown>>,
  tagged: Parameters<typeof idOfUnfinished>[2]["tagged"],
  { begun = ["aws_security_group"], taken = [] as string[], type = "aws_security_group" } = {},
) {
  return idOfUnfinished(type, block(values), { begun, tagged, taken: new Set(taken) });
}

describe("what was being created when a run was killed", () => {
  const both = ["aws_security_group", "aws_security_group"];

  test("is found by a name that its id holds", () => {
    const arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/app-nlb/0123";
    const other = arn.replace("app-nlb", "app-other");
    const tagged = [other, arn].map((id) => ({ type: "aws_lb", id, tags: {} }));
    expect(find({ name: "app-nlb" }, tagged, { type: "aws_lb", begun: ["aws_lb", "aws_lb"] })).toBe(arn);
  });

  test("is found by a name with slashes that is its id", () => {
    const type = "aws_cloudwatch_log_group";
    const tagged = ["/app/one", "/app/two"].map((id) => ({ type, id, tags: {} }));
    expect(find({ name: "/app/two" }, tagged, { type, begun: [type, type] })).toBe("/app/two");
  });

  test("is found by its Name tag where AWS makes the id, also if it has a name", () => {
    const tagged = [group("sg-1", "tasks"), group("sg-2", "alb")];
    expect(find({ name: "alb", tags: { Name: "alb" } }, tagged, { begun: both })).toBe("sg-2");
  });

  test("is the only one of its kind, if only one was begun", () => {
    expect(find({ name: "alb" }, [group("sg-1")])).toBe("sg-1");
    expect(find({ name: "alb" }, [group("sg-1")], { begun: both })).toBeUndefined();
  });

  test("is nothing that belongs to something else, and is not found twice", () => {
    expect(find({}, [group("sg-1")], { taken: ["sg-1"] })).toBeUndefined();
    const taken = new Set<string>();
    const options = { begun: both, tagged: [group("sg-1", "alb")], taken };
    const alb = block({ tags: { Name: "alb" } });
    expect([
      idOfUnfinished("aws_security_group", alb, options),
      idOfUnfinished("aws_security_group", alb, options),
    ]).toEqual(["sg-1", undefined]);
  });

  test("is not guessed among several", () => {
    const tagged = [group("sg-1", "alb"), group("sg-2", "alb")];
    expect(find({ tags: { Name: "alb" } }, tagged)).toBeUndefined();
  });
});

describe("imports of what may not be there", () => {
  const stackJson = {
    resource: {
      aws_route: { public: { route_table_id: "${aws_route_table.public.id}", destination_cidr_block: "0.0.0.0/0" } },
      aws_route_table_association: {
        private: { subnet_id: "${aws_subnet.private.id}", route_table_id: "${aws_route_table.private.id}" },
        other: { subnet_id: "${aws_subnet.other.id}", route_table_id: "${aws_route_table.private.id}" },
      },
    },
  };
  const known = new Map([
    ["aws_route_table.public", "rtb-1"],
    ["aws_route_table.private", "rtb-2"],
    ["aws_subnet.private", "subnet-1"],
    ["aws_subnet.other", "subnet-2"],
  ]);
  const begun = ["aws_route.public", "aws_route_table_association.private", "aws_route_table_association.other"];

  /** Plans until none of what is missing is imported; what is then. */
  async function imported(missing: readonly { readonly to: string; readonly says: string }[]) {
    const directory = mkdtempSync(join(tmpdir(), "recovery-"));
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(stackJson));
    writeFileSync(join(directory, "apply.journal"), begun.map((address) => JSON.stringify({ address })).join("\n"));
    const file = join(directory, "recovered_import.tf.json");
    const terraform = {
      ids: async () => known,
      init: async () => undefined,
      apply: async () => undefined,
      outputs: async () => ({ answer: [] }),
    };
    const imports = await planRecovering(
      terraform as unknown as Terraform,
      { id: "network-dev", directory },
      async () => {
        const blocks: { to: string }[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).import : [];
        const failed = missing.filter(({ to }) => blocks.some((each) => each.to === to));
        const [first] = failed;
        if (first !== undefined) throw new TerraformError("network-dev", "plan", first.says, "log", "next");
        return blocks.map(({ to }) => to);
      },
    );
    rmSync(directory, { recursive: true });
    return imports;
  }

  const association = "aws_route_table_association.private";

  test.each([
    ["its address", `Error: Cannot import non-existent remote object: ${association}`],
    ["the parts of its id", "Error: No association found between route table ID rtb-2 and target ID subnet-1"],
  ])("leave out what the plan says is missing by %s, and nothing else", async (_, says) => {
    expect(await imported([{ to: association, says }])).toEqual([
      "aws_route.public",
      "aws_route_table_association.other",
    ]);
  });

  test("leave out all of it where the plan does not say which", async () => {
    expect(await imported([{ to: association, says: "Error: not found" }])).toEqual([]);
  });
});

describe("a private hosted zone whose creation was cut short", () => {
  const address = 'aws_route53_zone.zone["app.internal"]';
  const stackJson = {
    terraform: { required_providers: { aws: { source: "aws", version: "5.100.0" } } },
    provider: { aws: [{ region: "eu-central-1", default_tags: [{ tags: { stack: "consumer-endpoint-example" } }] }] },
    resource: {
      aws_vpc: { own: { cidr_block: "10.0.0.0/16" } },
      aws_route53_zone: { zone: { name: "${each.key}", dynamic: { vpc: { for_each: ["${aws_vpc.own.id}"] } } } },
    },
  };

  /** Terraform that knows the VPC, finds nothing by tag, and one zone or none by name. */
  function engine(zoneId: string | undefined) {
    const asked: object[] = [];
    let last: { data?: Record<string, object> } = {};
    const terraform = {
      ids: async () => new Map([["aws_vpc.own", "vpc-1"]]),
      init: async () => undefined,
      apply: async ({ id, directory }: StackRun) => {
        last = JSON.parse(readFileSync(join(directory, "main.tf.json"), "utf8"));
        asked.push(last.data ?? {});
        if (last.data?.aws_route53_zone !== undefined && zoneId === undefined) {
          throw new TerraformError(id, "apply", "error: no matching Route 53 Hosted Zone found", "log", "next");
        }
      },
      outputs: async () => ({ answer: last.data?.aws_route53_zone === undefined ? [] : zoneId }),
    };
    return { terraform: terraform as unknown as Terraform, asked };
  }

  async function importsWith(zoneId: string | undefined) {
    const directory = mkdtempSync(join(tmpdir(), "recovery-"));
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(stackJson));
    writeFileSync(join(directory, "apply.journal"), `${JSON.stringify({ address })}\n`);
    const { terraform, asked } = engine(zoneId);
    const file = join(directory, "recovered_import.tf.json");
    const imports = await planRecovering(terraform, { id: "consumer-endpoint-example", directory }, async () =>
      existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined,
    );
    rmSync(directory, { recursive: true });
    return { imports, asked };
  }

  test("is found by its name and its VPC, as the state knows it", async () => {
    const { asked, imports } = await importsWith("Z0123");
    expect(asked).toContainEqual({
      aws_route53_zone: { zone: { name: "app.internal", private_zone: true, vpc_id: "vpc-1" } },
    });
    expect(imports).toEqual({ import: [{ to: address, id: "Z0123" }] });
  });

  test("is created again if it is not there", async () => {
    expect((await importsWith(undefined)).imports).toBeUndefined();
  });
});

describe("a connection notification", () => {
  const ec2 = mockClient(EC2Client);
  const find = () => findNotifications({ AWS_REGION: "eu-central-1" }, "eu-central-1", "vpce-svc-1");

  test("is known by the endpoint service it belongs to", async () => {
    ec2.on(DescribeVpcEndpointConnectionNotificationsCommand).resolves({
      ConnectionNotificationSet: [
        { ConnectionNotificationId: "vpce-nfn-1", ServiceId: "vpce-svc-1" },
        { ConnectionNotificationId: "vpce-nfn-2", ServiceId: "vpce-svc-2" },
      ],
    });
    expect(await find()).toEqual([{ type: "aws_vpc_endpoint_connection_notification", id: "vpce-nfn-1", tags: {} }]);
  });

  test("is unknown where it may not be asked for", async () => {
    ec2.on(DescribeVpcEndpointConnectionNotificationsCommand).rejects(new Error("UnauthorizedOperation"));
    expect(await find()).toEqual([]);
  });
});
