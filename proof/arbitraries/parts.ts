import fc from "fast-check";
import { partition, type Region, zonePrefix, zonesWithoutThePattern } from "../../config/regions";
import type { EnvironmentInput } from "../../config/schema";
import { anyText } from "./texts";

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
} as const satisfies Partial<Record<Region, Region>>;

export const anyRegion = pick(...(Object.keys(neighbours) as (keyof typeof neighbours)[]));

const anyTagText = (most: number) =>
  fc
    .array(
      fc.oneof(
        pick("ä", "Ж", "部", "٣", " ", "_", ".", ":", "/", "=", "+", "-", "@", "Q"),
        fc.string({ maxLength: 3 }),
      ),
      {
        maxLength: most,
      },
    )
    .map((parts) =>
      parts
        .join("")
        .normalize("NFC")
        .replace(/[^\p{L}\p{N}\p{Zs}_.:/=+@-]/gu, ""),
    );

const ownTag = /^(aws:.*|rds:.*|project|environment|stack|managed-by|consumer|name|amazonecsmanaged)$/i;

/** What not every service takes as a value: ECS and RDS keep prefixes, EventBridge Scheduler demands a character. */
const notEverywhere = /^(aws:|rds:|$)/i;

/** Tags of every kind that AWS takes, none of which is the project's own. */
const anyTags = maybe(
  fc
    .uniqueArray(
      fc.tuple(
        anyTagText(12).filter((key) => /\S/.test(key) && !ownTag.test(key)),
        anyTagText(20).filter((value) => !notEverywhere.test(value)),
      ),
      { maxLength: 4, selector: ([key]) => key.toLowerCase() },
    )
    .map((entries): Record<string, string> => Object.fromEntries(entries)),
);

/** Tags, and the names of some of them as required ones. */
export const anyTagging = fc.tuple(anyTags, fc.nat(3)).map(([tags, required]) => ({
  tags,
  requiredTags: required === 0 ? undefined : Object.keys(tags ?? {}).slice(0, required),
}));
/** Names of environment variables and build arguments. */
const anyVariable = fc.stringMatching(/^[A-Za-z_][\w.-]{0,12}$/);

/** Variables with any text as value. */
export const anyVariables = fc
  .uniqueArray(fc.tuple(anyVariable, anyText), { maxLength: 4, selector: ([name]) => name })
  .map((entries): Record<string, string> => Object.fromEntries(entries));

/** Project names that every service takes. */
export const anyProject = fc
  .stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5})?$/)
  .filter((name) => name.length > 1 && !/^(aws|ecs|fargate|internal|sthree|amzn|sg)/.test(name));

/** Names of PostgreSQL that it does not reserve: with a digit they are no key word. */
export const anyDatabaseName = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,40}[0-9]$/)
  .filter((name) => !/^(pg_|rds_|template)/.test(name));

/** What an account has in a Region. */
export const arnsOf =
  ({ account, region }: { readonly account: string; readonly region: Region }) =>
  (service: string, resource: string) =>
    `arn:${partition(region)}:${service}:${region}:${account}:${resource}`;

export const KEY = "key/12345678-1234-4234-8234-123456789012";
export const MULTI_REGION_KEY = "key/mrk-0123456789abcdef0123456789abcdef";

export const certificateArn = (region: Region, account: string) =>
  arnsOf({ account, region })("acm", "certificate/12345678-1234-1234-1234-123456789012");

export const webAclArn = (region: Region, account: string) =>
  arnsOf({ account, region })("wafv2", "regional/webacl/shared/12345678-1234-1234-1234-123456789012");

/** Three or more zones of a Region by ID that take part in everything. */
export const zonesOf = (region: Region) =>
  [1, 3, 5, 6].map((zone) => `${zonePrefix(region)}-az${zone}`).filter((id) => !zonesWithoutThePattern.includes(id));

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
