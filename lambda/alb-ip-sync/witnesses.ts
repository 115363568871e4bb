import { type DnsEvidence, type InterfaceEvidence, isDraining, type Mapping, type Target } from "./evidence";
import type { Failures } from "./failures";
import { DNS_ANSWER_LIMIT } from "./history";
import type { DnsAnswer, Ports } from "./ports";

/** Answers asked for in one pass where the first is full. */
const DNS_ANSWERS = 5;

export interface Witnesses {
  /** Targets of each mapping, in the order of the mappings; undefined where they could not be read. */
  readonly groups: readonly (readonly Target[] | undefined)[];
  readonly interfaces: InterfaceEvidence;
  readonly dns: DnsEvidence;
}

/** Asks EC2, DNS and the target groups. A source that fails, or names no address, is a failure and no evidence. */
export async function askWitnesses(ports: Ports, mappings: readonly Mapping[], failures: Failures): Promise<Witnesses> {
  const [present, dns, groups] = await Promise.all([
    failures.attempt({ source: "interfaces" }, () => ports.albAddresses()),
    askDns(ports, failures),
    Promise.all(
      mappings.map(({ targetGroupArn }) =>
        failures.attempt({ source: "targets", targetGroupArn }, () => ports.targets(targetGroupArn)),
      ),
    ),
  ]);
  if (present?.size === 0) failures.add({ source: "interfaces", message: "no interface of the ALB" });
  if (!present?.size) return { groups, dns, interfaces: { status: "failed" } };
  const inDoubt = doubtful(present, groups, dns);
  const foreign =
    inDoubt.length > 0
      ? await failures.attempt({ source: "interfaces" }, () => ports.foreignAddresses(inDoubt))
      : new Map<string, number>();
  return { groups, dns, interfaces: { status: "known", present, foreign: foreign ?? new Map() } };
}

/** Targets, and addresses that DNS lists, without an interface of the ALB. */
function doubtful(
  present: ReadonlyMap<string, number>,
  groups: readonly (readonly Target[] | undefined)[],
  dns: DnsEvidence,
): string[] {
  const targets = groups.flatMap((each) => each ?? []).filter((target) => !isDraining(target));
  const addresses = [...targets.map(({ address }) => address), ...(dns.status === "failed" ? [] : dns.listed)];
  return [...new Set(addresses)].filter((address) => !present.has(address));
}

/** One answer, or several where it is full. */
export async function askDns(ports: Ports, failures: Failures, most = DNS_ANSWERS): Promise<DnsEvidence> {
  const first = await failures.attempt({ source: "dns" }, () => ports.resolve());
  if (first === undefined) return { status: "failed" };
  if (first.addresses.length === 0) {
    failures.add({ source: "dns", message: "empty answer" });
    return { status: "failed" };
  }
  const answers = [first];
  while (answers.at(-1) && isFull(answers.at(-1)) && answers.length < most) {
    const next = await failures.attempt({ source: "dns" }, () => ports.resolve());
    if (!next) break;
    answers.push(next);
  }
  return weigh(answers, ports.now());
}

const isFull = (answer: DnsAnswer | undefined): boolean => (answer?.addresses.length ?? 0) >= DNS_ANSWER_LIMIT;

/** Full answers that are all the same come from a cache or from a server with a choice of its own: nothing is a sample. */
export function weigh(answers: readonly DnsAnswer[], now: number): DnsEvidence {
  const listed = new Set(answers.flatMap(({ addresses }) => addresses));
  const asOf = now - Math.max(...answers.map(({ age }) => age));
  const status = !answers.every(isFull) ? "complete" : listed.size > DNS_ANSWER_LIMIT ? "sampled" : "partial";
  return { status, listed, answers: answers.length, asOf };
}
