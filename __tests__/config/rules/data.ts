import { anEnvironment, type RuleCases } from "./cases";

const key = (region: string, account = "111122223333", partition = "aws") => ({
  "data.kms.keyArn": `arn:${partition}:kms:${region}:${account}:key/12345678-1234-4234-8234-123456789012`,
});

const inVpc = {
  "network.cidr": undefined,
  "network.existing": {
    vpcId: "vpc-0123456789abcdef0",
    privateSubnets: { ids: ["subnet-aaaaaaaaaaaaaaaa1", "subnet-aaaaaaaaaaaaaaaa2"] },
    provides: ["nat", "s3"],
  },
};
const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders-AbCdEf";
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";
const existingDatabase = (changes: object) => ({
  "data.database": {
    use: "existing",
    existing: { securityGroupId: "sg-0123456789abcdef0", secretArn: secret, ...changes },
  },
});
const mysql = { "data.database.engine": "mysql" };
const aurora = { "data.database.engine": "aurora-postgresql" };
const serverless = (options: object) => ({ ...aurora, "data.database.serverless": options });
const existingFileSystem = {
  "data.fileSystem": {
    use: "existing",
    existing: {
      id: "fs-0123456789abcdef0",
      accessPointId: "fsap-0123456789abcdef0",
      securityGroupId: "sg-0123456789abcdef1",
    },
  },
};

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "keyIsTheEnvironments",
    /a key of the environment's own account and Region/,
    [
      ["it is another account's", key("eu-central-1", "999988887777"), "data.kms.keyArn"],
      ["it is in another Region", key("eu-west-1"), "data.kms.keyArn"],
      ["it is of another partition", key("eu-central-1", "111122223333", "aws-cn"), "data.kms.keyArn"],
    ],
    [["it is the environment's own", key("eu-central-1")]],
  ),
  anEnvironment(
    "databaseWindowsAreLongEnough",
    /at least 30 minutes/,
    [
      ["the backup window is short", { "data.database.backupWindow": "02:00-02:29" }, "data.database.backupWindow"],
      ["a window ends when it begins", { "data.database.backupWindow": "02:00-02:00" }, "data.database.backupWindow"],
      [
        "the maintenance window is short",
        { "data.database.maintenanceWindow": "sun:23:50-mon:00:10" },
        "data.database.maintenanceWindow",
      ],
    ],
    [
      ["a window has half an hour", { "data.database.backupWindow": "02:00-02:30" }],
      ["a window crosses midnight", { "data.database.backupWindow": "23:50-00:20" }],
    ],
  ),
  anEnvironment(
    "databaseWindowsDoNotOverlap",
    /apart from data.database.backupWindow/,
    [
      [
        "maintenance begins during the backup",
        { "data.database.maintenanceWindow": "tue:02:30-tue:04:00" },
        "data.database.maintenanceWindow",
      ],
      [
        "maintenance goes over the end of the week into the backup",
        { "data.database.maintenanceWindow": "sun:23:00-mon:02:30" },
        "data.database.maintenanceWindow",
      ],
      [
        "the backup crosses midnight into maintenance",
        { "data.database.backupWindow": "23:30-00:30", "data.database.maintenanceWindow": "mon:00:00-mon:01:00" },
        "data.database.maintenanceWindow",
      ],
    ],
    [
      ["one begins when the other ends", { "data.database.maintenanceWindow": "tue:03:00-tue:04:00" }],
      ["one ends when the other begins", { "data.database.maintenanceWindow": "tue:01:00-tue:02:00" }],
    ],
  ),
  anEnvironment(
    "databaseStorageCanGrow",
    /a tenth above/,
    [
      [
        "the limit is below what is allocated",
        { "data.database.allocatedStorageGib": 200 },
        "data.database.maxAllocatedStorageGib",
      ],
      [
        "the limit is what is allocated",
        { "data.database.allocatedStorageGib": 100, "data.database.maxAllocatedStorageGib": 100 },
        "data.database.maxAllocatedStorageGib",
      ],
    ],
    [
      [
        "the limit is a tenth above",
        { "data.database.allocatedStorageGib": 100, "data.database.maxAllocatedStorageGib": 110 },
      ],
    ],
  ),
  anEnvironment(
    "freeStorageAlarmCanEnd",
    /less than data.database.allocatedStorageGib/,
    [
      [
        "it fires while all storage is free",
        { "observability.thresholds.databaseFreeStorageGib": 20 },
        "observability.thresholds.databaseFreeStorageGib",
      ],
    ],
    [["the threshold is below", { "observability.thresholds.databaseFreeStorageGib": 19 }]],
  ),
  anEnvironment(
    "databaseNamesAreNotReserved",
    /neither RDS nor (PostgreSQL|MySQL|Aurora MySQL) reserves/,
    [
      ...["admin", "user", "pg_owner", "rds_superuser", "public", "select"].map(
        (name) => [`the user is ${name}`, { "data.database.userName": name }, "data.database.userName"] as const,
      ),
      ...["user", "template0", "rdsadmin", "table"].map(
        (name) => [`the database is ${name}`, { "data.database.name": name }, "data.database.name"] as const,
      ),
      ["the user of MySQL is root", { ...mysql, "data.database.userName": "root" }, "data.database.userName"],
      [
        "the user of Aurora MySQL is root",
        { "data.database": { engine: "aurora-mysql", userName: "root", serverless: { maxCapacity: 8 } } },
        "data.database.userName",
      ],
      ["the database of MySQL is a key word", { ...mysql, "data.database.name": "groups" }, "data.database.name"],
    ],
    [
      ["PostgreSQL alone reserves it", { ...mysql, "data.database.userName": "pg_owner" }],
      ["the user is RDS's usual one", { "data.database.userName": "postgres" }],
      [
        "a name only begins with such a word",
        { "data.database.name": "users", "data.database.userName": "administrator" },
      ],
    ],
  ),
  anEnvironment(
    "databaseVersionIsTheEngines",
    /with data.database.engine/,
    [
      [
        "Aurora MySQL has another version",
        { "data.database": { engine: "aurora-mysql", engineVersion: "8.4", serverless: { maxCapacity: 8 } } },
        "data.database.engineVersion",
      ],
      ["PostgreSQL has the version", { ...mysql, "data.database.engineVersion": "17" }, "data.database.engineVersion"],
      ["MySQL has the version", { "data.database.engineVersion": "8.4.5" }, "data.database.engineVersion"],
    ],
    [
      ["a minor version is written", { ...mysql, "data.database.engineVersion": "8.4.5" }],
      ["none is written", mysql],
    ],
  ),
  anEnvironment(
    "auroraCapacityIsInOrder",
    /at most maxCapacity|only with minCapacity 0/,
    [
      [
        "the least is above the most",
        serverless({ minCapacity: 8.5, maxCapacity: 8 }),
        "data.database.serverless.minCapacity",
      ],
      [
        "it never pauses",
        serverless({ minCapacity: 0.5, secondsUntilAutoPause: 600 }),
        "data.database.serverless.secondsUntilAutoPause",
      ],
    ],
    [
      ["both are the same", serverless({ minCapacity: 8, maxCapacity: 8 })],
      ["it pauses", serverless({ minCapacity: 0, secondsUntilAutoPause: 600 })],
    ],
  ),
  anEnvironment(
    "auroraVersionHasTheCapacity",
    /pausing began with|256 began with/,
    [
      [
        "PostgreSQL is older than the largest capacity",
        { ...serverless({ maxCapacity: 256 }), "data.database.engineVersion": "16.0" },
        "data.database.serverless.maxCapacity",
      ],
      [
        "MySQL is older than the largest capacity",
        {
          "data.database": {
            engine: "aurora-mysql",
            engineVersion: "8.0.mysql_aurora.3.04.3",
            serverless: { maxCapacity: 192 },
          },
        },
        "data.database.serverless.maxCapacity",
      ],
      [
        "PostgreSQL is older",
        { ...serverless({ minCapacity: 0 }), "data.database.engineVersion": "16.2" },
        "data.database.serverless.minCapacity",
      ],
      [
        "MySQL is older",
        {
          "data.database": {
            engine: "aurora-mysql",
            engineVersion: "8.0.mysql_aurora.3.07.1",
            serverless: { minCapacity: 0, maxCapacity: 8 },
          },
        },
        "data.database.serverless.minCapacity",
      ],
    ],
    [
      ["PostgreSQL is new enough", { ...serverless({ minCapacity: 0 }), "data.database.engineVersion": "16.10" }],
      ["RDS chooses the minor version", { ...serverless({ minCapacity: 0 }), "data.database.engineVersion": "15" }],
      ["an older one stays below", { ...serverless({ maxCapacity: 128 }), "data.database.engineVersion": "15.4" }],
      [
        "PostgreSQL is new enough for all of it",
        { ...serverless({ maxCapacity: 256 }), "data.database.engineVersion": "16.1" },
      ],
      ["an older one never pauses", { ...aurora, "data.database.engineVersion": "15.4" }],
    ],
  ),
  anEnvironment(
    "extendedSupportIsChosen",
    /since standard support ended on 31 July 2026/,
    [
      ["nothing is said", { ...mysql, "data.database.engineVersion": "8.0" }, "data.database.engineVersion"],
      [
        "it is refused",
        {
          ...mysql,
          "data.database.engineVersion": "8.0.42",
          "data.database.engineLifecycleSupport": "open-source-rds-extended-support-disabled",
        },
        "data.database.engineLifecycleSupport",
      ],
    ],
    [
      [
        "it is chosen",
        {
          ...mysql,
          "data.database.engineVersion": "8.0",
          "data.database.engineLifecycleSupport": "open-source-rds-extended-support",
        },
      ],
      ["standard support goes on", { ...mysql, "data.database.engineVersion": "8.4" }],
      [
        "it is Aurora's",
        { "data.database": { engine: "aurora-mysql", engineVersion: "8.0", serverless: { maxCapacity: 8 } } },
      ],
    ],
  ),
  anEnvironment(
    "mysqlUserNameIsShortEnough",
    /at most 16 characters/,
    [["it has 17", { ...mysql, "data.database.userName": "a2345678901234567" }, "data.database.userName"]],
    [
      ["it has 16", { ...mysql, "data.database.userName": "a234567890123456" }],
      ["PostgreSQL takes it", { "data.database.userName": "a2345678901234567" }],
    ],
  ),
  anEnvironment(
    "classHasPerformanceInsights",
    /false with data.database.engine mysql/,
    [
      [
        "the class is the smallest",
        { ...mysql, "data.database.instanceClass": "db.t4g.micro", "application.databasePoolSize": 1 },
        "data.database.performanceInsights",
      ],
    ],
    [
      [
        "the class is one of the smallest two no longer",
        {
          ...mysql,
          "data.database.engineVersion": "8.0",
          "data.database.engineLifecycleSupport": "open-source-rds-extended-support",
          "data.database.instanceClass": "db.t2.medium",
        },
      ],
      ["PostgreSQL has them there", { "data.database.instanceClass": "db.t4g.small" }],
      [
        "they are off",
        { ...mysql, "data.database.instanceClass": "db.t4g.small", "data.database.performanceInsights": false },
      ],
    ],
  ),
  anEnvironment(
    "classRunsTheEngine",
    /a class of no family of x1, .*/,
    [
      [
        "PostgreSQL 17 is newer than the class",
        { "data.database.instanceClass": "db.m4.large" },
        "data.database.instanceClass",
      ],
      [
        "the class is for Oracle and SQL Server",
        { ...mysql, "data.database.instanceClass": "db.z1d.large" },
        "data.database.instanceClass",
      ],
    ],
    [
      [
        "MySQL 8.0 runs there",
        {
          ...mysql,
          "data.database.engineVersion": "8.0",
          "data.database.engineLifecycleSupport": "open-source-rds-extended-support",
          "data.database.instanceClass": "db.m4.large",
        },
      ],
      ["the class is a current one", { "data.database.instanceClass": "db.m7g.large" }],
    ],
  ),
  anEnvironment(
    "databaseClassExists",
    /classes of RDS/,
    [
      [
        "RDS has no medium size of it",
        { "data.database.instanceClass": "db.m7g.medium" },
        "data.database.instanceClass",
      ],
      ["RDS has no nano size", { "data.database.instanceClass": "db.t4g.nano" }, "data.database.instanceClass"],
      [
        "a burstable family ends before",
        { "data.database.instanceClass": "db.t3.4xlarge" },
        "data.database.instanceClass",
      ],
      ["RDS has no such family", { "data.database.instanceClass": "db.c7g.large" }, "data.database.instanceClass"],
    ],
    [
      ["it is large", { "data.database.instanceClass": "db.x2g.large" }],
      ["it is burstable", { "data.database.instanceClass": "db.t3.2xlarge" }],
    ],
  ),
  anEnvironment(
    "existingPartsAreDescribed",
    /a description of the existing one/,
    [
      ["no bucket is named", { "data.staticAssets.use": "existing" }, "data.staticAssets.existing"],
      ["no file system is named", { ...inVpc, "data.fileSystem.use": "existing" }, "data.fileSystem.existing"],
    ],
    [["there is none", { "data.staticAssets.use": "none" }]],
  ),
  anEnvironment(
    "usedPartsAreThere",
    /parts that the environment has/,
    [
      [
        "a job uses no file system",
        { "data.fileSystem.use": "none", jobs: { nightly: { command: ["report"], uses: ["database", "fileSystem"] } } },
        "jobs.nightly.uses[1]",
      ],
    ],
    [["a job uses what is there", { jobs: { nightly: { command: ["report"], uses: ["fileSystem"] } } }]],
  ),
  anEnvironment(
    "existingDatabaseIsNamedOnce",
    /exactly one of instanceIdentifier, clusterIdentifier and endpoint/,
    [
      ["nothing names it", { ...inVpc, ...existingDatabase({}) }, "data.database.existing"],
      [
        "two names do",
        { ...inVpc, ...existingDatabase({ instanceIdentifier: "orders", clusterIdentifier: "orders" }) },
        "data.database.existing",
      ],
    ],
    [["one name does", { ...inVpc, ...existingDatabase({ endpoint: "orders.example.com" }) }]],
  ),
  anEnvironment(
    "existingPartsAreInAnExistingVpc",
    /existing only with network.existing/,
    [
      ["the database's VPC is new", existingDatabase({ instanceIdentifier: "orders" }), "data.database.use"],
      ["the file system's VPC is new", existingFileSystem, "data.fileSystem.use"],
    ],
    [["the VPC exists", { ...inVpc, ...existingFileSystem }]],
  ),
  anEnvironment(
    "existingPartsAreTheEnvironments",
    /one of the environment's own account and Region/,
    [
      [
        "the secret is in another Region",
        {
          ...inVpc,
          ...existingDatabase({ instanceIdentifier: "orders", secretArn: secret.replace("central", "west") }),
        },
        "data.database.existing.secretArn",
      ],
      [
        "the bucket's key is another account's",
        {
          "data.staticAssets": {
            use: "existing",
            existing: { bucket: "assets", keyArn: keyArn.replace("111122223333", "444455556666") },
          },
        },
        "data.staticAssets.existing.keyArn",
      ],
    ],
    [["both are its own", { ...inVpc, ...existingDatabase({ instanceIdentifier: "orders", secretKeyArn: keyArn }) }]],
  ),
];
