import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const data = (overrides: Block = {}) => synthesizeEnvironment({ data: overrides })("data");
const statements = (stack: ReturnType<typeof data>, part: string): Block[] =>
  Object.entries(stack.data.aws_iam_policy_document ?? {})
    .filter(([name]) => name.includes(part))
    .flatMap(([, document]) => document.statement as Block[]);

describe("encryption key", () => {
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

  test("takes no connection without TLS", () => {
    expect(only(data(), "aws_db_parameter_group").parameter).toContainEqual({ name: "rds.force_ssl", value: "1" });
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
    expect(only(stack, "aws_db_instance").depends_on).toHaveLength(2);
  });

  test("deletion without snapshot and protection is an explicit choice", () => {
    const instance = only(data({ database: { deletionProtection: false, finalSnapshot: false } }), "aws_db_instance");
    expect(instance).toMatchObject({ deletion_protection: false, skip_final_snapshot: true });
    expect(instance.final_snapshot_identifier).toBeUndefined();
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

  test("denies clear text, and lets nobody in whom IAM does not allow", () => {
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
    }
  });
});

test("nobody reaches database or file system by a rule of this stack", () => {
  const stack = data();
  expect(resources(stack, "aws_security_group")).toHaveLength(2);
  for (const group of resources(stack, "aws_security_group")) {
    expect(group.ingress).toBeUndefined();
    expect(group.egress).toBeUndefined();
  }
  expect(stack.resource.aws_vpc_security_group_ingress_rule).toBeUndefined();
});
