import fc from "fast-check";
import { newMemory, run } from "../../lambda/alb-ip-sync/run";
import { type History, Player } from "./history";
import { settingsFor } from "./invariants";
import { randomHours } from "./random-hours";
import { ReferenceSync } from "./reference";
import { SITUATIONS } from "./situations";
import { World } from "./world";

/** What one hour, or several together, have cost. Minutes are counted for each target. */
export interface Score {
  /** Live nodes that were no target. */
  readonly missingMinutes: number;
  /** Targets that were no node of the ALB. */
  readonly wrongMinutes: number;
  /** Those of them that got traffic. */
  readonly misledMinutes: number;
  /** Targets, draining ones included, whose address somebody else had. */
  readonly strangerMinutes: number;
  /** Targets deregistered while their node was live. */
  readonly liveRemoved: number;
  readonly awsCalls: number;
  readonly dnsQueries: number;
}

export interface Comparison {
  readonly name: string;
  readonly hours: number;
  readonly ours: Score;
  readonly reference: Score;
}

const RANDOM_HISTORIES = 1000;
/** Fixed, so that the committed numbers can be computed again. */
const SEED = 1;

type Sync = (world: World) => { run(): Promise<void> | void; restart(): void };

const ours: Sync = (world) => {
  const settings = settingsFor([80]);
  const ports = world.ports(settings.mappings.map(({ targetGroupArn }) => targetGroupArn));
  let memory = newMemory(0);
  return {
    run: async () => {
      await run(ports, settings, memory);
    },
    restart: () => {
      memory = newMemory(world.minute * 60_000);
    },
  };
};

const reference: Sync = (world) => {
  const sync = new ReferenceSync(world);
  return {
    run: () => {
      try {
        sync.run();
      } catch {
        // It crashes; the next run starts afresh.
      }
    },
    restart: () => undefined,
  };
};

/** Plays a history to one algorithm, whose target group is filled when it begins. */
async function play({ nodesAtStart, minutes }: History, make: Sync): Promise<Score> {
  const world = new World([80]);
  const player = new Player(world, nodesAtStart);
  const sync = make(world);
  await sync.run();
  const before = { awsCalls: world.awsCalls, dnsQueries: world.dnsQueries };
  let [missingMinutes, wrongMinutes, misledMinutes, strangerMinutes] = [0, 0, 0, 0];
  for (const minute of minutes) {
    world.nextMinute();
    player.apply(minute.events);
    world.faults = minute.faults;
    if (minute.restart) sync.restart();
    if (!minute.skipped) await sync.run();
    if (minute.again && !minute.skipped) await sync.run();
    missingMinutes += world.missing();
    wrongMinutes += world.wrong();
    misledMinutes += world.misled();
    strangerMinutes += world.strangersServed();
  }
  return {
    missingMinutes,
    wrongMinutes,
    misledMinutes,
    strangerMinutes,
    liveRemoved: world.changes.filter(({ action, wasLive }) => action === "deregister" && wasLive).length,
    awsCalls: world.awsCalls - before.awsCalls,
    dnsQueries: world.dnsQueries - before.dnsQueries,
  };
}

const sum = (scores: readonly Score[]): Score => {
  const total = (key: keyof Score): number => scores.reduce((value, score) => value + score[key], 0);
  return {
    missingMinutes: total("missingMinutes"),
    wrongMinutes: total("wrongMinutes"),
    misledMinutes: total("misledMinutes"),
    strangerMinutes: total("strangerMinutes"),
    liveRemoved: total("liveRemoved"),
    awsCalls: total("awsCalls"),
    dnsQueries: total("dnsQueries"),
  };
};

/** Both algorithms over every situation, then over the random set together. */
export async function compareAll(): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const situation of SITUATIONS) {
    const { name } = situation;
    comparisons.push({
      name,
      hours: 1,
      ours: await play(situation, ours),
      reference: await play(situation, reference),
    });
  }
  const random = fc.sample(randomHours, { seed: SEED, numRuns: RANDOM_HISTORIES });
  const played: Pick<Comparison, "ours" | "reference">[] = [];
  for (const history of random) {
    played.push({ ours: await play(history, ours), reference: await play(history, reference) });
  }
  comparisons.push({
    name: `${RANDOM_HISTORIES} random hours`,
    hours: RANDOM_HISTORIES,
    ours: sum(played.map((pair) => pair.ours)),
    reference: sum(played.map((pair) => pair.reference)),
  });
  return comparisons;
}
