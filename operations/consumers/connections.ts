import type { AllowedPrincipal, VpcEndpointConnection } from "@aws-sdk/client-ec2";
import { missingZones } from "../../config/service-consumers";
import { isExpired } from "../../lambda/consumer-connections/decide";
import type { EndpointService, KnownConsumer } from "./service";

/** An endpoint that is connected to the service, or was. */
export interface Connection {
  readonly endpointId: string;
  /** Account that owns the endpoint. */
  readonly owner: string;
  /** `pendingAcceptance`, `available`, `rejected`, … */
  readonly state: string;
  readonly region?: string;
  readonly createdAt?: Date;
  /** Names of the consumers that have the owner's account; empty where none has. */
  readonly consumers?: readonly string[];
  /** Whether the owner may still create endpoints; undefined where only AWS knows (organizations). */
  readonly allowed?: boolean;
}

/** Which connections a command is about. */
export interface Selection {
  readonly endpointIds: readonly string[];
  readonly account?: string | undefined;
  readonly all?: boolean | undefined;
}

/** States that a decision changes. An accepted connection can still be rejected, a rejected one accepted. */
const CHANGEABLE = {
  accept: ["pendingAcceptance", "rejected"],
  reject: ["pendingAcceptance", "available"],
} as const;

export type Decision = keyof typeof CHANGEABLE;

/** AWS writes some states with and some without a capital letter; a Region only where it is another. */
export function toConnection(
  { CreationTimestamp, VpcEndpointId, VpcEndpointOwner, VpcEndpointRegion, VpcEndpointState }: VpcEndpointConnection,
  principals: readonly AllowedPrincipal[],
): Connection {
  const state: string = VpcEndpointState ?? "unknown";
  const owner = VpcEndpointOwner ?? "unknown";
  return {
    endpointId: VpcEndpointId ?? "unknown",
    owner,
    state: `${state.charAt(0).toLowerCase()}${state.slice(1)}`,
    ...(VpcEndpointRegion && { region: VpcEndpointRegion }),
    ...(CreationTimestamp && { createdAt: CreationTimestamp }),
    ...isAllowed(owner, principals),
  };
}

function isAllowed(owner: string, principals: readonly AllowedPrincipal[]): { allowed?: boolean } {
  const arns = principals.map(({ Principal = "" }) => Principal);
  if (arns.some((arn) => arn === "*" || arn.split(":")[4] === owner)) return { allowed: true };
  // Whether an account belongs to an organization can't be told from here.
  return arns.some((arn) => arn.includes(":organizations:")) ? {} : { allowed: false };
}

/** @throws Error if what is selected can be no endpoint or account */
export function refuseMisspelt({ account, endpointIds }: Selection): void {
  const noId = endpointIds.find((id) => !/^vpce-[0-9a-f]{8,17}$/.test(id));
  if (noId !== undefined) {
    throw new Error(`${noId}: allowed is an endpoint id, e.g. vpce-0123456789abcdef0; they are listed by: list`);
  }
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new Error(`--account ${account}: allowed is a 12-digit AWS account id; they are listed by: list`);
  }
}

/** @throws Error if nothing is selected */
export function refuseEmpty(decision: Decision, { account, all, endpointIds }: Selection): void {
  if (endpointIds.length > 0 || account !== undefined || all) return;
  const more = decision === "reject" ? ", --account <id> or --all" : " or --account <id>";
  throw new Error(`which connections? Give endpoint ids${more}; they are listed by: list`);
}

/**
 * The connections that a decision is about: those named by endpoint id, and of an account, or of all accounts, those
 * that it changes.
 *
 * @throws Error if nothing is selected, or something that is not there
 */
export function select(
  connections: readonly Connection[],
  decision: Decision,
  { account, all, endpointIds }: Selection,
): Connection[] {
  refuseEmpty(decision, { account, all, endpointIds });
  const unknown = endpointIds.filter((id) => !connections.some(({ endpointId }) => endpointId === id));
  if (unknown.length > 0) {
    const there = connections.map(({ endpointId }) => endpointId).join(", ") || "none";
    throw new Error(`${unknown.join(", ")}: no such connection to this service; available: ${there}`);
  }
  const changeable: readonly string[] = CHANGEABLE[decision];
  const selected = connections.filter(
    ({ endpointId, owner, state }) =>
      endpointIds.includes(endpointId) || ((all || owner === account) && changeable.includes(state)),
  );
  if (selected.length === 0) {
    const of = account === undefined ? "no account" : `account ${account}`;
    throw new Error(`${of} has a connection that is ${changeable.join(" or ")}; see: list`);
  }
  return selected;
}

/** How long ago, in the largest unit that fits: `40 s`, `5 min`, `3 h`, `12 d`. */
export function age(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The connections with the names of the consumers that they may belong to: AWS tells of an endpoint its account alone. */
export const withConsumers = (
  connections: readonly Connection[],
  consumers: Readonly<Record<string, Pick<KnownConsumer, "accounts">>>,
): Connection[] =>
  connections.map((connection) => ({
    ...connection,
    consumers: Object.entries(consumers).flatMap(([name, { accounts }]) =>
      accounts.includes(connection.owner) ? [name] : [],
    ),
  }));

/** What a person should know of the consumers: last days that have passed, zones that they lack, who is missing. */
export function remarks(
  connections: readonly Connection[],
  { availabilityZoneIds, consumers }: Pick<EndpointService, "availabilityZoneIds" | "consumers">,
  now: Date,
): string[] {
  return Object.entries(consumers).flatMap(([name, consumer]) => {
    const { accounts, until } = consumer;
    const connected = connections.filter(({ owner, state }) => accounts.includes(owner) && state === "available");
    const expired = until !== undefined && isExpired({ until }, now.getTime());
    const missing = missingZones(consumer, availabilityZoneIds);
    return [
      ...(connected.length === 0 ? [`${name} has no connected endpoint`] : []),
      ...(expired && connected.length > 0
        ? [
            `${name}: ${until} was the last day, and ${connected.map(({ endpointId }) => endpointId).join(", ")} is still connected`,
          ]
        : []),
      ...(missing.length > 0
        ? [
            `${name} has no endpoint in ${missing.join(", ")}: if the zones that it has fail, it is cut off from a service that still works`,
          ]
        : []),
    ];
  });
}
