import fc from "fast-check";
import { partition, type Region, zonePrefix } from "../../../config/regions";
import type { EnvironmentInput } from "../../../config/schema";

export const pick = fc.constantFrom;
/** Like pick, for lists and sections. */
export const choice = <Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
export const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
export const flag = maybe(fc.boolean());
/** A whole number, or none. */
export const within = (min: number, max: number) => maybe(fc.integer({ min, max }));

export const reason = "agreed with the security team";

/** Regions of every partition, each with a neighbour in the same. */
export const neighbours = {
  "eu-central-1": "eu-west-1",
  "us-east-1": "us-west-2",
  "ap-northeast-2": "ap-southeast-1",
  "us-gov-west-1": "us-gov-east-1",
  "cn-north-1": "cn-northwest-1",
} as const satisfies Partial<Record<Region, Region>>;

export const anyRegion = pick(...(Object.keys(neighbours) as (keyof typeof neighbours)[]));

export const anyTags = maybe(
  fc.dictionary(pick("team", "cost-centre", "data class"), pick("platform", "", "a/b=c"), { maxKeys: 3 }),
);

export const certificateArn = (region: Region, account: string) =>
  `arn:${partition(region)}:acm:${region}:${account}:certificate/12345678-1234-1234-1234-123456789012`;

/** Three or more zones of a Region by ID that take part in everything. */
export const zonesOf = (region: Region) =>
  [1, 3, 5, 6].map((zone) => `${zonePrefix(region)}-az${zone}`).filter((id) => id !== "use1-az3");

export const anyBackend: fc.Arbitrary<NonNullable<EnvironmentInput["backend"]> | undefined> = pick(
  undefined,
  { type: "s3", s3: { bucket: "state-of-everything" } },
  { type: "hcp", hcp: { organization: "example" } },
  { type: "hcp", hcp: { organization: "example", hostname: "tfe.example.com", project: "Private apps" } },
  { type: "local" },
);

/** Without a bucket of its own the s3 backend makes its name from the account. */
export const needsAccount = (backend: EnvironmentInput["backend"]) =>
  (backend?.type ?? "s3") === "s3" && !backend?.s3?.bucket;
