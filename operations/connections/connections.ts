import type { AllowedPrincipal, VpcEndpointConnection } from "@aws-sdk/client-ec2";

/** An endpoint that is connected to the service, or was. */
export interface Connection {
  readonly endpointId: string;
  /** Account that owns the endpoint. */
  readonly owner: string;
  /** `pendingAcceptance`, `available`, `rejected`, … */
  readonly state: string;
  readonly region?: string;
  readonly createdAt?: Date;
  /** Whether the owner may still create endpoints; undefined where only AWS knows (organizations). */
  readonly allowed?: boolean;
}

/** Which connections a command is about. */
export interface Selection {
  readonly endpointIds: readonly string[];
  readonly account?: string;
  readonly all?: boolean;
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
  if (endpointIds.length === 0 && account === undefined && !all) {
    const more = decision === "reject" ? ", --account <id> or --all" : " or --account <id>";
    throw new Error(`which connections? Give endpoint ids${more}; they are listed by: list`);
  }
  const unknown = endpointIds.filter((id) => !connections.some(({ endpointId }) => endpointId === id));
  if (unknown.length > 0) {
    const there = connections.map(({ endpointId }) => endpointId).join(", ") || "none";
    throw new Error(`${unknown.join(", ")}: no such connection to this service; there are: ${there}`);
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
