import { BlockList, isIP, isIPv6 } from "node:net";
import type { Mapping } from "./evidence";
import type { RunSettings } from "./run";

/** Names of the function's environment variables. The construct writes them, {@link readSettings} reads them. */
export const VARIABLES = {
  albArnSuffix: "ALB_ARN_SUFFIX",
  albDnsName: "ALB_DNS_NAME",
  albSubnetCidrs: "ALB_SUBNET_CIDRS",
  albSubnetIds: "ALB_SUBNET_IDS",
  mappings: "MAPPINGS",
  maximumUnconfirmedRuns: "MAXIMUM_UNCONFIRMED_RUNS",
  maximumDeregistrationSharePercent: "MAXIMUM_DEREGISTRATION_SHARE_PERCENT",
  minimumHealthyTargets: "MINIMUM_HEALTHY_TARGETS",
  dryRun: "DRY_RUN",
  stateTable: "STATE_TABLE",
  dnsServers: "DNS_SERVERS",
  authoritativeDns: "AUTHORITATIVE_DNS",
} as const;

/** Key of an event: register the targets of the target group with this ARN, and fail if it remains empty. */
export const FILL = "fill";
/** Time after a run for which the schedule's events let the function look at DNS. */
export const WATCH_SECONDS = 50;
/** Time between two scheduled runs: the shortest that EventBridge offers. */
export const INTERVAL_SECONDS = 60;

/** Partition key of the table that keeps the history; its value is the ALB's ARN suffix. */
export const STATE_TABLE_KEY = "loadBalancer";

export interface Settings extends RunSettings {
  /** `app/<name>/<id>`: last part of the ALB's ARN. */
  readonly albArnSuffix: string;
  readonly albDnsName: string;
  readonly albSubnetIds: readonly string[];
  /** DynamoDB table of the history. */
  readonly stateTable: string;
  /** `address` or `address:port` each; empty: the resolver of the environment. */
  readonly dnsServers: readonly string[];
  /** Ask the authoritative servers of the ALB's name instead, as long as they answer. */
  readonly authoritativeDns: boolean;
}

export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the settings from environment variables.
 *
 * @throws {SettingsError} that names every wrong variable, what was given and what is allowed.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const refuse = (variable: string, allowed: string, given: string | undefined): void => {
    problems.push(`${variable}: expected ${allowed}, got ${given === undefined ? "nothing" : JSON.stringify(given)}`);
  };
  const text = (variable: string, pattern: RegExp, allowed: string): string => {
    const given = environment[variable];
    if (given === undefined || !pattern.test(given)) refuse(variable, allowed, given);
    return given ?? "";
  };
  const list = (variable: string, isAllowed: (item: string) => boolean, allowed: string): string[] => {
    const given = environment[variable];
    const items = (given ?? "").split(",").filter((item) => item !== "");
    if (items.length === 0 || !items.every(isAllowed)) refuse(variable, `a comma-separated list of ${allowed}`, given);
    return items;
  };
  const integer = (variable: string, minimum: number, maximum: number, fallback: number): number => {
    const given = environment[variable];
    if (given === undefined) return fallback;
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) refuse(variable, `an integer from ${minimum} to ${maximum}`, given);
    return value;
  };

  const subnetCidrs = list(VARIABLES.albSubnetCidrs, isCidr, "CIDR blocks such as 10.0.1.0/24");
  const mappings = parseMappings(environment[VARIABLES.mappings]);
  if (mappings === undefined) {
    refuse(
      VARIABLES.mappings,
      'a JSON list of {"listenerPort": 1 to 65535, "targetGroupArn": "arn:…"}, each target group once',
      environment[VARIABLES.mappings],
    );
  }
  const dnsServers = environment[VARIABLES.dnsServers]
    ? list(VARIABLES.dnsServers, isServer, "DNS servers, each address or address:port")
    : [];
  const flag = (variable: string): boolean => {
    const given = environment[variable] ?? "false";
    if (given !== "true" && given !== "false") refuse(variable, "true or false", given);
    return given === "true";
  };

  const settings = {
    albArnSuffix: text(VARIABLES.albArnSuffix, /^app\/[\w-]+\/\w+$/, "app/<name>/<id>, the end of the ALB's ARN"),
    albDnsName: text(VARIABLES.albDnsName, /^[\w-]+(\.[\w-]+)+$/, "the DNS name of the ALB"),
    albSubnetIds: list(VARIABLES.albSubnetIds, (id) => /^subnet-\w+$/.test(id), "subnet ids such as subnet-0123"),
    mappings: mappings ?? [],
    maximumUnconfirmedRuns: integer(VARIABLES.maximumUnconfirmedRuns, 0, 1000, 3),
    maximumDeregistrationSharePercent: integer(VARIABLES.maximumDeregistrationSharePercent, 1, 100, 50),
    minimumHealthyTargets: integer(VARIABLES.minimumHealthyTargets, 0, 1000, 1),
    interval: INTERVAL_SECONDS * 1000,
    dryRun: flag(VARIABLES.dryRun),
    authoritativeDns: flag(VARIABLES.authoritativeDns),
    stateTable: text(VARIABLES.stateTable, /^[\w.-]{3,255}$/, "the name of a DynamoDB table"),
    dnsServers,
  };
  if (problems.length > 0) throw new SettingsError(`environment variables are wrong:\n${problems.join("\n")}`);

  const subnets = new BlockList();
  for (const cidr of subnetCidrs) {
    const [address = "", length] = cidr.split("/");
    subnets.addSubnet(address, Number(length), familyOf(address));
  }
  return { ...settings, isInSubnets: (address) => subnets.check(address, familyOf(address)) };
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIPv6(address) ? "ipv6" : "ipv4");

function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  const bits = isIP(address) === 6 ? 128 : 32;
  return rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
}

const isServer = (text: string): boolean =>
  /^\[[\da-f:]+\](:\d+)?$/i.test(text) || isIP(text.replace(/:\d+$/, "")) !== 0;

function parseMappings(given: string | undefined): Mapping[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(given ?? "");
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length === 0) return undefined;
  const mappings = parsed.flatMap((item) => parseMapping(item) ?? []);
  const groups = new Set(mappings.map(({ targetGroupArn }) => targetGroupArn));
  return mappings.length === parsed.length && groups.size === mappings.length ? mappings : undefined;
}

function parseMapping(item: unknown): Mapping | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { listenerPort, targetGroupArn } = item as Record<string, unknown>;
  if (!Number.isInteger(listenerPort) || Number(listenerPort) < 1 || Number(listenerPort) > 65_535) return undefined;
  if (
    typeof targetGroupArn !== "string" ||
    !/^arn:[^:]+:elasticloadbalancing:.+:targetgroup\/.+/.test(targetGroupArn)
  ) {
    return undefined;
  }
  return { listenerPort: Number(listenerPort), targetGroupArn };
}
