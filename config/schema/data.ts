import { z } from "zod";
import { relativePath, text } from "./primitives";

const window = (form: string, pattern: RegExp) => text(pattern, form);

export const data = z.strictObject({
  kms: z
    .strictObject({
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
      engineVersion: text(/^1[4-9](\.\d+)?$/, "a PostgreSQL version, e.g. '17' or '17.4'")
        .default("17")
        .describe("PostgreSQL version; with a major version alone, RDS applies minor upgrades."),
      instanceClass: text(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "an RDS instance class, e.g. db.t4g.medium")
        .default("db.t4g.medium")
        .describe("RDS instance class."),
      name: text(/^[a-z][a-z0-9_]{0,62}$/, "1 to 63 lower-case letters, digits and underscores, starting with a letter")
        .default("app")
        .describe("Name of the database."),
      userName: text(
        /^(?!rdsadmin$|postgres$)[a-z][a-z0-9_]{0,62}$/,
        "1 to 63 lower-case letters, digits and underscores; not postgres or rdsadmin",
      )
        .default("app_admin")
        .describe("Name of the master user; its password is generated and only ever kept in Secrets Manager."),
      port: z.int().min(1150).max(65535).default(5432).describe("TCP port of the database; RDS takes 1150 to 65535."),
      multiAz: z.boolean().default(true).describe("Keep a standby in a second Availability Zone."),
      allocatedStorageGib: z.int().min(20).max(65536).default(20).describe("Storage at creation, in GiB."),
      maxAllocatedStorageGib: z
        .int()
        .min(20)
        .max(65536)
        .default(100)
        .describe("Storage autoscaling stops here, in GiB."),
      backupRetentionDays: z.int().min(1).max(35).default(14).describe("Days that automated backups are kept."),
      backupWindow: window("hh:mm-hh:mm in UTC, e.g. 02:00-03:00", /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/)
        .default("02:00-03:00")
        .describe("Daily window of automated backups, UTC, at least 30 minutes."),
      allowMajorVersionUpgrade: z
        .boolean()
        .default(false)
        .describe("Set for the one apply that raises the major version; the database is down while it is upgraded."),
      maintenanceWindow: window(
        "ddd:hh:mm-ddd:hh:mm in UTC, e.g. sun:04:00-sun:05:00",
        /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/,
      )
        .default("sun:04:00-sun:05:00")
        .describe("Weekly maintenance window, UTC, not overlapping the backup window."),
      performanceInsights: z.boolean().default(true).describe("Performance Insights with 7 days of history."),
      deletionProtection: z.boolean().default(true).describe("Refuse to delete the database."),
      finalSnapshot: z.boolean().default(true).describe("Take a snapshot when the database is deleted."),
      passwordVersion: z
        .int()
        .min(1)
        .default(1)
        .describe("Raise by one to generate a new password; secret and database change in the same apply."),
    })
    .prefault({})
    .describe("RDS for PostgreSQL."),
  secretRecoveryDays: z
    .union([z.literal(0), z.int().min(7).max(30)])
    .default(30)
    .describe("Days that a deleted secret can be restored: 7 to 30, or 0 to delete it at once."),
  fileSystem: z
    .strictObject({
      path: text(/^(\/[A-Za-z0-9._-]+){1,4}$/, "an absolute path of 1 to 4 parts, e.g. /app")
        .default("/app")
        .describe("Directory of the file system that the access point exposes as its root."),
      userId: z.int().min(1).max(4294967295).default(1000).describe("POSIX user id that every access runs as; not 0."),
      groupId: z
        .int()
        .min(1)
        .max(4294967295)
        .default(1000)
        .describe("POSIX group id that every access runs as; not 0."),
      transitionToInfrequentAccessDays: z
        .literal([1, 7, 14, 30, 60, 90, 180, 270, 365])
        .default(30)
        .describe("Days without access after which a file moves to Infrequent Access."),
      throughputMode: z.enum(["elastic", "bursting"]).default("elastic").describe("EFS throughput mode."),
    })
    .prefault({})
    .describe("EFS file system mounted by every task."),
  staticAssets: z
    .strictObject({
      directory: relativePath.default("container/static").describe("Folder whose files are uploaded to the bucket."),
      noncurrentVersionDays: z
        .int()
        .min(1)
        .max(3650)
        .default(30)
        .describe("Days that replaced or deleted versions of an object are kept."),
      forceDestroy: z.boolean().default(false).describe("Let destroy delete a bucket that still holds objects."),
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
        .describe("Let destroy delete a vault that still holds recovery points, with all of them."),
    })
    .prefault({})
    .describe("AWS Backup. The database has its own automated backups: data.database.backupRetentionDays."),
});
