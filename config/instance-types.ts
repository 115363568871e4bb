/** What of an instance type decides how many tasks it runs. */
export interface InstanceSize {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly networkInterfaces: number;
}

/**
 * Form of an instance type: family with its generation, and one of the sizes that AWS gives names to.
 *
 * @param prefix before the family, e.g. `db.` of an RDS instance class
 * Source: Amazon EC2 Instance Types, "Naming conventions"; Amazon RDS User Guide, "DB instance class types"
 */
export const instanceTypeForm = (prefix: string): RegExp =>
  new RegExp(
    `^${prefix.replace(".", "\\.")}[a-z]+-?[a-z0-9]*\\d[a-z0-9-]*\\.(nano|micro|small|medium|large|\\d{0,3}xlarge|metal(-\\d+xl)?)(\\.tpc\\d\\.mem\\d+x)?$`,
  );

type Figures = readonly [vcpus: number, memoryGib: number, networkInterfaces: number];

/** Source: Amazon EC2 Instance Types, "Burstable performance instances". */
const burstable: Readonly<Record<string, Figures>> = {
  nano: [2, 0.5, 2],
  micro: [2, 1, 2],
  small: [2, 2, 3],
  medium: [2, 4, 3],
  large: [2, 8, 3],
  xlarge: [4, 16, 4],
  "2xlarge": [8, 32, 4],
};

const gibPerVcpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/**
 * Size of the instance types most used for containers: t3, t4g and the c, m and r families of generations 5 to 7, whose
 * figures follow from the name. Undefined for every other type: nothing is then said about what fits.
 * Source: Amazon EC2 Instance Types, "General purpose", "Compute optimized", "Memory optimized" (specifications).
 */
export function instanceSize(type: string): InstanceSize | undefined {
  const [family = "", size = ""] = type.split(".");
  if (family === "t3" || family === "t4g") return inMib(burstable[size]);
  const ratio = gibPerVcpu[/^([cmr])[5-7](a|g|i|d|ad|gd|id)?$/.exec(family)?.[1] ?? ""];
  if (ratio === undefined) return undefined;
  if (size === "medium") return inMib([1, ratio, 2]);
  if (size === "large") return inMib([2, 2 * ratio, 3]);
  const multiple = /^(\d*)xlarge$/.exec(size)?.[1];
  if (multiple === undefined) return undefined;
  const times = multiple === "" ? 1 : Number(multiple);
  return inMib([4 * times, 4 * times * ratio, times <= 2 ? 4 : times <= 12 ? 8 : 15]);
}

const inMib = (figures?: Figures): InstanceSize | undefined =>
  figures && { vcpus: figures[0], memoryMib: figures[1] * 1024, networkInterfaces: figures[2] };

/**
 * CPU architecture of an instance type: a `g` behind the generation stands for Graviton; a1 is older than that habit.
 * Source: Amazon EC2 Instance Types, "Naming conventions".
 */
export function architectureOf(type: string): "ARM64" | "X86_64" {
  const [family = ""] = type.split(".");
  const attributes = /^[a-z]+\d+([a-z]*)/.exec(family)?.[1] ?? "";
  return family === "a1" || attributes.includes("g") ? "ARM64" : "X86_64";
}

/**
 * Whether AWS gives the family this size: burstable types end at 2xlarge, and others begin at large, those of Graviton at
 * medium. Source: Amazon EC2 Instance Types, "Instance type specifications".
 */
export function sizeExists(type: string): boolean {
  const [family = "", size = ""] = type.split(".");
  if (/^t\d/.test(family)) return size in burstable;
  if (["nano", "micro", "small"].includes(size)) return false;
  return size !== "medium" || architectureOf(type) === "ARM64" || family === "m3";
}

/** The same of a class of RDS, which has a medium size in burstable families alone, and no family for computing. */
export function classExists(instanceClass: string): boolean {
  const [, family = "", size = ""] = instanceClass.split(".");
  if (/^t\d/.test(family)) return size !== "nano" && size in burstable;
  return !family.startsWith("c") && (!["nano", "micro", "small", "medium"].includes(size) || /^m[13]$/.test(family));
}
