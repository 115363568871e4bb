import type { Block } from "../synth";
import { only, resources, synthesizeEnvironment } from "../synth";

const none = { database: { use: "none" }, fileSystem: { use: "none" }, staticAssets: { use: "none" } } as const;
const bare = synthesizeEnvironment({ data: none });
const task = (stacks: typeof bare): string =>
  String(resources(stacks("compute"), "aws_ecs_task_definition")[0]?.container_definitions);
const sids = (stack: ReturnType<typeof bare>, part: string): string[] =>
  Object.entries(stack.data.aws_iam_policy_document ?? {})
    .filter(([name]) => name.includes(part))
    .flatMap(([, { statement }]) => (statement as Block[]).map(({ sid }) => String(sid)));

describe("an environment without data", () => {
  test("creates the key alone", () => {
    const types = Object.keys(bare("data").resource);
    expect(types.sort()).toEqual(["aws_kms_alias", "aws_kms_key"]);
    expect(Object.keys(bare("data").output).filter((name) => !name.startsWith("cross-stack"))).toEqual([]);
  });

  test("its task has neither variables, secrets nor volumes of what is not there, and a role that allows nothing", () => {
    expect(task(bare)).not.toMatch(/DATABASE|FILE_SYSTEM|STATIC/);
    expect(resources(bare("compute"), "aws_ecs_task_definition").map(({ volume }) => volume)).toEqual([undefined]);
    expect(sids(bare("compute"), "application-task_execution")).not.toContain("ReadSecret");
    expect(sids(bare("compute"), "task-policy")).toEqual([]);
  });

  test("there is no data load, and no security group rule but those of ALB and AWS services", () => {
    expect(bare("compute").output.dataLoad).toBeUndefined();
    const rules = resources(bare("compute"), "aws_vpc_security_group_egress_rule").map(
      ({ description }) => description,
    );
    expect(rules.filter((text) => /database|file system/.test(text))).toEqual([]);
  });

  test("nothing of it has an alarm or a backup", () => {
    const names = resources(bare("privatelink-service"), "aws_cloudwatch_metric_alarm").map(
      ({ alarm_name }) => alarm_name,
    );
    expect(names.filter((name) => /database|file-system|backup/.test(name))).toEqual([]);
    const all = synthesizeEnvironment()("privatelink-service");
    expect(resources(all, "aws_cloudwatch_metric_alarm").length).toBeGreaterThan(names.length);
  });
});

test("files alone are backed up, and the backup reads no bucket at all", () => {
  const stacks = synthesizeEnvironment({ data: { staticAssets: { use: "none" } } });
  expect(only(stacks("data"), "aws_backup_selection").resources).toHaveLength(1);
  const documents = Object.values(stacks("data").data.aws_iam_policy_document ?? {}).flatMap(
    ({ statement }) => statement as Block[],
  );
  expect(documents.find(({ sid }) => sid === "OtherBuckets")).toMatchObject({ effect: "Deny", resources: ["*"] });
});

const brought = synthesizeEnvironment({
  network: {
    existing: {
      vpcId: "vpc-0123456789abcdef0",
      privateSubnets: { ids: ["subnet-aaaaaaaaaaaaaaaa1", "subnet-aaaaaaaaaaaaaaaa2"] },
      provides: ["nat", "s3"],
    },
  },
  data: {
    database: {
      use: "existing",
      existing: {
        clusterIdentifier: "orders",
        securityGroupId: "sg-0123456789abcdef0",
        secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders-AbCdEf",
        userName: "app",
      },
    },
    fileSystem: {
      use: "existing",
      existing: {
        id: "fs-0123456789abcdef0",
        accessPointId: "fsap-0123456789abcdef0",
        securityGroupId: "sg-0123456789abcdef1",
      },
    },
    staticAssets: { use: "existing", existing: { bucket: "assets", prefix: "shop/" } },
  },
});

describe("an environment with data that exists", () => {
  test("creates the key alone, and looks the rest up", () => {
    expect(Object.keys(brought("data").resource).sort()).toEqual(["aws_kms_alias", "aws_kms_key"]);
    expect(Object.keys(brought("data").data)).toEqual(
      expect.arrayContaining(["aws_rds_cluster", "aws_efs_access_point", "aws_s3_bucket", "aws_secretsmanager_secret"]),
    );
  });

  test("adds one rule for each client to the groups of database and file system", () => {
    const rules = resources(brought("compute"), "aws_vpc_security_group_ingress_rule").filter(({ security_group_id }) =>
      /aws_security_groupexisting-(database|file-system)/.test(security_group_id),
    );
    expect(rules.map(({ description }) => description).sort()).toEqual([
      "NFS from the tasks to the file system",
      "PostgreSQL from the data load to the database",
      "PostgreSQL from the tasks to the database",
    ]);
  });

  test("the task gets the user of the configuration, the password of the secret, and the prefix of the objects", () => {
    expect(task(brought)).toContain('{"name" = "DATABASE_USERNAME", "value" = "app"}');
    expect(task(brought)).toMatch(/"name" = "DATABASE_PASSWORD", "valueFrom" = "[^"]+:password::"/);
    expect(task(brought)).toContain('{"name" = "STATIC_PREFIX", "value" = "shop/"}');
  });

  test("with AWS's own keys no role may decrypt anything", () => {
    const all = [...sids(brought("compute"), "execution"), ...sids(brought("compute"), "task-policy")];
    expect(all.filter((sid) => sid.startsWith("Decrypt"))).toEqual([]);
    expect(all).toEqual(expect.arrayContaining(["ReadSecret", "ReadStaticAssets", "MountFileSystem"]));
  });
});

test("production stops where its data would be deleted, unless there is a reason", () => {
  const lookUp = (acknowledge: object) =>
    synthesizeEnvironment({ stage: "production", data: none, acknowledge })("data").data
      .aws_resourcegroupstaggingapi_resources;
  expect(Object.values(lookUp({}) ?? {})[0]).toMatchObject({
    resource_type_filters: ["rds:db", "elasticfilesystem:file-system", "s3"],
  });
  expect(lookUp({ dataRemoval: "moved to the platform team's database" })).toBeUndefined();
});
