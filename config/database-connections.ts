import { databaseEngine } from "./database-engine";
import { instanceSize } from "./instance-types";
import type { Environment } from "./schema";

type Options = Environment["data"]["database"];
type Dialect = ReturnType<typeof databaseEngine>["dialect"];

/** Bytes of an instance's memory for each connection that it takes by default, and the most that it takes. */
const perMemory: Readonly<Record<Dialect, { readonly bytesEach: number; readonly most: number }>> = {
  postgres: { bytesEach: 9_531_392, most: 5000 },
  mysql: { bytesEach: 12_582_880, most: 16_000 },
};

/** Connections by maximum capacity in ACU; between two of them, Aurora takes at least those of the smaller one. */
const perCapacity: Readonly<Record<Dialect, readonly (readonly [capacity: number, connections: number])[]>> = {
  postgres: [
    [1, 189],
    [4, 823],
    [8, 1669],
    [16, 3360],
    [32, 5000],
  ],
  mysql: [
    [1, 90],
    [4, 135],
    [8, 1000],
    [16, 2000],
    [32, 3000],
    [64, 4000],
    [128, 5000],
    [192, 6000],
  ],
};

/** Aurora PostgreSQL takes no more while its least capacity is 0.5 ACU or less. */
const mostWithSmallMinimum = 2000;

/** Where the limit is from: as people know it, what raises it, and its page. */
export interface ConnectionLimit {
  readonly connections: number;
  readonly of: string;
  readonly raise: string;
  readonly source: string;
}

/**
 * Connections that Amazon RDS takes by default, e.g. for PostgreSQL LEAST(DBInstanceClassMemory / 9531392, 5000). The
 * operating system and RDS itself keep some of an instance's memory from DBInstanceClassMemory. Undefined for a class
 * whose memory is not known.
 */
export function connectionLimit(options: Options): ConnectionLimit | undefined {
  const { dialect, isAurora } = databaseEngine(options);
  if (isAurora) return ofCapacity(dialect, options.serverless);
  const size = instanceSize(options.instanceClass.replace(/^db\./, ""));
  if (!size) return undefined;
  const { bytesEach, most } = perMemory[dialect];
  const classMemory = (size.memoryMib - 256) * 0.97 * 1024 * 1024;
  return {
    connections: Math.min(most, Math.floor(classMemory / bytesEach)),
    of: `a ${options.instanceClass}`,
    raise: "choose a larger data.database.instanceClass",
    source: 'Amazon RDS User Guide, "Quotas and constraints for Amazon RDS", maximum number of database connections',
  };
}

function ofCapacity(dialect: Dialect, { maxCapacity, minCapacity }: Options["serverless"]): ConnectionLimit {
  const known = perCapacity[dialect].filter(([capacity]) => capacity <= maxCapacity);
  const most = dialect === "postgres" && minCapacity <= 0.5 ? mostWithSmallMinimum : Number.POSITIVE_INFINITY;
  return {
    connections: Math.min(most, ...known.slice(-1).map(([, connections]) => connections)),
    of: `a cluster with maxCapacity ${maxCapacity}`,
    raise: "raise data.database.serverless.maxCapacity",
    source:
      'Amazon Aurora User Guide, "Performance and scaling for Aurora Serverless v2", maximum connections for Aurora Serverless v2',
  };
}
