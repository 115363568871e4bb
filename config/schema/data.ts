import * as z from "zod";
import { instanceTypeForm } from "../instance-types";
import { bucketName, keyArn, relativePath, secretArn, securityGroupId, text } from "./primitives";

const window = (form: string, pattern: RegExp) => text(pattern, form);

/** Where a part of the data comes from. */
const use = (part: string, withoutIt: string) =>
  z
    .enum(["create", "existing", "none"])
    .default("create")
    .describe(
      `create: ${part} of the environment's own. existing: the one in existing, which is not changed. none: ${withoutIt}. A change from create to another value deletes what was created.`,
    );

const existingDatabase = z.strictObject({
  instanceIdentifier: text(
    /^[a-z](-?[a-z0-9])*$/,
    "the identifier of an RDS DB instance, in lower case, e.g. orders-database",
  )
    .optional()
    .describe("RDS DB instance, by identifier; address, engine and encryption are looked up."),
  clusterIdentifier: text(
    /^[a-z](-?[a-z0-9])*$/,
    "the identifier of an Aurora DB cluster, in lower case, e.g. orders-cluster",
  )
    .optional()
    .describe("Instead of instanceIdentifier: Aurora or Multi-AZ DB cluster, whose writer endpoint is used."),
  endpoint: text(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    "a host name without port, in lower case, e.g. orders.proxy-0123456789ab.eu-central-1.rds.amazonaws.com",
  )
    .optional()
    .describe(
      "Instead of instanceIdentifier: host name of the database, e.g. of an RDS Proxy. Only its secret and security group are checked.",
    ),
  securityGroupId: securityGroupId.describe(
    "Security group of the database; the environment adds one rule for each of its clients.",
  ),
  secretArn: secretArn.describe("Secret with the keys username and password, which tasks get at start."),
  secretKeyArn: keyArn
    .optional()
    .describe("Customer managed key of the secret. Default: the AWS managed key aws/secretsmanager."),
  userName: text(/^[A-Za-z_][\w-]{0,62}$/, "a user name of 1 to 63 letters, digits, underscores and hyphens")
    .optional()
    .describe("Database user, where the secret has no key username."),
});

const capacityInWords = "Aurora capacity units (ACU, each about 2 GiB of memory), in steps of 0.5";

const serverless = z
  .strictObject({
    minCapacity: z
      .number()
      .min(0)
      .max(256)
      .multipleOf(0.5)
      .default(0.5)
      .describe(
        `Least capacity of each instance, in ${capacityInWords}. 0: an instance without connections pauses, and the next connection waits about 15 seconds for it.`,
      ),
    maxCapacity: z
      .number()
      .min(1)
      .max(256)
      .multipleOf(0.5)
      .default(4)
      .describe(
        `Most capacity of each instance, in ${capacityInWords}. It decides how many connections the database takes.`,
      ),
    secondsUntilAutoPause: z
      .int()
      .min(300)
      .max(86400)
      .optional()
      .describe("Seconds without connections after which an instance pauses, with minCapacity 0. Default: 300."),
    readers: z
      .int()
      .min(0)
      .max(15)
      .default(1)
      .describe(
        "Instances beside the writer, in other Availability Zones. One of them takes over if the writer fails; with 0, Aurora creates a new writer, which takes minutes.",
      ),
  })
  .prefault({})
  .describe("Capacity and instances of the cluster, with engine aurora-postgresql or aurora-mysql.");

export const data = z.strictObject({
  kms: z
    .strictObject({
      keyArn: keyArn
        .optional()
        .describe(
          "Use an existing customer managed key, whose policy has the statements in output keyPolicyStatements of the data stack. Default: create one. A later change replaces the resources that the old key encrypts.",
        ),
      deletionWindowDays: z
        .int()
        .min(7)
        .max(30)
        .default(30)
        .describe("Days between scheduling the key's deletion and its end; data encrypted with it is lost after that."),
    })
    .prefault({})
    .describe("Customer managed key for database, file system, bucket, secret, volumes and logs."),
  database: z
    .strictObject({
      use: use("a database", "the application has no database, and there is no data load"),
      existing: existingDatabase
        .optional()
        .describe("A database in the VPC of network.existing; name and port are those of data.database."),
      engine: z
        .enum(["postgres", "mysql", "aurora-postgresql", "aurora-mysql"])
        .default("postgres")
        .describe(
          "postgres: RDS for PostgreSQL. mysql: RDS for MySQL. aurora-postgresql, aurora-mysql: an Aurora Serverless v2 cluster with either. Of a database that exists, its engine. A later change replaces a database that was created: its data stays behind in the final snapshot.",
        ),
      engineVersion: text(
        /^((1[5-8]|8\.[04])(\.\d+)?|8\.0\.mysql_aurora\.3\.\d+\.\d+)$/,
        "a PostgreSQL version from 15 to 18, e.g. '17' or '17.4', MySQL 8.0 or 8.4, e.g. '8.4' or '8.4.5', or with aurora-mysql '8.0' or '8.0.mysql_aurora.3.08.0'",
      )
        .optional()
        .describe(
          "Version of the engine; with a major version alone (17, 8.4), RDS applies minor upgrades, and with a minor version none. Default: 17; 8.4 with mysql, and 8.0 with aurora-mysql.",
        ),
      engineLifecycleSupport: z
        .enum(["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"])
        .optional()
        .describe(
          "When the major version's standard support ends: stay on it with RDS Extended Support, which is billed per vCPU and hour (AWS's default), or let RDS upgrade it (disabled). Decided when the database is created; a later change has no effect. MySQL 8.0 is past its standard support, so it has to be chosen.",
        ),
      instanceClass: text(instanceTypeForm("db."), "an RDS instance class, e.g. db.t4g.medium")
        .default("db.t4g.medium")
        .describe("RDS instance class."),
      serverless,
      name: text(/^[a-z][a-z0-9_]{0,62}$/, "1 to 63 lower-case letters, digits and underscores, starting with a letter")
        .default("app")
        .describe("Name of the database."),
      userName: text(
        /^[a-z][a-z0-9_]{0,62}$/,
        "1 to 63 lower-case letters, digits and underscores, starting with a letter",
      )
        .default("app_admin")
        .describe("Name of the master user; its password is generated and stored only in Secrets Manager."),
      port: z
        .int()
        .min(1150)
        .max(65535)
        .optional()
        .describe("TCP port of the database; RDS takes 1150 to 65535. Default: 5432, and 3306 with MySQL."),
      multiAz: z.boolean().default(true).describe("Keep a standby in a second Availability Zone."),
      allocatedStorageGib: z
        .int()
        .min(20)
        .max(65536)
        .default(20)
        .describe(
          "Storage at creation, in GiB; storage autoscaling extends it up to maxAllocatedStorageGib. From 400 on, gp3 has 12,000 IOPS instead of 3,000.",
        ),
      maxAllocatedStorageGib: z.int().min(20).max(65536).default(100).describe("Limit of storage autoscaling, in GiB."),
      backupRetentionDays: z.int().min(1).max(35).default(14).describe("Days that automated backups are kept."),
      backupWindow: window("hh:mm-hh:mm in UTC, e.g. 02:00-03:00", /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/)
        .default("02:00-03:00")
        .describe("Daily window of automated backups, UTC, at least 30 minutes."),
      applyImmediately: z
        .boolean()
        .default(false)
        .describe(
          "Apply changes of instanceClass, multiAz and allocatedStorageGib immediately, with the downtime that they need. Otherwise they wait for the maintenance window, and every plan shows them until then.",
        ),
      allowMajorVersionUpgrade: z
        .boolean()
        .default(false)
        .describe(
          "Set for the single apply that raises the major version; the database is down during the upgrade. The upgrade starts immediately, together with every change that waits for the maintenance window.",
        ),
      maintenanceWindow: window(
        "ddd:hh:mm-ddd:hh:mm in UTC, e.g. sun:04:00-sun:05:00",
        /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/,
      )
        .default("sun:04:00-sun:05:00")
        .describe("Weekly maintenance window, UTC, not overlapping the backup window."),
      performanceInsights: z.boolean().default(true).describe("Performance Insights with 7 days of history."),
      deletionProtection: z.boolean().default(true).describe("Refuse to delete the database."),
      finalSnapshot: z
        .boolean()
        .default(true)
        .describe(
          "When the database is deleted, take a snapshot and keep its automated backups until their retention ends. Both are encrypted with the environment's key: data.kms.deletionWindowDays after the data stack is destroyed they are lost, unless the deletion of the key is cancelled or the snapshot copied with another key.",
        ),
      passwordVersion: z
        .int()
        .min(1)
        .default(1)
        .describe("Raise by one to generate a new password; secret and database change in the same apply."),
    })
    .prefault({})
    .describe("RDS for PostgreSQL or MySQL, an Aurora Serverless v2 cluster, or a database that exists."),
  secretRecoveryDays: z
    .union([z.literal(0), z.int().min(7).max(30)])
    .default(30)
    .describe("Days during which a deleted secret can be restored: 7 to 30, or 0 to delete it immediately."),
  fileSystem: z
    .strictObject({
      use: use("a file system", "tasks mount no file system"),
      existing: z
        .strictObject({
          id: text(/^fs-[0-9a-f]{8,17}$/, "a file system id, e.g. fs-0123456789abcdef0").describe(
            "EFS file system, with a mount target in each Availability Zone of the tasks.",
          ),
          accessPointId: text(/^fsap-[0-9a-f]{8,17}$/, "an access point id, e.g. fsap-0123456789abcdef0").describe(
            "Access point that tasks mount; it decides directory and POSIX user.",
          ),
          securityGroupId: securityGroupId.describe(
            "Security group of the mount targets; the environment adds one rule for its tasks.",
          ),
        })
        .optional()
        .describe("An EFS file system whose mount targets are in the VPC of network.existing."),
      path: text(
        /^(?=.{1,100}$)(\/(?!\.)[A-Za-z0-9._-]+){1,4}$/,
        "an absolute path of 1 to 4 parts that begin with no dot, at most 100 characters, e.g. /app",
      )
        .default("/app")
        .describe(
          "Directory of the file system that the access point exposes as its root. A different directory starts empty; the files of the previous one remain in the file system.",
        ),
      userId: z
        .int()
        .min(1)
        .max(4294967295)
        .default(1000)
        .describe(
          "POSIX user id that every access runs as; not 0. EFS gives a directory its owner when it first appears: after that, a change needs another path, or the task loses access to its files.",
        ),
      groupId: z
        .int()
        .min(1)
        .max(4294967295)
        .default(1000)
        .describe("POSIX group id that every access runs as; not 0. Change it like userId, with another path."),
      transitionToInfrequentAccessDays: z
        .literal([1, 7, 14, 30, 60, 90, 180, 270, 365])
        .default(30)
        .describe("Days without access after which a file moves to Infrequent Access."),
      throughputMode: z.enum(["elastic", "bursting"]).default("elastic").describe("EFS throughput mode."),
    })
    .prefault({})
    .describe("EFS file system that every task mounts."),
  staticAssets: z
    .strictObject({
      use: use("a bucket with the files of directory", "the application has no static assets"),
      existing: z
        .strictObject({
          bucket: bucketName.describe(
            "S3 bucket in the environment's Region. What is in it is its owner's: nothing is uploaded.",
          ),
          prefix: text(
            /^(?!\/)[\w./-]{1,512}\/$/,
            "the beginning of object keys with a slash at its end, e.g. shop/static/",
          )
            .optional()
            .describe("Tasks read only objects whose keys begin so. Default: all objects."),
          keyArn: keyArn
            .optional()
            .describe("Customer managed key of the objects. Default: encryption with keys of Amazon S3."),
        })
        .optional()
        .describe("A bucket that exists."),
      directory: relativePath.default("container/static").describe("Folder whose files are uploaded to the bucket."),
      noncurrentVersionDays: z
        .int()
        .min(1)
        .max(3650)
        .default(30)
        .describe("Days that replaced or deleted versions of an object are kept."),
      forceDestroy: z.boolean().default(false).describe("Allow destroy to delete a bucket that still holds objects."),
    })
    .prefault({})
    .describe("S3 bucket for static assets."),
  backup: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("Keep a daily recovery point of file system and static assets in a vault of the environment's own."),
      retentionDays: z.int().min(1).max(3650).default(35).describe("Days that a recovery point is kept."),
      hourUtc: z.int().min(0).max(23).default(3).describe("Hour of the day, UTC, from which a backup may begin."),
      forceDestroy: z
        .boolean()
        .default(false)
        .describe("Allow destroy to delete a vault that still holds recovery points, with all of them."),
    })
    .prefault({})
    .describe("AWS Backup. The database has its own automated backups: data.database.backupRetentionDays."),
});
