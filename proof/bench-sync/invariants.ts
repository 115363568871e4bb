import { lambda } from "./competitors";
import { play } from "./play";
import { MINUTE, type Scenario, type Seconds, STEP } from "./scenario";
import type { World } from "./world";

/** Time after the last change, of the ALB or of what fails, until the targets are right. */
export const CONVERGENCE: Seconds = 3 * MINUTE;
/** DNS has to have denied an address for so long, in the answers of two runs. */
const TWO_RUNS: Seconds = 54;
const LISTENER_PORTS = [80, 443];

/** Plays a scenario to the Lambda, with two target groups, and checks in each step what users rely on. @throws what is broken */
export async function checkScenario(scenario: Scenario): Promise<void> {
  const competitor = lambda("this project", true, LISTENER_PORTS, checkFailures);
  const check = new Check(scenario);
  const { longestStranger } = await play(scenario, competitor, (world) => check.step(world));
  const excused = scenario.faults?.some(
    ({ fault }) =>
      ["run", "targets", "deregister", "dns"].includes(fault.source) ||
      (fault.source === "interfaces" && fault.how !== "fails"),
  );
  demand(
    excused || longestStranger <= 2,
    `an address that somebody else has is a target for ${longestStranger} minutes`,
    { scenario, time: scenario.length },
  );
}

/** @throws an error that says what is broken, and when */
function demand(holds: boolean | undefined, promise: string, world: Pick<World, "scenario" | "time">): void {
  if (!holds) throw new Error(`seed ${world.scenario.seed}, second ${world.time}: ${promise}`);
}

const checkFailures: Parameters<typeof lambda>[3] = ({ failures }, world) =>
  demand(
    failures.length > 0 === world.met.size > 0,
    `a fault is not raised (${[...world.met]}), or a failure is made up (${failures.map(({ source }) => source)})`,
    world,
  );

class Check {
  private removals = 0;
  private registrations = 0;
  private callsAt: { readonly time: Seconds; readonly calls: number } | undefined;
  private readonly lastChange: Seconds;

  constructor(scenario: Scenario) {
    const times = [
      ...scenario.lives.flatMap((each) => [...each.service, ...each.interface, ...each.listed]),
      ...scenario.lives.map((each) => each.interface[0] + (each.shownLate ?? 0)),
      ...(scenario.strangers ?? []).flatMap((each) => each.during),
      ...(scenario.faults ?? []).flatMap((each) => each.during),
    ];
    this.lastChange = Math.max(0, ...times.filter((time) => Number.isFinite(time)));
  }

  step(world: World): void {
    this.changes(world);
    if (world.time >= this.lastChange + CONVERGENCE) this.settled(world);
  }

  private changes(world: World): void {
    for (; this.removals < world.removals.length; this.removals++) {
      const removal = world.removals[this.removals];
      const deniedFor = removal ? world.time - (world.deniedSince.get(removal.address) ?? world.time) : 0;
      demand(!removal?.wasLive || deniedFor >= TWO_RUNS, `the live target ${removal?.address} is removed`, world);
    }
    const ec2IsSound =
      !world.scenario.oldAnswers && !(world.scenario.faults ?? []).some((f) => f.fault.source === "interfaces");
    const strangers = world.strangers();
    for (; this.registrations < world.registrations.length; this.registrations++) {
      const { address = "", time = 0 } = world.registrations[this.registrations] ?? {};
      demand(
        !ec2IsSound || time < world.time - STEP || !strangers.has(address),
        `${address}, which somebody else has, becomes a target`,
        world,
      );
    }
  }

  private settled(world: World): void {
    const live = world.live();
    for (const targets of world.groups) {
      const registered = [...targets].filter(([, { state }]) => state !== "draining").map(([address]) => address);
      const missing = [...live].filter((address) => !registered.includes(address));
      demand(missing.length === 0, `${missing} missing though nothing changes any more`, world);
      const wrong = registered.filter((address) => !world.serving().has(address));
      demand(wrong.length === 0, `${wrong} registered though nothing changes any more`, world);
    }
    this.callsAt ??= { time: world.time, calls: world.awsCalls };
    if (world.time - this.callsAt.time < 2 * MINUTE || world.scenario.oldAnswers) return;
    const runs = (world.time - this.callsAt.time) / MINUTE + 1;
    const most = runs * (2 * LISTENER_PORTS.length + 1);
    demand(
      world.awsCalls - this.callsAt.calls <= most,
      "a quiet run makes more than two calls a mapping and one",
      world,
    );
  }
}
