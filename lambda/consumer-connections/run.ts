import { ConcurrentRunError } from "../stored-item";
import { type Consumer, type Decision, decide, type Grants } from "./decide";
import type { Ports } from "./ports";

/** What a run came to. */
export interface Report {
  readonly decisions: readonly Decision[];
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  /** RST packets that a consumer's connected endpoints got, by its name; empty where they could not be read. */
  readonly resets: Readonly<Record<string, number>>;
  /** What did not work, in words. */
  readonly failures: readonly string[];
}

/** How often a run starts again because another one was faster. */
const ATTEMPTS = 4;

/**
 * Accepts and rejects what {@link decide} says. What is granted is written down before it is accepted, and only if no
 * other run has written since: so two runs, or a run that sees an old list, cannot give one place away twice.
 *
 * @throws Error if the connections or the grants can't be read or written; then nothing was accepted
 */
export async function run(
  ports: Ports,
  { consumers, dryRun }: { readonly consumers: readonly Consumer[]; readonly dryRun: boolean },
): Promise<Report> {
  for (let attempt = 1; ; attempt++) {
    // Before the connections: what another run has granted since, the next write would notice.
    const { grants: before, revision } = await ports.readGrants();
    const { decisions, grants } = decide(consumers, await ports.connections(), before, ports.now());
    if (dryRun) return withResets(ports, consumers, { decisions, accepted: [], rejected: [], failures: [] });
    try {
      if (!same(before, grants)) await ports.writeGrants(grants, revision);
    } catch (error) {
      if (error instanceof ConcurrentRunError && attempt < ATTEMPTS) continue;
      throw error;
    }
    return withResets(ports, consumers, { decisions, ...(await carryOut(ports, decisions)) });
  }
}

/** Endpoints of a consumer that are connected, after the run's actions. */
export const connectedTo = (name: string, { accepted, decisions }: Pick<Report, "accepted" | "decisions">): string[] =>
  decisions
    .filter(
      ({ action, consumer, endpointId }) => consumer === name && (action === "keep" || accepted.includes(endpointId)),
    )
    .map(({ endpointId }) => endpointId);

/** Last, since nothing that is decided waits for it. */
async function withResets(
  ports: Ports,
  consumers: readonly Consumer[],
  report: Omit<Report, "resets">,
): Promise<Report> {
  const endpoints = new Map(consumers.map(({ name }) => [name, connectedTo(name, report)]));
  try {
    const resets = await ports.resets([...endpoints.values()].flat());
    const sum = (ids: readonly string[]) => ids.reduce((total, id) => total + (resets.get(id) ?? 0), 0);
    return { ...report, resets: Object.fromEntries([...endpoints].map(([name, ids]) => [name, sum(ids)])) };
  } catch (error) {
    return { ...report, resets: {}, failures: [...report.failures, String(error)] };
  }
}

async function carryOut(ports: Ports, decisions: readonly Decision[]): Promise<Omit<Report, "decisions" | "resets">> {
  const of = (wanted: Decision["action"]) =>
    decisions.filter(({ action }) => action === wanted).map(({ endpointId }) => endpointId);
  const failures: string[] = [];
  const attempt = async (ids: readonly string[], act: Ports["accept"]): Promise<readonly string[]> => {
    if (ids.length === 0) return [];
    try {
      const refused = await act(ids);
      failures.push(...refused);
      return refused.length === 0 ? ids : ids.filter((id) => !refused.some((text) => text.includes(id)));
    } catch (error) {
      failures.push(String(error));
      return [];
    }
  };
  const rejected = await attempt(of("reject"), ports.reject);
  const accepted = await attempt(of("accept"), ports.accept);
  return { accepted, rejected, failures };
}

const same = (a: Grants, b: Grants): boolean => JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));
