import fc from "fast-check";
import type { Guards, Mapping } from "../../lambda/alb-ip-sync/decide";
import { newMemory, type Report, type RunSettings, run } from "../../lambda/alb-ip-sync/run";
import { type History, type Minute, Player } from "./history";
import { type Change, type Faults, World } from "./world";

const DEFAULTS: Guards = {
  maximumUnconfirmedRuns: 3,
  maximumDeregistrationSharePercent: 50,
  minimumHealthyTargets: 1,
};

/** Guards of any strictness. */
export const anyGuards: fc.Arbitrary<Guards> = fc.record({
  maximumUnconfirmedRuns: fc.integer({ min: 1, max: 5 }),
  maximumDeregistrationSharePercent: fc.constantFrom(10, 50, 100),
  minimumHealthyTargets: fc.nat(4),
});

/** Runs after the last change until every target group holds exactly the ALB's addresses. */
const RUNS_TO_CONVERGE = 2;

/** Settings with a mapping for each port; the target groups are called after them. */
export function settingsFor(listenerPorts: readonly number[], guards: Guards = DEFAULTS): RunSettings {
  const mappings = listenerPorts.map(
    (listenerPort): Mapping => ({ listenerPort, targetGroupArn: `group-${listenerPort}`, ipAddressType: "ipv4" }),
  );
  return { ...guards, mappings, isInSubnets: () => true, interval: 60_000, dryRun: false };
}

/** @throws an error that says what is broken, and when */
function demand(holds: boolean, promise: string, minute: number): void {
  if (!holds) throw new Error(`minute ${minute}: ${promise}`);
}

/**
 * Plays a history and checks after each run what users rely on, then that all is in order again after it.
 *
 * @returns the number of runs.
 */
export async function checkHistory({ nodesAtStart, minutes }: History, guards: Guards): Promise<number> {
  const listenerPorts = [80, 443];
  const settings = settingsFor(listenerPorts, guards);
  const arns = settings.mappings.map(({ targetGroupArn }) => targetGroupArn);
  const world = new World(listenerPorts);
  const player = new Player(world, nodesAtStart);
  const ports = world.ports(arns);
  const withoutInterface = new Map<string, number>();
  let memory = newMemory(0);
  let runs = 0;

  const runOnce = async (minute: Minute): Promise<void> => {
    const before = new Snapshot(world);
    world.met.clear();
    world.forgetAnswers();
    world.faults = minute.faults;
    const firstChange = world.changes.length;
    if (minute.restart) memory = newMemory(world.minute * 60_000);
    // A run at the same time comes from another execution environment, which remembers nothing.
    const others = minute.again ? [run(ports, settings, newMemory(world.minute * 60_000))] : [];
    const reports = await Promise.all([run(ports, settings, memory), ...others]);
    runs += 1 + others.length;
    checkRun(world, guards, before, minute.faults, world.changes.slice(firstChange), reports, withoutInterface);
  };

  for (const minute of minutes) {
    world.nextMinute();
    player.apply(minute.events);
    for (const address of world.targetAddresses()) {
      if (world.interfaces.has(address)) withoutInterface.delete(address);
      else if (!minute.skipped) withoutInterface.set(address, (withoutInterface.get(address) ?? 0) + 1);
    }
    if (!minute.skipped) await runOnce(minute);
  }

  while (!player.isSettled) {
    world.nextMinute();
    player.apply([]);
  }
  for (let count = 0; count < RUNS_TO_CONVERGE; count++) {
    world.nextMinute();
    await runOnce({ events: [], faults: {} });
  }
  demand(world.missing() === 0, "after the last change, live nodes are missing", world.minute);
  demand(world.wrong() === 0, "after the last change, wrong targets remain", world.minute);
  world.nextMinute();
  const callsBefore = world.awsCalls;
  await runOnce({ events: [], faults: {} });
  demand(
    world.awsCalls - callsBefore <= 1 + listenerPorts.length,
    "a run without anything to do makes more than one call for each group and one",
    world.minute,
  );
  return runs;
}

/** What was true when a run began. */
class Snapshot {
  readonly serving: ReadonlySet<string>[];

  constructor(world: World) {
    this.serving = world.groups.map(
      (targets) => new Set([...targets].filter(([, { state }]) => state !== "draining").map(([address]) => address)),
    );
  }
}

function checkRun(
  world: World,
  guards: Guards,
  before: Snapshot,
  faults: Faults,
  changes: readonly Change[],
  reports: readonly Report[],
  withoutInterface: ReadonlyMap<string, number>,
): void {
  const promise = (holds: boolean, text: string): void => demand(holds, text, world.minute);
  const removed = changes.filter(({ action }) => action === "deregister");
  const added = changes.filter(({ action }) => action === "register");

  promise(!removed.some(({ hadInterface }) => hadInterface), "a target is removed while its interface exists");
  promise(
    added.every(({ hadInterface }) => hadInterface),
    "an address without an interface of the ALB becomes a target",
  );
  promise(!faults.interfaces || changes.length === 0, "there is action though the interfaces are not known");
  promise(
    !changes.some(({ group }) => faults.unreadableGroups?.includes(group)),
    "there is action in a target group that could not be read",
  );
  const raised = reports.some(({ failures }) => failures.length > 0);
  promise(world.met.size > 0 === raised, "a fault is not raised, or a failure is made up");

  for (const [group, targets] of world.groups.entries()) {
    const readable = !faults.interfaces && !faults.unreadableGroups?.includes(group);
    const isServing = (address: string): boolean => (targets.get(address)?.state ?? "draining") !== "draining";
    const serving = [...targets.keys()].filter(isServing);
    if (readable && !faults.register) {
      promise([...world.interfaces].every(isServing), "an address of the ALB is no target after a run");
    }
    if (readable && !faults.deregister) {
      promise(!serving.some((address) => world.strangers.has(address)), "a stranger's address stays a target");
      const dnsIsSound =
        !faults.dns && world.listed.size < 8 && [...world.listed].some((address) => world.interfaces.has(address));
      promise(
        !dnsIsSound || serving.every((address) => world.interfaces.has(address) || world.listed.has(address)),
        "a target stays that has neither interface nor DNS record",
      );
    }

    // Two runs at once ask for the same; what counts is what it does.
    const asked = removed.filter((change) => change.group === group);
    const inGroup = [...new Map(asked.reverse().map((change) => [change.address, change])).values()];
    const isConfirmed = ({ address }: Change): boolean => world.strangers.has(address) || world.dnsDenied(address);
    const alone = inGroup.filter((change) => !isConfirmed(change));
    const staying = (before.serving[group]?.size ?? 0) - inGroup.length + alone.length;
    promise(
      alone.length <= Math.floor((staying * guards.maximumDeregistrationSharePercent) / 100),
      "more targets than the share are removed on one witness alone",
    );
    const healthy = serving.filter((address) => targets.get(address)?.state === "healthy").length;
    promise(
      !alone.some(({ wasHealthy }) => wasHealthy) || healthy >= guards.minimumHealthyTargets,
      "one witness alone takes healthy targets below the minimum",
    );
    // Two runs at once may be given different answers.
    const confirmed = reports.length === 1 ? alone.filter(({ address }) => world.dnsConfirmed(address)) : [];
    for (const { address } of confirmed) {
      promise(
        (withoutInterface.get(address) ?? 0) > guards.maximumUnconfirmedRuns,
        "a target that DNS lists is removed too early",
      );
    }
  }
}
