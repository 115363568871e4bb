/** What the function knows of a consumer. One that is accepted automatically has no account in common with another. */
export interface Consumer {
  readonly name: string;
  /** PrivateLink tells of an endpoint the account that owns it, and nothing of the role that created it. */
  readonly accounts: readonly string[];
  readonly automatically: boolean;
  readonly atMostEndpoints: number;
  /** Last day in UTC, year-month-day. */
  readonly until?: string;
  readonly rejectAfterExpiry: boolean;
}

/** An endpoint that is connected to the service, or was, or wants to be. */
export interface Connection {
  readonly endpointId: string;
  /** Account that owns the endpoint. */
  readonly owner: string;
  /** As AWS names it, beginning with a small letter: `pendingAcceptance`, `available`, … */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** An acceptance that was decided, written down before it is carried out. */
export interface Grant {
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** By endpoint id. */
export type Grants = Readonly<Record<string, Grant>>;

/** What happens to an endpoint, and why. */
export type Verdict =
  | { readonly action: "accept"; readonly reason: "within-count" | "granted-before" }
  | { readonly action: "reject"; readonly reason: "expired" }
  | { readonly action: "wait"; readonly reason: "unknown-owner" | "by-hand" | "over-count" | "expired" }
  | { readonly action: "keep"; readonly reason: "connected" | "expired" };

export type Decision = Verdict & {
  readonly endpointId: string;
  readonly owner: string;
  /** Absent where no consumer has the owner. */
  readonly consumer?: string;
};

export interface Decisions {
  readonly decisions: readonly Decision[];
  /** Grants after this run: to be kept before anything is accepted. */
  readonly grants: Grants;
}

/** States in which an endpoint is not connected and takes no place of its consumer. */
const GONE: readonly string[] = ["rejected", "deleted", "failed", "expired"];
const PENDING = "pendingAcceptance";

/** How long a grant of an endpoint that AWS does not list is kept, in milliseconds: its lists may lag. */
const UNLISTED = 3_600_000;

/** Whether the consumer's last day has passed. */
export const isExpired = ({ until }: Pick<Consumer, "until">, now: number): boolean =>
  until !== undefined && now >= Date.parse(`${until}T00:00:00Z`) + 86_400_000;

/**
 * Decides on every endpoint. A consumer's places are taken by its endpoints that are connected, and by those that were
 * granted one: AWS may go on listing an endpoint as pending for a while after it was accepted. The longest waiting
 * endpoint is first.
 */
export function decide(
  consumers: readonly Consumer[],
  connections: readonly Connection[],
  granted: Grants,
  now: number,
): Decisions {
  const listed = new Map(connections.map((connection) => [connection.endpointId, connection]));
  const grants: Record<string, Grant> = Object.fromEntries(
    Object.entries(granted).filter(([endpointId, { at }]) => {
      const state = listed.get(endpointId)?.state;
      return state === undefined ? now - at < UNLISTED : !GONE.includes(state);
    }),
  );
  const consumerOf = (account: string) => consumers.find(({ accounts }) => accounts.includes(account));
  const places = (consumer: Consumer): number => {
    const taking = connections.filter(({ state }) => state !== PENDING && !GONE.includes(state));
    const owners = new Map([
      ...taking.map(({ endpointId, owner }) => [endpointId, owner] as const),
      ...Object.entries(grants).map(([endpointId, { owner }]) => [endpointId, owner] as const),
    ]);
    return [...owners.values()].filter((owner) => consumer.accounts.includes(owner)).length;
  };

  const decisions: Decision[] = [];
  const inOrder = [...connections].sort((a, b) => a.createdAt - b.createdAt || (a.endpointId < b.endpointId ? -1 : 1));
  for (const { endpointId, owner, state } of inOrder) {
    if (GONE.includes(state)) continue;
    const consumer = consumerOf(owner);
    const verdict = judge(consumer, state, {
      now,
      wasGranted: endpointId in grants,
      hasPlace: () => consumer !== undefined && places(consumer) < consumer.atMostEndpoints,
    });
    if (verdict.action === "accept" && !(endpointId in grants)) grants[endpointId] = { owner, at: now };
    decisions.push({ ...verdict, endpointId, owner, ...(consumer && { consumer: consumer.name }) });
  }
  return { decisions, grants };
}

interface Circumstances {
  readonly now: number;
  readonly wasGranted: boolean;
  readonly hasPlace: () => boolean;
}

function judge(consumer: Consumer | undefined, state: string, { hasPlace, now, wasGranted }: Circumstances): Verdict {
  const isPending = state === PENDING;
  if (consumer === undefined) {
    return isPending ? { action: "wait", reason: "unknown-owner" } : { action: "keep", reason: "connected" };
  }
  if (isExpired(consumer, now)) {
    if (consumer.rejectAfterExpiry && state !== "deleting") return { action: "reject", reason: "expired" };
    return { action: isPending ? "wait" : "keep", reason: "expired" };
  }
  if (!isPending) return { action: "keep", reason: "connected" };
  if (!consumer.automatically) return { action: "wait", reason: "by-hand" };
  if (wasGranted) return { action: "accept", reason: "granted-before" };
  return hasPlace() ? { action: "accept", reason: "within-count" } : { action: "wait", reason: "over-count" };
}
