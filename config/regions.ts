import type { Environment } from "./schema";

export type Region = Environment["region"];

const initials: Readonly<Record<string, string>> = {
  central: "c",
  east: "e",
  gov: "g",
  north: "n",
  northeast: "ne",
  northwest: "nw",
  south: "s",
  southeast: "se",
  west: "w",
};

/**
 * Begin of the ids of a Region's Availability Zones, e.g. `euc1` of eu-central-1.
 * Source: AWS Regions and Availability Zones, "AZ IDs".
 */
export const zonePrefix = (region: Region): string =>
  region
    .split("-")
    .map((word) => initials[word] ?? word)
    .join("");

/** Partition in the ARNs of a Region. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
export function partition(region: Region): "aws" | "aws-cn" | "aws-us-gov" {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Zones by ID that take no part in cross-Region access. Source: AWS PrivateLink guide, "Create a service powered by AWS PrivateLink". */
export const zonesWithoutCrossRegionAccess: readonly string[] = [
  "use1-az3",
  "usw1-az2",
  "apne1-az3",
  "apne2-az2",
  "apne2-az4",
];
