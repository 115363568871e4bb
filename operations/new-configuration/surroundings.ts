import { loadConfiguration } from "../../config/load";
import { overlap } from "../../config/rules/network";
import type { Configuration } from "../../config/schema";
import type { Surroundings } from "./question";

/** A question does not wait longer for AWS to say whose credentials these are, in ms. */
const IDENTITY_TIMEOUT_MS = 3_000;

/**
 * What proposals are made of: the Region and the account that the AWS credentials point to, and the other files.
 *
 * @param folder with `environments/` and `consumers/`
 * @returns never rejects: what is not known is not proposed
 */
export async function readSurroundings(folder: string): Promise<Surroundings> {
  return { ...(await readAws()), ...readOthers(folder) };
}

async function readAws(): Promise<Pick<Surroundings, "region" | "accountId">> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { AWS_DEFAULT_REGION, AWS_REGION } = process.env;
  const own = AWS_REGION || AWS_DEFAULT_REGION;
  const options = own ? { region: own } : {};
  // The SDK asks the profile where no variable says it.
  const region = own ?? (await new STSClient(options).config.region().catch(() => undefined));
  if (!region) return {};
  const client = new STSClient({ region, maxAttempts: 1 });
  const { Account } = await client
    .send(new GetCallerIdentityCommand({}), { abortSignal: AbortSignal.timeout(IDENTITY_TIMEOUT_MS) })
    .catch(() => ({ Account: undefined }));
  return { region, ...(Account && { accountId: Account }) };
}

function readOthers(folder: string): Pick<Surroundings, "environments" | "cidrs"> {
  try {
    return others(loadConfiguration({ folder }));
  } catch {
    // Files that are wrong are told when the new one is written.
    return { environments: [], cidrs: [] };
  }
}

function others({ consumers, environments }: Configuration): Pick<Surroundings, "environments" | "cidrs"> {
  const ranges = [...environments.map(({ network }) => network.cidr), ...consumers.map(({ vpc }) => vpc.cidr)];
  return {
    environments: environments.map(({ accountId, name, region }) => ({ accountId, name, region })),
    cidrs: ranges.filter((range) => range !== undefined),
  };
}

/** The first range of a series that overlaps none of another file; undefined where each does. */
export function freeRange(taken: readonly string[], nth: (number: number) => string): string | undefined {
  return Array.from({ length: 40 }, (_, number) => nth(number)).find(
    (range) => !taken.some((other) => overlap(range, other)),
  );
}
