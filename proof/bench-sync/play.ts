import { chance } from "./chance";
import { type Competitor, LOOK, LOOKS } from "./competitors";
import { MINUTE, type Scenario, type Seconds, STEP } from "./scenario";
import { World } from "./world";

/** What a time has cost. Minutes are added up over addresses, the whole minute is looked at. */
export interface Score {
  /** Nodes that serve and that DNS lists, and that are no target. */
  readonly missing: number;
  /** Targets whose node serves no more, or that never were nodes. */
  readonly dead: number;
  /** Targets whose node does not serve yet. No traffic goes there. */
  readonly early: number;
  /** Addresses that get new connections and where nothing answers. */
  readonly lost: number;
  /** Addresses that get new connections and that somebody else has. */
  readonly strangers: number;
  /** The longest time for which such an address was a target that nothing had deregistered. */
  readonly longestStranger: number;
  /** Nodes that ended while they were targets in service: their connections are cut. */
  readonly cut: number;
  /** Targets deregistered while their node served, was listed and not unhealthy. */
  readonly liveRemoved: number;
  readonly awsCalls: number;
  readonly dnsQueries: number;
}

export const NOTHING: Score = {
  missing: 0,
  dead: 0,
  early: 0,
  lost: 0,
  strangers: 0,
  longestStranger: 0,
  cut: 0,
  liveRemoved: 0,
  awsCalls: 0,
  dnsQueries: 0,
};

/** Time in which the target group is filled before anything counts. */
const SETTLING: Seconds = 5 * MINUTE;

/** Plays a scenario to one algorithm. Its runs are a minute apart, at a phase that the seed decides. */
export async function play(scenario: Scenario, competitor: Competitor, at?: (world: World) => void): Promise<Score> {
  const world = new World(scenario, competitor.listenerPorts);
  const sync = competitor.make(world);
  const phase = Math.floor((chance(scenario.seed, "phase") * MINUTE) / STEP) * STEP;
  const meter = new Meter(world);
  let callsBefore = { awsCalls: 0, dnsQueries: 0 };
  let watching = false;
  for (world.time = -SETTLING; world.time < scenario.length; world.step()) {
    meter.readEnds();
    if (world.time === 0) callsBefore = { awsCalls: world.awsCalls, dnsQueries: world.dnsQueries };
    const inMinute = (((world.time - phase) % MINUTE) + MINUTE) % MINUTE;
    if (inMinute === 0) {
      watching = !world.has("run", "missing");
      if (world.has("run", "new environment")) sync.restart?.();
      if (watching) await sync.run();
    } else if (watching && sync.look && inMinute % LOOK === 0 && inMinute <= LOOK * LOOKS)
      await sync.look(inMinute === MINUTE / 2);
    if (world.time >= 0) meter.read();
    at?.(world);
  }
  return {
    ...meter.score,
    liveRemoved: world.removals.filter(({ time, wasLive }) => wasLive && time >= 0).length,
    awsCalls: world.awsCalls - callsBefore.awsCalls,
    dnsQueries: world.dnsQueries - callsBefore.dnsQueries,
  };
}

/** Reads what the step that has passed costs. */
class Meter {
  score: Score = NOTHING;
  private served: ReadonlySet<string> = new Set();
  private readonly strangerFor = new Map<string, number>();

  constructor(private readonly world: World) {}

  /** Nodes that have ended since the last step, before any run can know. */
  readEnds(): void {
    const { served, world } = this;
    const serving = world.serving();
    this.served = serving;
    if (world.time < 0 || served === serving) return;
    const ended = [...served].filter((address) => !serving.has(address));
    for (const targets of world.groups) {
      const cut = ended.filter((address) => targets.get(address)?.state === "healthy").length;
      this.score = { ...this.score, cut: this.score.cut + cut };
    }
  }

  read(): void {
    const { world } = this;
    const serving = world.serving();
    const live = world.live();
    const strangers = world.strangers();
    const step = STEP / MINUTE;
    let { missing, dead, early, lost, strangers: served, longestStranger } = this.score;
    for (const [index, targets] of world.groups.entries()) {
      const registered = [...targets].filter(([, { state }]) => state !== "draining").map(([address]) => address);
      missing += step * [...live].filter((address) => !registered.includes(address)).length;
      for (const address of registered) {
        if (serving.has(address)) continue;
        if (world.isEarly(address)) early += step;
        else dead += step;
      }
      for (const address of world.routable()[index] ?? []) {
        if (strangers.has(address)) {
          served += step;
          if (!registered.includes(address)) continue;
          const key = `${index} ${address}`;
          const time = (this.strangerFor.get(key) ?? 0) + step;
          this.strangerFor.set(key, time);
          longestStranger = Math.max(longestStranger, time);
        } else if (!serving.has(address)) lost += step;
      }
    }
    for (const key of this.strangerFor.keys()) {
      if (!strangers.has(key.split(" ")[1] ?? "")) this.strangerFor.delete(key);
    }
    this.score = { ...this.score, missing, dead, early, lost, strangers: served, longestStranger };
  }
}

/** Several scores as one. */
export function sum(scores: readonly Score[]): Score {
  const total = (key: keyof Score): number => scores.reduce((value, score) => value + score[key], 0);
  const keys = Object.keys(NOTHING) as (keyof Score)[];
  return {
    ...(Object.fromEntries(keys.map((key) => [key, total(key)])) as unknown as Score),
    longestStranger: Math.max(0, ...scores.map(({ longestStranger }) => longestStranger)),
  };
}
