import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const data = (overrides: Block = {}) => synthesizeEnvironment({ data: overrides })("data");
const statements = (stack: ReturnType<typeof data>, part: string): Block[] =>
  Object.entries(stack.data.aws_iam_policy_document ?? {})
    .filter(([name]) => name.includes(part))
    .flatMap(([, document]) => document.statement as Block[]);

describe("encryption key", () => {
  test("one that exists encrypts everything, and the statements that its policy needs are an output", () => {
    const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";
    const stack = data({ kms: { keyArn } });
    expect(stack.resource.aws_kms_key).toBeUndefined();
    for (const type of ["aws_db_instance", "aws_efs_file_system", "aws_secretsmanager_secret"]) {
      expect(only(stack, type).kms_key_id).toContain("data.aws_kms_key.");
    }
    expect(JSON.stringify(stack.output.keyPolicyStatements)).toContain("aws_iam_policy_document.key_policy");
    const [policy] = Object.entries(stack.data.aws_iam_policy_document ?? {}).filter(([name]) =>
      name.startsWith("key_policy"),
    );
    const statements = (policy?.[1].statement ?? []) as Block[];
    expect(statements.map(({ sid }) => sid)).toEqual(["AutoScalingUse", "AutoScalingGrants", "LogGroups"]);
  });

  test("rotates, has an alias, and lives on for the deletion window", () => {
    const stack = data({ kms: { deletionWindowDays: 14 } });
    expect(only(stack, "aws_kms_key")).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 14 });
    expect(only(stack, "aws_kms_alias").name).toBe("alias/private-app-test");
  });

  test("Auto Scaling may use it for encrypted volumes, and grant it only to AWS resources", () => {
    const autoScaling = statements(data(), "key_policy").filter((statement) => statement.sid.startsWith("AutoScaling"));
    expect(autoScaling).toHaveLength(2);
    for (const statement of autoScaling) {
      expect(JSON.stringify(statement.condition)).toContain("AWSServiceRoleForAutoScaling");
    }
    expect(JSON.stringify(autoScaling[1]?.condition)).toContain("kms:GrantIsForAWSResource");
  });
});

describe("database credentials", () => {
  test("the password is ephemeral from end to end", () => {
    const stack = data();
    const version = only(stack, "aws_secretsmanager_secret_version");
    expect(version.secret_string).toBeUndefined();
    expect(version.secret_string_wo).toContain("ephemeral.aws_secretsmanager_random_password.database.random_password");
    const instance = only(stack, "aws_db_instance");
    expect(instance.password).toBeUndefined();
    expect(instance.password_wo).toContain("ephemeral.aws_secretsmanager_secret_version.database");
  });

  test("the database gets what the secret holds, not another random value", () => {
    const { ephemeral } = data();
    expect(ephemeral?.aws_secretsmanager_secret_version?.database).toEqual({
      secret_id: expect.stringContaining("aws_secretsmanager_secret."),
      version_id: expect.stringContaining("aws_secretsmanager_secret_version."),
    });
  });

  test("raising the version rotates both at once", () => {
    const stack = data({ database: { passwordVersion: 7 } });
    expect(only(stack, "aws_secretsmanager_secret_version").secret_string_wo_version).toBe(7);
    expect(only(stack, "aws_db_instance").password_wo_version).toBe(7);
  });

  test("a new user name, which replaces the database, reaches the secret in the same apply", () => {
    const stack = data({ database: { userName: "owner" } });
    const [name, block] = Object.entries(stack.resource.terraform_data ?? {})[0] ?? [];
    expect(block?.input).toEqual({ userName: "owner" });
    expect(only(stack, "aws_secretsmanager_secret_version").lifecycle.replace_triggered_by).toEqual([
      `terraform_data.${name}`,
    ]);
  });

  test("encrypted with the environment's key, restorable after deletion", () => {
    const secret = only(data(), "aws_secretsmanager_secret");
    expect(secret.kms_key_id).toContain("aws_kms_key.");
    expect(secret.recovery_window_in_days).toBe(30);
  });
});

describe("database", () => {
  test("is Multi-AZ, private, encrypted and protected unless told otherwise", () => {
    expect(only(data(), "aws_db_instance")).toMatchObject({
      engine: "postgres",
      multi_az: true,
      publicly_accessible: false,
      storage_encrypted: true,
      storage_type: "gp3",
      max_allocated_storage: 100,
      deletion_protection: true,
      skip_final_snapshot: false,
      backup_retention_period: 14,
      performance_insights_enabled: true,
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
      copy_tags_to_snapshot: true,
    });
  });

  test("stands in isolated subnets alone", () => {
    const subnets = only(data(), "aws_db_subnet_group").subnet_ids as string[];
    expect(subnets).toHaveLength(3);
    for (const subnet of subnets) expect(subnet).toContain("isolated-subnet");
  });

  test("takes no connection without TLS, by a parameter that differs in no later plan from RDS's answer", () => {
    expect(only(data(), "aws_db_parameter_group").parameter).toContainEqual({
      name: "rds.force_ssl",
      value: "1",
      apply_method: "pending-reboot",
    });
  });

  test("an upgrade of this project replaces no parameter group: name and description stay", () => {
    expect(only(data(), "aws_db_parameter_group")).toMatchObject({
      name: "private-app-test-postgres17",
      description: "Forces TLS; logs slow statements and connections",
    });
  });

  test("RDS upgrades minor versions by itself, unless the file names one", () => {
    const upgrades = (engineVersion: string) =>
      only(data({ database: { engineVersion } }), "aws_db_instance").auto_minor_version_upgrade;
    expect([upgrades("17"), upgrades("17.4")]).toEqual([true, false]);
  });

  test("changes wait for the maintenance window, unless the file says at once or the major version rises", () => {
    const atOnce = (database: Block) => only(data({ database }), "aws_db_instance").apply_immediately;
    expect(atOnce({})).toBe(false);
    expect(atOnce({ applyImmediately: true })).toBe(true);
    expect(atOnce({ allowMajorVersionUpgrade: true })).toBe(true);
  });

  test("storage that grows across 400 GiB asks for the IOPS and throughput that RDS gives it", () => {
    const storage = (allocatedStorageGib: number) =>
      only(data({ database: { allocatedStorageGib, maxAllocatedStorageGib: 1000 } }), "aws_db_instance");
    expect(storage(399).iops).toBeUndefined();
    expect(storage(399).storage_throughput).toBeUndefined();
    expect(storage(400)).toMatchObject({ iops: 12_000, storage_throughput: 500 });
  });

  test("Extended Support is AWS's default unless chosen, and a later choice changes nothing that exists", () => {
    expect(only(data(), "aws_db_instance").engine_lifecycle_support).toBeUndefined();
    const engineLifecycleSupport = "open-source-rds-extended-support-disabled";
    expect(only(data({ database: { engineLifecycleSupport } }), "aws_db_instance")).toMatchObject({
      engine_lifecycle_support: engineLifecycleSupport,
      lifecycle: { ignore_changes: ["engine_lifecycle_support"] },
    });
  });

  test("MySQL has its own version, port, family, logs and way to refuse connections without TLS", () => {
    const stack = data({ database: { engine: "mysql" } });
    expect(only(stack, "aws_db_instance")).toMatchObject({
      engine: "mysql",
      engine_version: "8.4",
      port: 3306,
      auto_minor_version_upgrade: true,
      enabled_cloudwatch_logs_exports: ["error", "slowquery"],
    });
    const group = only(stack, "aws_db_parameter_group");
    expect(group).toMatchObject({ name: "private-app-test-mysql84", family: "mysql8.4" });
    expect(group.parameter).toContainEqual({ name: "require_secure_transport", value: "1" });
    const upgrades = (engineVersion: string) =>
      only(data({ database: { engine: "mysql", engineVersion } }), "aws_db_instance").auto_minor_version_upgrade;
    expect([upgrades("8.0"), upgrades("8.4.5")]).toEqual([true, false]);
  });

  test("tasks are told of MySQL, its clients' rules have its port", () => {
    const stacks = synthesizeEnvironment({ data: { database: { engine: "mysql" } } });
    const tasks = resources(stacks("compute"), "aws_ecs_task_definition").map((task) =>
      String(task.container_definitions),
    );
    expect(tasks).toHaveLength(2);
    for (const task of tasks) expect(task).toContain('"name" = "DATABASE_ENGINE", "value" = "mysql"');
    const ports = resources(stacks("compute"), "aws_vpc_security_group_ingress_rule").map(
      ({ from_port: port }) => port,
    );
    expect(ports).toContain(3306);
    expect(ports).not.toContain(5432);
  });

  test("parameter group follows the major version, so that an upgrade makes a new one first", () => {
    const group = only(data({ database: { engineVersion: "16.4" } }), "aws_db_parameter_group");
    expect(group).toMatchObject({
      family: "postgres16",
      name: "private-app-test-postgres16",
      lifecycle: { create_before_destroy: true },
    });
  });

  test("its logs end after the retention, so the groups are there before RDS makes them", () => {
    const stack = data();
    const groups = resources(stack, "aws_cloudwatch_log_group").map((group) => group.name);
    expect(groups).toEqual([
      "/aws/rds/instance/private-app-test-database/postgresql",
      "/aws/rds/instance/private-app-test-database/upgrade",
    ]);
    expect(only(stack, "aws_db_instance").depends_on).toEqual(
      expect.arrayContaining(
        Object.keys(stack.resource.aws_cloudwatch_log_group ?? {}).map((name) => `aws_cloudwatch_log_group.${name}`),
      ),
    );
  });

  test("deletion without snapshot and protection is an explicit choice", () => {
    const instance = only(data({ database: { deletionProtection: false, finalSnapshot: false } }), "aws_db_instance");
    expect(instance).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
      delete_automated_backups: true,
    });
  });

  test("a final snapshot comes with the automated backups, and can be switched on at any time", () => {
    const [on, off] = [true, false].map((finalSnapshot) =>
      only(data({ database: { finalSnapshot } }), "aws_db_instance"),
    );
    expect(on).toMatchObject({ skip_final_snapshot: false, delete_automated_backups: false });
    // The provider takes the name from the state, so it has to be there before.
    expect(off?.final_snapshot_identifier).toBe(on?.final_snapshot_identifier);
  });

  test("the final snapshot of a database that replaces another has another name", () => {
    const name = (database: Block) => only(data({ database }), "aws_db_instance").final_snapshot_identifier;
    expect(new Set([name({}), name({ userName: "other" }), name({ name: "other" })]).size).toBe(3);
  });
});

describe("Aurora", () => {
  const aurora = (database: Block = {}, engine = "aurora-postgresql") => data({ database: { engine, ...database } });

  test("is a private, encrypted cluster with the capacity of the file, whose password no state has", () => {
    const stack = aurora({ serverless: { minCapacity: 0, maxCapacity: 8.5, secondsUntilAutoPause: 600 } });
    expect(stack.resource.aws_db_instance).toBeUndefined();
    const cluster = only(stack, "aws_rds_cluster");
    expect(cluster).toMatchObject({
      engine: "aurora-postgresql",
      engine_mode: "provisioned",
      engine_version: "17",
      port: 5432,
      storage_encrypted: true,
      kms_key_id: expect.stringContaining("aws_kms_key.key"),
      iam_database_authentication_enabled: true,
      deletion_protection: true,
      skip_final_snapshot: false,
      delete_automated_backups: false,
      backup_retention_period: 14,
      serverlessv2_scaling_configuration: { min_capacity: 0, max_capacity: 8.5, seconds_until_auto_pause: 600 },
      master_password_wo: expect.stringContaining("ephemeral."),
      master_password_wo_version: 1,
    });
    expect(cluster).not.toHaveProperty("master_password");
  });

  test("has a writer and readers, of which the first can take over at once", () => {
    const instances = resources(aurora({ serverless: { readers: 2 } }), "aws_rds_cluster_instance");
    expect(instances.map(({ identifier }) => identifier)).toEqual(
      [1, 2, 3].map((number) => `private-app-test-database-${number}`),
    );
    expect(instances.map(({ promotion_tier }) => promotion_tier)).toEqual([0, 1, 2]);
    for (const instance of instances) {
      expect(instance).toMatchObject({
        instance_class: "db.serverless",
        publicly_accessible: false,
        monitoring_interval: 60,
        performance_insights_enabled: true,
        auto_minor_version_upgrade: true,
      });
    }
    expect(resources(aurora({ serverless: { readers: 0 } }), "aws_rds_cluster_instance")).toHaveLength(1);
    const [kept] = resources(aurora({ engineVersion: "16.10" }), "aws_rds_cluster_instance");
    expect(kept?.auto_minor_version_upgrade).toBe(false);
  });

  test.each([
    [
      "aurora-postgresql",
      "17",
      "aurora-postgresql17",
      { name: "rds.force_ssl", value: "1", apply_method: "pending-reboot" },
    ],
    ["aurora-mysql", "8.0", "aurora-mysql8.0", { name: "require_secure_transport", value: "ON" }],
  ])("%s takes TLS alone, by a group of its family", (engine, version, family, parameter) => {
    const stack = aurora({}, engine);
    expect(only(stack, "aws_rds_cluster").engine_version).toBe(version);
    const group = only(stack, "aws_rds_cluster_parameter_group");
    expect(group).toMatchObject({ family, lifecycle: { create_before_destroy: true } });
    expect(group.parameter).toContainEqual(parameter);
  });

  test("its logs end after the retention, and the key lets CloudWatch Logs encrypt them", () => {
    const stack = aurora({}, "aurora-mysql");
    expect(resources(stack, "aws_cloudwatch_log_group").map(({ name }) => name)).toEqual([
      "/aws/rds/cluster/private-app-test-database/error",
      "/aws/rds/cluster/private-app-test-database/slowquery",
    ]);
    expect(JSON.stringify(statements(stack, "key_policy"))).toContain("log-group:/aws/rds/cluster/private-app-test-*");
  });

  test("its security group is that of an instance, which other groups name", () => {
    const group = resources(aurora(), "aws_security_group").find(({ name }) => name === "private-app-test-database");
    const before = resources(data(), "aws_security_group").find(({ name }) => name === "private-app-test-database");
    expect(group).toEqual(before);
  });

  test("tasks connect to the writer's endpoint, and are told of MySQL", () => {
    const stacks = synthesizeEnvironment({ data: { database: { engine: "aurora-mysql" } } });
    const tasks = resources(stacks("compute"), "aws_ecs_task_definition").map((task) =>
      String(task.container_definitions),
    );
    for (const task of tasks) {
      expect(task).toContain('"name" = "DATABASE_ENGINE", "value" = "mysql"');
      expect(task).toMatch(/"DATABASE_HOST", "value" = [^}]*rds_clusterdatabase_cluster_[A-F0-9]{8}endpoint\}/);
    }
  });

  test("production keeps the cluster, and refuses to take the place of an instance with data", () => {
    const production = (acknowledge: Block) =>
      synthesizeEnvironment({ stage: "production", acknowledge, data: { database: { engine: "aurora-postgresql" } } })(
        "data",
      );
    const stack = production({});
    expect(only(stack, "aws_rds_cluster").lifecycle).toMatchObject({ prevent_destroy: true });
    const lookUp = stack.data.aws_resourcegroupstaggingapi_resources as Record<string, Block>;
    expect(JSON.stringify(lookUp["left-over-instance"]?.lifecycle)).toContain(":db:private-app-test-database");
    const moved = production({ dataRemoval: "moved to the cluster" });
    expect(moved.data.aws_resourcegroupstaggingapi_resources).toBeUndefined();
  });
});

describe("file system", () => {
  test("has a mount target in every zone's isolated subnet", () => {
    const targets = resources(data(), "aws_efs_mount_target");
    expect(targets).toHaveLength(3);
    expect(new Set(targets.map((target) => target.subnet_id)).size).toBe(3);
    for (const target of targets) expect(target.subnet_id).toContain("isolated-subnet");
  });

  test("is encrypted and moves cold files to Infrequent Access", () => {
    const stack = data({ fileSystem: { transitionToInfrequentAccessDays: 7 } });
    const fileSystem = only(stack, "aws_efs_file_system");
    expect(fileSystem).toMatchObject({ encrypted: true });
    expect(fileSystem.kms_key_id).toContain("aws_kms_key.");
    expect(fileSystem.lifecycle_policy[0]).toEqual({ transition_to_ia: "AFTER_7_DAYS" });
  });

  test("denies clear text, and lets no one in whom IAM does not allow", () => {
    const policy = statements(data(), "file-system_policy");
    const allow = policy.filter((statement) => statement.effect !== "Deny");
    expect(allow).toHaveLength(1);
    expect(allow[0]?.principals[0].identifiers[0]).toMatch(/:root$/);
    expect(policy).toContainEqual(
      expect.objectContaining({
        effect: "Deny",
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      }),
    );
  });

  test("access point fixes user, group and directory", () => {
    const stack = data({ fileSystem: { path: "/srv", userId: 1200, groupId: 1300 } });
    expect(only(stack, "aws_efs_access_point")).toMatchObject({
      posix_user: { uid: 1200, gid: 1300 },
      root_directory: { path: "/srv", creation_info: { owner_uid: 1200, owner_gid: 1300, permissions: "0750" } },
      // Running tasks keep theirs until the next one is there.
      lifecycle: { create_before_destroy: true },
    });
  });
});

describe("backup", () => {
  test("a daily plan covers file system and bucket, in a vault with the environment's key", () => {
    const stack = data({ backup: { retentionDays: 90, hourUtc: 22 } });
    const vault = only(stack, "aws_backup_vault");
    expect(vault.kms_key_arn).toContain("aws_kms_key.");
    expect(vault.force_destroy).toBe(false);
    expect(only(stack, "aws_backup_plan").rule).toEqual([
      expect.objectContaining({
        schedule: "cron(0 22 * * ? *)",
        target_vault_name: expect.stringContaining("aws_backup_vault."),
        lifecycle: { delete_after: 90 },
      }),
    ]);
    const { resources: covered } = only(stack, "aws_backup_selection");
    expect(covered).toEqual([
      expect.stringMatching(/aws_efs_file_system\..*\.arn/),
      expect.stringMatching(/aws_s3_bucket\..*\.arn/),
    ]);
  });

  test("the bucket is versioned before a backup of it can be asked for, since AWS Backup takes no other", () => {
    expect(only(data(), "aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  });

  test("only AWS Backup of this account takes on its role, which reads no other bucket and restores nothing", () => {
    const stack = data();
    const [trust] = statements(stack, "backup_trust");
    expect(trust?.principals).toEqual([{ type: "Service", identifiers: ["backup.amazonaws.com"] }]);
    expect(trust?.condition).toEqual([expect.objectContaining({ variable: "aws:SourceAccount" })]);
    const [limit] = statements(stack, "backup_limits");
    expect(limit).toMatchObject({ effect: "Deny", actions: expect.arrayContaining(["s3:GetObject*"]) });
    expect(limit?.not_resources).toHaveLength(2);
    const attached = resources(stack, "aws_iam_role_policy_attachment").map(({ policy_arn }) => String(policy_arn));
    expect(attached.filter((arn) => arn.includes("Backup"))).toHaveLength(2);
    expect(attached.filter((arn) => arn.includes("Restore"))).toEqual([]);
  });

  test("the role is there before the vault and after it: AWS Backup ends recovery points with it", () => {
    const stack = data();
    const rights = [
      ...Object.keys(stack.resource.aws_iam_role_policy_attachment ?? {})
        .filter((name) => name.startsWith("backup_"))
        .map((name) => `aws_iam_role_policy_attachment.${name}`),
      ...Object.keys(stack.resource.aws_iam_role_policy ?? {})
        .filter((name) => name.startsWith("backup_"))
        .map((name) => `aws_iam_role_policy.${name}`),
    ];
    expect(rights).toHaveLength(3);
    expect(only(stack, "aws_backup_vault").depends_on).toEqual(
      expect.arrayContaining([...rights, expect.stringMatching(/^aws_iam_role\.backup_/)]),
    );
  });

  test("can be left out", () => {
    expect(
      Object.keys(data({ backup: { enabled: false } }).resource).filter((type) => type.includes("backup")),
    ).toEqual([]);
  });
});

describe("static assets", () => {
  test("bucket is private, encrypted with the key, versioned, TLS only, and drops old versions", () => {
    const stack = data();
    expect(only(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(only(stack, "aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
    expect(only(stack, "aws_s3_bucket_server_side_encryption_configuration").rule[0]).toMatchObject({
      bucket_key_enabled: true,
      apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms" },
    });
    expect(only(stack, "aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
    expect(statements(stack, "static-assets")).toContainEqual(
      expect.objectContaining({ sid: "DenyClearText", effect: "Deny" }),
    );
    expect(JSON.stringify(only(stack, "aws_s3_bucket_lifecycle_configuration").rule)).toContain('"noncurrent_days":30');
  });

  test("every file of the folder is uploaded with its content type and a cache header", () => {
    const objects = resources(data(), "aws_s3_object");
    const types = Object.fromEntries(objects.map((object) => [object.key, object.content_type]));
    expect(types).toMatchObject({ "site.css": "text/css; charset=utf-8", "logo.svg": "image/svg+xml" });
    for (const object of objects) {
      expect(object.cache_control).toBeTruthy();
      expect(object.source_hash).toMatch(/^[0-9a-f]{64}$/);
      expect(object.source).toMatch(/^\$\{path\.module\}\/assets\//);
      expect(object).toMatchObject({
        server_side_encryption: "aws:kms",
        kms_key_id: expect.stringContaining("aws_kms_key."),
      });
    }
  });

  test("no file is stored before the bucket encrypts with the key, keeps versions and denies clear text", () => {
    for (const { depends_on } of resources(data(), "aws_s3_object")) {
      const types = (depends_on as string[]).map((address) => address.split(".")[0]).sort();
      expect(types).toEqual([
        "aws_s3_bucket_policy",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
      ]);
    }
  });
});

test("no one reaches database or file system by a rule of this stack", () => {
  const stack = data();
  expect(resources(stack, "aws_security_group")).toHaveLength(2);
  for (const group of resources(stack, "aws_security_group")) {
    expect(group.ingress).toBeUndefined();
    expect(group.egress).toBeUndefined();
  }
  expect(stack.resource.aws_vpc_security_group_ingress_rule).toBeUndefined();
});
