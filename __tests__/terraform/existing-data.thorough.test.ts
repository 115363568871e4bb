import type { EnvironmentInput } from "../../config/schema";
import { environmentOf, synthesize } from "../synth";
import { testWithTerraform } from "./installed";
import { override, run } from "./runs";
import { testTogether } from "./test-together";

const VPC = "vpc-0123456789abcdef0";
const [DATABASE_GROUP, FILES_GROUP] = ["sg-0123456789abcdef0", "sg-0123456789abcdef1"];
const FILE_SYSTEM = "fs-0123456789abcdef0";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders-AbCdEf";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";

type Answer = Readonly<Record<string, unknown>>;

/** What AWS says of things as they should be, by type and beginning of the name. */
const good: Readonly<Record<string, Answer>> = {
  "aws_security_group.existing-database": { id: DATABASE_GROUP, vpc_id: VPC },
  "aws_security_group.existing-file-system": { id: FILES_GROUP, vpc_id: VPC },
  "aws_db_instance.existing-database": {
    db_instance_identifier: "orders",
    engine: "postgres",
    storage_encrypted: true,
    port: 5432,
    vpc_security_groups: [DATABASE_GROUP],
    publicly_accessible: false,
  },
  "aws_rds_cluster.existing-database": {
    engine: "aurora-postgresql",
    storage_encrypted: true,
    port: 5432,
    vpc_security_group_ids: ["sg-2", DATABASE_GROUP],
  },
  "aws_secretsmanager_secret.existing-database": { arn: SECRET, kms_key_id: "" },
  "aws_efs_file_system.existing-file-system": { file_system_id: FILE_SYSTEM, encrypted: true },
  "aws_efs_access_point.existing-file-system": {
    access_point_id: "fsap-0123456789abcdef0",
    file_system_id: FILE_SYSTEM,
    posix_user: [{ uid: 1000, gid: 1000, secondary_gids: [] }],
  },
  "aws_s3_bucket.existing-bucket": { bucket: "assets", region: "eu-central-1" },
  "aws_resourcegroupstaggingapi_resources.left-over-data": { resource_tag_mapping_list: [] },
};

/** What is looked up otherwise, and then stops the plan. */
const violations: readonly (readonly [name: string, what: string, change: Answer])[] = [
  ["the_database_is_mysql", "aws_db_instance.existing-database", { engine: "mysql" }],
  ["the_database_is_not_encrypted", "aws_db_instance.existing-database", { storage_encrypted: false }],
  ["the_database_has_another_port", "aws_db_instance.existing-database", { port: 5433 }],
  ["the_database_has_another_group", "aws_db_instance.existing-database", { vpc_security_groups: ["sg-3"] }],
  ["the_database_is_public", "aws_db_instance.existing-database", { publicly_accessible: true }],
  ["the_database_is_in_another_vpc", "aws_security_group.existing-database", { vpc_id: "vpc-2" }],
  ["the_secret_has_a_key", "aws_secretsmanager_secret.existing-database", { kms_key_id: KEY }],
  ["the_file_system_is_in_another_vpc", "aws_security_group.existing-file-system", { vpc_id: "vpc-2" }],
  ["the_file_system_is_not_encrypted", "aws_efs_file_system.existing-file-system", { encrypted: false }],
  ["the_access_point_is_of_another", "aws_efs_access_point.existing-file-system", { file_system_id: "fs-2" }],
  ["the_access_point_sets_no_user", "aws_efs_access_point.existing-file-system", { posix_user: [] }],
  [
    "the_access_point_is_for_root",
    "aws_efs_access_point.existing-file-system",
    { posix_user: [{ uid: 0, gid: 0, secondary_gids: [] }] },
  ],
  ["the_bucket_is_in_another_region", "aws_s3_bucket.existing-bucket", { region: "eu-west-1" }],
];

const ofCluster: typeof violations = [
  ["the_cluster_is_not_encrypted", "aws_rds_cluster.existing-database", { storage_encrypted: false }],
  ["the_secret_has_another_key", "aws_secretsmanager_secret.existing-database", { kms_key_id: `${KEY.slice(0, -1)}3` }],
];

const ofMysql: typeof violations = [
  ["the_database_is_postgres", "aws_db_instance.existing-database", { engine: "postgres" }],
];

const ofProduction: typeof violations = [
  [
    "a_database_would_be_deleted",
    "aws_resourcegroupstaggingapi_resources.left-over-data",
    {
      resource_tag_mapping_list: [
        { resource_arn: "arn:aws:rds:eu-central-1:111122223333:db:app", tags: {}, compliance_details: [] },
      ],
    },
  ],
];

/** An instance of RDS that a cluster would take the place of; the instances of the cluster itself stay. */
const instances = (...names: string[]): Answer => ({
  resource_tag_mapping_list: names.map((name) => ({
    resource_arn: `arn:aws:rds:eu-central-1:111122223333:db:private-app-test-${name}`,
    tags: {},
    compliance_details: [],
  })),
});

const ofAurora: typeof violations = [
  [
    "an_instance_would_be_deleted",
    "aws_resourcegroupstaggingapi_resources.left-over-instance",
    instances("database-1", "database"),
  ],
];

const ofAuroraMysql: typeof violations = [
  ["the_cluster_is_aurora_postgresql", "aws_rds_cluster.existing-database", { engine: "aurora-postgresql" }],
];

const data = (
  existing: object,
  engine: NonNullable<NonNullable<EnvironmentInput["data"]>["database"]>["engine"] = "postgres",
): EnvironmentInput["data"] => ({
  database: {
    use: "existing",
    engine,
    existing: { securityGroupId: DATABASE_GROUP, secretArn: SECRET, ...existing },
  },
  fileSystem: {
    use: "existing",
    existing: { id: FILE_SYSTEM, accessPointId: "fsap-0123456789abcdef0", securityGroupId: FILES_GROUP },
  },
  staticAssets: { use: "existing", existing: { bucket: "assets" } },
});

/** The look-ups of a data stack, and the address of each. */
function lookUps(environment: Partial<EnvironmentInput>) {
  const network: EnvironmentInput["network"] = {
    existing: {
      vpcId: VPC,
      privateSubnets: { ids: ["subnet-aaaaaaaaaaaaaaaa1", "subnet-aaaaaaaaaaaaaaaa2"] },
      provides: ["nat", "s3"],
    },
  };
  const { stacks } = synthesize({ environments: [environmentOf({ network, ...environment })], consumers: [] });
  const all = stacks["data-test"]?.data ?? {};
  const types = new Set(Object.keys(good).map((what) => what.split(".")[0]));
  const found = Object.fromEntries(Object.entries(all).filter(([type]) => types.has(type)));
  const address = (what: string) => {
    const [type = "", name = ""] = what.split(".");
    const full = Object.keys(found[type] ?? {}).find((each) => each.startsWith(name));
    return full && `data.${type}.${full}`;
  };
  return { json: JSON.stringify({ data: found }), address };
}

function runsOf(
  folder: string,
  environment: Partial<EnvironmentInput>,
  cases: typeof violations,
  otherwise: typeof good = {},
) {
  const { address, json } = lookUps(environment);
  const answers = (changes: Readonly<Record<string, Answer>> = {}) =>
    Object.entries({ ...good, ...otherwise })
      .flatMap(([what, answer]) => {
        const target = address(what);
        return target ? [override(target, JSON.stringify({ ...answer, ...changes[what] }))] : [];
      })
      .join("");
  const runs = [
    run(`${folder}_as_it_should_be`, folder, answers()),
    ...cases.map(([name, what, change]) =>
      run(`fails_when_${name}`, folder, answers({ [what]: change }), address(what)),
    ),
  ];
  return { files: { [`${folder}/main.tf.json`]: json }, runs };
}

testWithTerraform(
  "Terraform's plan stops where an existing database, file system or bucket is not what the tasks need, and where production would lose its own",
  async () => {
    const folders = [
      runsOf("instance", { data: data({ instanceIdentifier: "orders" }) }, violations),
      runsOf("cluster", { data: data({ clusterIdentifier: "orders", secretKeyArn: KEY }) }, ofCluster, {
        "aws_secretsmanager_secret.existing-database": { arn: SECRET, kms_key_id: KEY },
      }),
      runsOf("mysql", { data: data({ instanceIdentifier: "orders" }, "mysql") }, ofMysql, {
        "aws_db_instance.existing-database": {
          ...good["aws_db_instance.existing-database"],
          engine: "mysql",
          port: 3306,
        },
      }),
      runsOf("aurora_mysql", { data: data({ clusterIdentifier: "orders" }, "aurora-mysql") }, ofAuroraMysql, {
        "aws_rds_cluster.existing-database": {
          ...good["aws_rds_cluster.existing-database"],
          engine: "aurora-mysql",
          port: 3306,
        },
      }),
      runsOf("aurora", { stage: "production", data: { database: { engine: "aurora-postgresql" } } }, ofAurora, {
        "aws_resourcegroupstaggingapi_resources.left-over-instance": instances("database-1", "database-2"),
      }),
      runsOf("production", { stage: "production", data: { database: { use: "none" } } }, ofProduction),
    ];
    const runs = await testTogether({
      "main.tf.json": JSON.stringify({ terraform: { required_version: ">= 1.7" } }),
      ...Object.assign({}, ...folders.map(({ files }) => files)),
      "tests/existing.tftest.hcl": ['mock_provider "aws" {}', ...folders.flatMap((folder) => folder.runs)].join("\n"),
    });
    expect(Object.entries(runs).filter(([, outcome]) => outcome !== "pass")).toEqual([]);
    expect(Object.keys(runs)).toHaveLength(
      [violations, ofCluster, ofMysql, ofAuroraMysql, ofAurora, ofProduction].flat().length + folders.length,
    );
  },
  300_000,
);
