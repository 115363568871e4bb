import type { Path } from "./problem";

/** How many of the smallest unit each unit is; of sizes, people mean powers of two, whichever they write. */
const SIZES: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024, t: 1024 * 1024 };
const TIMES: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 7 * 86400 };
const NUMBERS: Readonly<Record<string, number>> = { k: 1000, m: 1_000_000 };

/** `GiB`, `GB`, `Gi` and `g` as `g`; undefined if it is none. */
const size = (unit: string) => /^([kmgt])(i?b?)$/i.exec(unit)?.[1]?.toLowerCase();

/** `minutes`, `min` and `m` as `m`. */
const time = (unit: string) =>
  /^(ms|s|m|h|d|w)(ec|ecs|econds?|in|ins|inutes?|r|rs|ours?|ays?|eeks?)?$/i.exec(unit)?.[1]?.toLowerCase();

interface Unit {
  readonly name: string;
  readonly options: RegExp;
  /** How many of the option's own a unit is. */
  in(unit: string): number | undefined;
}

const of = (units: Readonly<Record<string, number>>, unit: string | undefined, own: number) => {
  const factor = unit === undefined ? undefined : units[unit];
  return factor === undefined ? undefined : factor / own;
};

const UNITS: readonly Unit[] = [
  {
    name: "one",
    options: /^(requestsPerFiveMinutes|targetRequestsPerTask)$/,
    in: (unit) => NUMBERS[unit.toLowerCase()],
  },
  { name: "MiB", options: /(Mib|^writableFolders)$/, in: (unit) => of(SIZES, size(unit), 1) },
  { name: "GiB", options: /Gib$/, in: (unit) => of(SIZES, size(unit), 1024) },
  { name: "milliseconds", options: /Milliseconds$/, in: (unit) => of(TIMES, time(unit), 0.001) },
  { name: "seconds", options: /Seconds$/, in: (unit) => of(TIMES, time(unit), 1) },
  { name: "minutes", options: /Minutes$/, in: (unit) => of(TIMES, time(unit), 60) },
  { name: "days", options: /Days$/, in: (unit) => of(TIMES, time(unit), 86400) },
  // ECS counts 1024 units to a vCPU, Kubernetes a thousand `m`.
  {
    name: "1/1024 vCPU",
    options: /^cpu$/,
    in: (unit) => (unit === "m" ? 1024 / 1000 : /^v?(cpus?|cores?)$/i.test(unit) ? 1024 : undefined),
  },
];

/**
 * A number with a unit as the number that the option takes, and the option's unit: `2GB` is 2048 where MiB count.
 *
 * @param path of the option, whose name or section's name ends with its unit
 */
export function inUnitOf(path: Path, text: string): { readonly number: number; readonly unit: string } | undefined {
  const [, digits = "", unit = ""] = /^\s*(\d*\.?\d+)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  // Of a section such as timeoutMinutes, each option has the unit.
  const own = [path.at(-1), path.at(-2)].flatMap(
    (name) => UNITS.find(({ options }) => options.test(String(name))) ?? [],
  )[0];
  const factor = unit ? own?.in(unit) : undefined;
  return own && factor !== undefined ? { number: Math.round(Number(digits) * factor), unit: own.name } : undefined;
}
