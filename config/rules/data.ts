import { type DatabaseEngine, databaseEngine, engineVersion, majorVersion } from "../database-engine";
import { creates, createsAurora, createsInstance, uses } from "../derive";
import { classExists } from "../instance-types";
import { partition } from "../regions";
import type { Environment } from "../schema";
import { usableParts } from "../schema/workloads";
import { workloads } from "../workloads";
import type { EnvironmentRule, Finding } from "./rule";

const minutesADay = 24 * 60;
const minutesAWeek = 7 * minutesADay;
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Minutes since the begin of the day of `hh:mm`, or of the week of `ddd:hh:mm`. */
function minutes(time: string): number {
  const parts = time.split(":");
  const [hour, minute] = parts.slice(-2).map(Number);
  const day = parts.length === 3 ? days.indexOf(parts[0] ?? "") : 0;
  return day * minutesADay + (hour ?? 0) * 60 + (minute ?? 0);
}

interface Window {
  readonly start: number;
  readonly length: number;
}

/** `hh:mm-hh:mm` or `ddd:hh:mm-ddd:hh:mm`, in minutes; the end may lie in the next day or week. */
function parseWindow(text: string): Window {
  const [from = "", to = ""] = text.split("-");
  const cycle = from.length > 5 ? minutesAWeek : minutesADay;
  const start = minutes(from);
  return { start, length: (minutes(to) - start + cycle) % cycle };
}

const shortestWindow = 30;

/** RDS takes windows of at least half an hour. */
export const databaseWindowsAreLongEnough: EnvironmentRule = ({ data }) =>
  (["backupWindow", "maintenanceWindow"] as const).flatMap((name) =>
    !creates({ data }, "database") || parseWindow(data.database[name]).length >= shortestWindow
      ? []
      : {
          path: ["data", "database", name],
          allowed: `a window of at least ${shortestWindow} minutes`,
          fix: "end it later",
          source: 'Amazon RDS API Reference, "CreateDBInstance"',
        },
  );

/** RDS refuses a maintenance window that meets the daily backup window. */
export const databaseWindowsDoNotOverlap: EnvironmentRule = ({ data }) => {
  const backup = parseWindow(data.database.backupWindow);
  const maintenance = parseWindow(data.database.maintenanceWindow);
  // Both may run over the end of the week, so the backups of the days around it count as well.
  const meets = Array.from({ length: 16 }, (_, day) => backup.start + (day - 1) * minutesADay).some(
    (start) => start < maintenance.start + maintenance.length && maintenance.start < start + backup.length,
  );
  if (!meets || !creates({ data }, "database")) return [];
  return [
    {
      path: ["data", "database", "maintenanceWindow"],
      given: `${data.database.maintenanceWindow}, which meets the daily backup at ${data.database.backupWindow}`,
      allowed: "a window apart from data.database.backupWindow",
      fix: "move one of the two",
      source: 'Amazon RDS API Reference, "CreateDBInstance"',
    },
  ];
};

/** Storage autoscaling needs room: RDS wants the limit a tenth above what is allocated. */
export const databaseStorageCanGrow: EnvironmentRule = ({ data }) => {
  const { allocatedStorageGib, maxAllocatedStorageGib } = data.database;
  const least = Math.ceil((allocatedStorageGib * 11) / 10);
  if (maxAllocatedStorageGib >= least || !createsInstance({ data })) return [];
  return [
    {
      path: ["data", "database", "maxAllocatedStorageGib"],
      allowed: `at least ${least}, a tenth above allocatedStorageGib ${allocatedStorageGib}`,
      fix: `raise it to ${least} or more`,
      source: 'Amazon RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling"',
    },
  ];
};

/** An alarm on free storage that is above the whole storage never ends. */
export const freeStorageAlarmCanEnd: EnvironmentRule = ({ data, observability }) => {
  const { allocatedStorageGib } = data.database;
  if (observability.thresholds.databaseFreeStorageGib < allocatedStorageGib || !createsInstance({ data })) return [];
  return [
    {
      path: ["observability", "thresholds", "databaseFreeStorageGib"],
      allowed: `less than data.database.allocatedStorageGib ${allocatedStorageGib}`,
      fix: "lower it",
    },
  ];
};

/** Words that PostgreSQL takes for its own. Source: PostgreSQL documentation, "SQL Key Words": reserved. */
const keyWords =
  "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with".split(
    " ",
  );

/** Volumes, log groups and the database take a key of their own account and Region. */
export const keyIsTheEnvironments: EnvironmentRule = ({ accountId, data, region }) => {
  const arn = data.kms.keyArn;
  if (arn === undefined) return [];
  const [, arnPartition, , arnRegion, arnAccount] = arn.split(":");
  if (arnPartition === partition(region) && arnRegion === region && (!accountId || arnAccount === accountId)) return [];
  return [
    {
      path: ["data", "kms", "keyArn"],
      allowed: `a key of the environment's own account and Region: arn:${partition(region)}:kms:${region}:${accountId ?? "<account>"}:key/…`,
      fix: "create a key or a replica of it there",
      source: 'AWS Key Management Service Developer Guide, "Multi-Region keys"',
    },
  ];
};

/** The same for MySQL. Source: MySQL 8.4 Reference Manual, "Keywords and Reserved Words": reserved. */
const keyWordsOfMysql =
  "accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case change char character check collate column condition constraint continue convert create cross cube cume_dist current_date current_time current_timestamp current_user cursor database databases day_hour day_microsecond day_minute day_second dec decimal declare default delayed delete dense_rank desc describe deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped except exists exit explain false fetch first_value float float4 float8 for force foreign from fulltext function generated get grant group grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore in index infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is iterate join json_table key keys kill lag last_value lateral lead leading leave left like limit linear lines load localtime localtimestamp lock long longblob longtext loop low_priority manual match maxvalue mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not nth_value ntile null numeric of on optimize optimizer_costs option optionally or order out outer outfile over parallel partition percent_rank precision primary procedure purge qualify range rank read reads read_write real recursive references regexp release rename repeat replace require resignal restrict return revoke right rlike row rows row_number schema schemas second_microsecond select sensitive separator set show signal smallint spatial specific sql sqlexception sqlstate sqlwarning sql_big_result sql_calc_found_rows sql_small_result ssl starting stored straight_join system table tablesample terminated then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying virtual when where while window with write xor year_month zerofill".split(
    " ",
  );

/** What RDS keeps for itself in every instance, and what the engine does. */
const reserved = {
  postgres: {
    keyWords,
    source: 'PostgreSQL documentation, "SQL Key Words"',
    userName: { words: ["admin", "none", "public", "rdsadmin", "rdsrepladmin"], beginnings: ["pg_", "rds_"] },
    name: { words: ["admin", "rdsadmin", "template0", "template1"], beginnings: ["pg_"] },
  },
  mysql: {
    keyWords: keyWordsOfMysql,
    source: 'MySQL 8.4 Reference Manual, "Keywords and Reserved Words"',
    userName: {
      words: ["mysql", "none", "public", "rdsadmin", "rdsproxyadmin", "root"],
      beginnings: ["mysql_", "rds_"],
    },
    name: {
      words: ["information_schema", "innodb", "mysql", "performance_schema", "rdsadmin", "sys", "tmp"],
      beginnings: ["rds_"],
    },
  },
} satisfies Record<DatabaseEngine["dialect"], Reserved>;

interface Reserved {
  readonly keyWords: readonly string[];
  readonly source: string;
  readonly userName: { readonly words: string[]; readonly beginnings: string[] };
  readonly name: { readonly words: string[]; readonly beginnings: string[] };
}

/** RDS refuses words that the engine reserves, when key, file system and secret are there already. */
export const databaseNamesAreNotReserved: EnvironmentRule = ({ data }) =>
  (["userName", "name"] as const).flatMap((option) => {
    const value = data.database[option];
    const { keyWords, source, ...ofRds } = reserved[databaseEngine(data.database).dialect];
    const { beginnings, words } = ofRds[option];
    const refused =
      keyWords.includes(value) || words.includes(value) || beginnings.some((beginning) => value.startsWith(beginning));
    if (!refused || !creates({ data }, "database")) return [];
    const { title } = databaseEngine(data.database);
    return [
      {
        path: ["data", "database", option],
        allowed: `names that neither RDS nor ${title} reserves: not ${words.join(", ")}, nothing that begins with ${beginnings.join(" or ")}, no SQL key word`,
        fix: `write app_${value}`.slice(0, 60),
        source: `Amazon RDS API Reference, "CreateDBInstance"; ${source}`,
      },
    ];
  });

/** A version is one of the engine's. */
export const databaseVersionIsTheEngines: EnvironmentRule = ({ data }) => {
  const { versions, versionsInWords, version } = databaseEngine(data.database);
  if (versions.test(engineVersion(data.database)) || !creates({ data }, "database")) return [];
  return [
    {
      path: ["data", "database", "engineVersion"],
      allowed: `with data.database.engine ${data.database.engine}: ${versionsInWords}`,
      fix: `write "${version}", or remove it`,
    },
  ];
};

/** Major versions that RDS runs only with its paid Extended Support, and the end of their standard support. */
const inExtendedSupport: Partial<Readonly<Record<Environment["data"]["database"]["engine"], Record<string, string>>>> =
  {
    mysql: { "8.0": "31 July 2026" },
  };

/** Extended Support is billed per vCPU and hour: nobody should get it by leaving an option out, and RDS creates nothing without it. */
export const extendedSupportIsChosen: EnvironmentRule = ({ data }) => {
  const { engine, engineLifecycleSupport } = data.database;
  const ended = inExtendedSupport[engine]?.[majorVersion(data.database)];
  const isChosen = engineLifecycleSupport === "open-source-rds-extended-support";
  if (ended === undefined || isChosen || !creates({ data }, "database")) return [];
  const { title, version } = databaseEngine({ engine });
  return [
    {
      path: ["data", "database", engineLifecycleSupport === undefined ? "engineVersion" : "engineLifecycleSupport"],
      allowed: `for ${title} ${majorVersion(data.database)}: open-source-rds-extended-support, which is billed, since standard support ended on ${ended}`,
      fix: `write engineVersion "${version}", or engineLifecycleSupport: open-source-rds-extended-support`,
      source: 'Amazon RDS User Guide, "Amazon RDS Extended Support with Amazon RDS"',
    },
  ];
};

/** MySQL on RDS has shorter names of master users than PostgreSQL. */
export const mysqlUserNameIsShortEnough: EnvironmentRule = ({ data }) => {
  const { engine, userName } = data.database;
  if (databaseEngine({ engine }).dialect !== "mysql" || userName.length <= 16 || !creates({ data }, "database"))
    return [];
  return [
    {
      path: ["data", "database", "userName"],
      allowed: `at most 16 characters with data.database.engine ${engine}`,
      fix: `shorten it, e.g. to ${userName.slice(0, 16)}`,
      source: 'Amazon RDS API Reference, "CreateDBInstance"',
    },
  ];
};

/** Classes on which RDS for MySQL has no Performance Insights. */
const withoutInsights = ["db.t2.micro", "db.t2.small", "db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small"];

/** RDS refuses Performance Insights on the smallest classes with MySQL. */
export const classHasPerformanceInsights: EnvironmentRule = ({ data }) => {
  const { engine, instanceClass, performanceInsights } = data.database;
  const lacks = engine === "mysql" && withoutInsights.some((each) => `${instanceClass}.`.startsWith(`${each}.`));
  if (!lacks || !performanceInsights || !creates({ data }, "database")) return [];
  return [
    {
      path: ["data", "database", "performanceInsights"],
      given: `true on ${instanceClass}`,
      allowed: `false with data.database.engine mysql on ${withoutInsights.join(", ")}`,
      fix: "set it to false, or choose a larger instanceClass, e.g. db.t4g.medium",
      source:
        'Amazon RDS User Guide, "Amazon RDS DB engine, Region, and instance class support for Performance Insights"',
    },
  ];
};

/** Families of classes of which RDS runs none of the versions that the project knows. */
const outOfDate = ["m1", "m2", "m3", "m4", "r3", "r4", "t1", "t2"];
const ofOtherEngines = ["x1", "x1e", "x2iezn", "z1d"];

/** The newest versions run on current classes alone, and some classes run Oracle and SQL Server alone. */
export const classRunsTheEngine: EnvironmentRule = ({ data }) => {
  const { engine, instanceClass } = data.database;
  const none = [...ofOtherEngines, ...(engine === "postgres" ? outOfDate : [])];
  const created = creates({ data }, "database") && !databaseEngine({ engine }).isAurora;
  if (!created || !none.includes(instanceClass.split(".")[1] ?? "")) return [];
  return [
    {
      path: ["data", "database", "instanceClass"],
      allowed: `with data.database.engine ${engine}: a class of no family of ${none.join(", ")}`,
      fix: "choose a class of a current generation, e.g. db.t4g.medium or db.m7g.large",
      source: 'Amazon RDS User Guide, "Supported DB engines for DB instance classes"',
    },
  ];
};

/** RDS has fewer sizes than EC2 has. */
export const databaseClassExists: EnvironmentRule = ({ data }) => {
  const { engine, instanceClass } = data.database;
  const created = creates({ data }, "database") && !databaseEngine({ engine }).isAurora;
  if (!created || classExists(instanceClass)) return [];
  return [
    {
      path: ["data", "database", "instanceClass"],
      allowed: "classes of RDS: micro to 2xlarge in t families, large and above in m, r and x families",
      fix: "choose one of those, e.g. db.t4g.medium or db.m7g.large",
      source: 'Amazon RDS User Guide, "DB instance class types"',
    },
  ];
};

const scaling = 'Amazon RDS API Reference, "ServerlessV2ScalingConfiguration"';

/** Capacity has a range, and pausing has a beginning. */
export const auroraCapacityIsInOrder: EnvironmentRule = ({ data }) => {
  const { maxCapacity, minCapacity, secondsUntilAutoPause } = data.database.serverless;
  if (!createsAurora({ data })) return [];
  const path = ["data", "database", "serverless"];
  return [
    ...(minCapacity <= maxCapacity
      ? []
      : [
          {
            path: [...path, "minCapacity"],
            allowed: `at most maxCapacity, which is ${maxCapacity}`,
            fix: "lower it, or raise maxCapacity",
            source: scaling,
          },
        ]),
    ...(secondsUntilAutoPause === undefined || minCapacity === 0
      ? []
      : [
          {
            path: [...path, "secondsUntilAutoPause"],
            allowed: "only with minCapacity 0: other instances never pause",
            fix: "remove it, or set minCapacity to 0",
            source: scaling,
          },
        ]),
  ];
};

/** First minor versions of Aurora that pause, and that scale beyond 128 units, by major one. */
const pausing: Readonly<Record<string, number>> = { "15": 7, "16": 3, "8.0": 8 };
const scalingFurther: Readonly<Record<string, number>> = { "15": 5, "16": 1, "8.0": 6 };
const capacityOfOlderVersions = 128;

/** Whether the version that is named is older than the first one of its major version that has something. */
const isBefore = (first: Readonly<Record<string, number>>, version: string): boolean => {
  const [, major = "", minor = ""] = /^(\d\d|8\.0)\.(?:mysql_aurora\.3\.)?([\d.]+)$/.exec(version) ?? [];
  return Number.parseInt(minor, 10) < (first[major] ?? 0);
};

/** Older minor versions take no capacity of 0, and less at most. */
export const auroraVersionHasTheCapacity: EnvironmentRule = ({ data }) => {
  const { engineVersion: version = "", serverless } = data.database;
  if (!createsAurora({ data })) return [];
  const path = ["data", "database", "serverless"];
  const source = 'Amazon Aurora User Guide, "Aurora Serverless v2 capacity"';
  return [
    ...(serverless.minCapacity === 0 && isBefore(pausing, version)
      ? [
          {
            path: [...path, "minCapacity"],
            allowed: `at least 0.5 with engineVersion ${version}: pausing began with Aurora PostgreSQL 15.7 and 16.3, and Aurora MySQL 3.08.0`,
            fix: "raise it to 0.5, or name a newer engineVersion",
            source,
          },
        ]
      : []),
    ...(serverless.maxCapacity > capacityOfOlderVersions && isBefore(scalingFurther, version)
      ? [
          {
            path: [...path, "maxCapacity"],
            allowed: `at most ${capacityOfOlderVersions} with engineVersion ${version}: 256 began with Aurora PostgreSQL 15.5 and 16.1, and Aurora MySQL 3.06.0`,
            fix: `lower it to ${capacityOfOlderVersions}, or name a newer engineVersion`,
            source,
          },
        ]
      : []),
  ];
};

/** A part that exists is described; nothing else is. */
export const existingPartsAreDescribed: EnvironmentRule = ({ data }) =>
  usableParts.flatMap((part): Finding[] =>
    data[part].use !== "existing" || data[part].existing
      ? []
      : [
          {
            path: ["data", part, "existing"],
            allowed: `a description of the existing one, with data.${part}.use existing`,
            fix: `add data.${part}.existing`,
          },
        ],
  );

/** What runs beside the application uses what the environment has. */
export const usedPartsAreThere: EnvironmentRule = (environment) =>
  workloads(environment).flatMap(({ kind, options, path }) =>
    options.uses.flatMap((part, index): Finding[] =>
      uses(environment, part)
        ? []
        : [
            {
              path: [...path, "uses", index],
              allowed: `parts that the environment has, and data.${part}.use is none`,
              fix: `remove ${part} from what the ${kind} uses, or set data.${part}.use`,
            },
          ],
    ),
  );

/** A database is looked up in one way. */
export const existingDatabaseIsNamedOnce: EnvironmentRule = ({ data: { database } }) => {
  if (database.use !== "existing" || !database.existing) return [];
  const { clusterIdentifier, endpoint, instanceIdentifier } = database.existing;
  const named = Object.entries({ instanceIdentifier, clusterIdentifier, endpoint }).filter(([, value]) => value);
  if (named.length === 1) return [];
  return [
    {
      path: ["data", "database", "existing"],
      given: named.map(([name]) => name).join(" and ") || "none of them",
      allowed: "exactly one of instanceIdentifier, clusterIdentifier and endpoint",
      fix: "name the database once",
    },
  ];
};

/** Nothing that exists can be in a VPC that is still to be created, and a rule names security groups of its own VPC. */
export const existingPartsAreInAnExistingVpc: EnvironmentRule = ({ data, network }) =>
  network.existing
    ? []
    : (["database", "fileSystem"] as const).flatMap((part): Finding[] =>
        data[part].use !== "existing"
          ? []
          : [
              {
                path: ["data", part, "use"],
                allowed: "existing only with network.existing: the VPC that it is in",
                fix: "use that VPC, or create",
                source: 'Amazon VPC User Guide, "Security group rules"',
              },
            ],
      );

/** Tasks read secrets and objects of their own account and Region: another account has to allow it in its own policies. */
export const existingPartsAreTheEnvironments: EnvironmentRule = ({ accountId, data, region }) => {
  const { database, staticAssets } = data;
  const arns: readonly (readonly [path: string[], arn: string | undefined])[] = [
    [["database", "existing", "secretArn"], database.existing?.secretArn],
    [["database", "existing", "secretKeyArn"], database.existing?.secretKeyArn],
    [["staticAssets", "existing", "keyArn"], staticAssets.existing?.keyArn],
  ];
  return arns.flatMap(([path, arn]): Finding[] => {
    const [, arnPartition, service, arnRegion, arnAccount] = arn?.split(":") ?? [];
    const own = arnPartition === partition(region) && arnRegion === region && (!accountId || arnAccount === accountId);
    if (arn === undefined || own) return [];
    return [
      {
        path: ["data", ...path],
        allowed: `one of the environment's own account and Region: arn:${partition(region)}:${service}:${region}:${accountId ?? "<account>"}:…`,
        fix: "copy it there, or correct the ARN",
        source: 'Amazon ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables"',
      },
    ];
  });
};
