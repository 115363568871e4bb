import { look, newMemory, type Report, type RunSettings, run } from "../../lambda/alb-ip-sync/run";
import type { Seconds } from "./scenario";
import type { World } from "./world";

/** One algorithm in one world. */
export interface Sync {
  /** The run of the minute. */
  run(): Promise<void> | void;
  /** Between two runs; by this project's Lambda alone. */
  look?(halfway: boolean): Promise<void>;
  restart?(): void;
}

export interface Competitor {
  readonly name: string;
  /** One for each target group. @default [80] */
  readonly listenerPorts?: readonly number[];
  make(world: World): Sync;
}

/** Time between two looks. */
export const LOOK: Seconds = 10;
export const LOOKS = 5;

/** Settings with a mapping for each port; the target groups are called after them. */
export function settingsFor(listenerPorts: readonly number[], changes: Partial<RunSettings> = {}): RunSettings {
  return {
    maximumUnconfirmedRuns: 3,
    maximumDeregistrationSharePercent: 50,
    minimumHealthyTargets: 1,
    mappings: listenerPorts.map((listenerPort) => ({ listenerPort, targetGroupArn: `group-${listenerPort}` })),
    isInSubnets: () => true,
    interval: 60_000,
    dryRun: false,
    ...changes,
  };
}

/** @param onRun gets the report of each run */
export const lambda = (
  name: string,
  watches: boolean,
  listenerPorts: readonly number[] = [80],
  onRun?: (report: Report, world: World) => void,
): Competitor => ({
  name,
  listenerPorts,
  make(world) {
    const settings = settingsFor(listenerPorts);
    const ports = world.ports(settings.mappings.map(({ targetGroupArn }) => targetGroupArn));
    let memory = newMemory(0);
    return {
      run: async () => {
        world.met.clear();
        const report = await run(ports, settings, memory);
        onRun?.(report, world);
      },
      ...(watches && {
        look: async (halfway) => {
          await look(ports, settings, memory, halfway);
        },
      }),
      restart: () => {
        memory = newMemory(world.time * 1000);
      },
    };
  },
});

export const OURS = lambda("this project", true);
export const OURS_WITHOUT_WATCH = lambda("this project, without watching", false);

/** Crashes end a run; the next one starts afresh. */
const forgiving = (work: () => void) => () => {
  try {
    work();
  } catch {
    // An alarm of the Lambda service at most.
  }
};

/** Queries a run makes at most, and before them: the zone's name servers and an address of each. */
const QUERIES = 50;
const QUERIES_FOR_SERVERS = 5;
const FULL_ANSWER = 8;
/** Absences in a row after which an address is deregistered. */
const ABSENCES = 3;

/**
 * The public reference, both versions, written anew from the description: AWS blog, "Using AWS Lambda to enable static IP
 * addresses for Application Load Balancers". It asks the authoritative servers and has one target group. In the second
 * version a draining target counts as registered.
 */
const reference = (name: string, drainingCounts: boolean): Competitor => ({
  name,
  make(world) {
    let kept = { active: [] as readonly string[], pending: new Map<string, number>() };
    return {
      run: forgiving(() => {
        const listed = new Set<string>();
        world.dnsQueries += QUERIES_FOR_SERVERS;
        for (let query = 0; query < QUERIES; query++) {
          const answer = world.authoritative();
          for (const address of answer) listed.add(address);
          if (answer.length < FULL_ANSWER) break;
        }
        const members = new Set(
          world
            .targets(0)
            .filter(({ state }) => drainingCounts || state !== "draining")
            .map(({ address }) => address),
        );
        // Two objects are read and two written; what cannot be read is taken for empty.
        world.awsCalls += 4;
        const before = world.has("readState", "fails") ? { active: [], pending: new Map<string, number>() } : kept;
        const missing = [...listed].filter((address) => !members.has(address));
        if (missing.length > 0) world.register(0, missing);
        const pending = new Map<string, number>();
        for (const address of new Set([...before.active, ...before.pending.keys()])) {
          if (!listed.has(address)) pending.set(address, (before.pending.get(address) ?? 0) + 1);
        }
        const expired = [...pending].filter(([, absences]) => absences >= ABSENCES).map(([address]) => address);
        if (expired.length > 0) world.deregister(0, expired);
        if (!world.has("writeState", "fails")) kept = { active: [...listed], pending };
      }),
    };
  },
});

export const REFERENCE_1 = reference("reference, version 1", false);
export const REFERENCE_2 = reference("reference, version 2", true);

/** What a function of twenty lines does: the interfaces, at once. */
export const INTERFACE_ONLY: Competitor = {
  name: "interfaces alone",
  make: (world) => ({
    run: forgiving(() => {
      const wanted = [...world.interfaces().keys()];
      if (wanted.length === 0) return;
      const members = world.targets(0).filter(({ state }) => state !== "draining");
      const registered = new Set(members.map(({ address }) => address));
      const missing = wanted.filter((address) => !registered.has(address));
      if (missing.length > 0) world.register(0, missing);
      const stale = [...registered].filter((address) => !wanted.includes(address));
      if (stale.length > 0) world.deregister(0, stale);
    }),
  }),
};

export const COMPETITORS: readonly Competitor[] = [OURS, REFERENCE_1, REFERENCE_2, INTERFACE_ONLY];
