import fc from "fast-check";
import type { Connection, Consumer, Grants } from "../../../lambda/consumer-connections/decide";
import type { Ports } from "../../../lambda/consumer-connections/ports";
import { run } from "../../../lambda/consumer-connections/run";
import { ConcurrentRunError } from "../../../lambda/stored-item";
import { seed } from "../../lane";

const CONSUMERS: readonly Consumer[] = [
  consumer("one", ["111111111111"], { automatically: true, atMostEndpoints: 1 }),
  consumer("two", ["222222222222", "222222222223"], { automatically: true, atMostEndpoints: 2 }),
  consumer("by-hand", ["333333333333"], {}),
  consumer("expired", ["444444444444"], { automatically: true, atMostEndpoints: 5, until: "2026-01-01" }),
  consumer("ended", ["555555555555"], { automatically: true, until: "2026-01-01", rejectAfterExpiry: true }),
];
const STRANGER = "999999999999";
const ACCOUNTS = [...CONSUMERS.flatMap(({ accounts }) => accounts), STRANGER];

function consumer(name: string, accounts: string[], options: Partial<Consumer>): Consumer {
  return { name, accounts, automatically: false, atMostEndpoints: 1, rejectAfterExpiry: false, ...options };
}

/** An AWS whose lists lag behind, whose calls fail, and in which runs overlap at every call. */
class World {
  private clock = Date.parse("2027-01-01T00:00:00Z");
  private readonly endpoints = new Map<string, Connection>();
  /** What lists showed, newest last. */
  private readonly past: Connection[][] = [[]];
  private grants: { grants: Grants; revision: string | undefined } = { grants: {}, revision: undefined };
  private readonly waiting: (() => void)[] = [];
  /** Endpoints that the function has let in. */
  readonly acceptedByFunction = new Set<string>();
  readonly broken: string[] = [];
  fails = false;
  lag = 0;
  /** Number of an endpoint that lists leave out. */
  hidden = -1;

  ask(owner: string): void {
    const endpointId = `vpce-${this.endpoints.size}`;
    this.endpoints.set(endpointId, { endpointId, owner, state: "pendingAcceptance", createdAt: this.clock });
    this.remember();
  }

  set(state: string, index: number): void {
    const ids = [...this.endpoints.keys()];
    const id = ids[index % Math.max(1, ids.length)];
    const endpoint = id === undefined ? undefined : this.endpoints.get(id);
    if (endpoint === undefined || endpoint.state === "deleted") return;
    this.change(endpoint, state);
    if (state !== "available") this.acceptedByFunction.delete(endpoint.endpointId);
  }

  pass(milliseconds: number): void {
    this.clock += milliseconds;
  }

  /** Lets one call go on. */
  step(index: number): void {
    const [go] = this.waiting.splice(index % Math.max(1, this.waiting.length), 1);
    go?.();
  }

  get isIdle(): boolean {
    return this.waiting.length === 0;
  }

  readonly ports: Ports = {
    resets: async () => new Map(),
    connections: async () => {
      await this.turn();
      const list = this.past[Math.max(0, this.past.length - 1 - this.lag)] ?? [];
      return list.filter(({ endpointId }) => endpointId !== `vpce-${this.hidden}`);
    },
    accept: async (ids) => {
      await this.turn();
      for (const id of ids) this.accepted(id);
      return [];
    },
    reject: async (ids) => {
      await this.turn();
      for (const id of ids) {
        const endpoint = this.endpoints.get(id);
        if (endpoint && this.owner(endpoint)?.name !== "ended") this.broken.push(`${id} was rejected`);
        if (endpoint) this.change(endpoint, "rejected");
      }
      return [];
    },
    readGrants: async () => {
      await this.turn();
      return this.grants;
    },
    writeGrants: async (grants, revision) => {
      await this.turn();
      if (revision !== this.grants.revision) throw new ConcurrentRunError("another was faster");
      this.grants = { grants, revision: String(Number(revision ?? 0) + 1) };
    },
    now: () => this.clock,
  };

  private accepted(id: string): void {
    const endpoint = this.endpoints.get(id);
    if (endpoint === undefined || endpoint.state !== "pendingAcceptance") return;
    const owner = this.owner(endpoint);
    if (!owner?.automatically || owner.until !== undefined) this.broken.push(`${id} of ${endpoint.owner} was accepted`);
    this.change(endpoint, "available");
    this.acceptedByFunction.add(id);
    const count = [...this.acceptedByFunction].filter(
      (each) => this.owner(this.endpoints.get(each) as Connection) === owner,
    ).length;
    if (owner && count > owner.atMostEndpoints) this.broken.push(`${owner.name} has ${count} endpoints`);
  }

  private owner({ owner }: Connection): Consumer | undefined {
    return CONSUMERS.find(({ accounts }) => accounts.includes(owner));
  }

  private change(endpoint: Connection, state: string): void {
    this.endpoints.set(endpoint.endpointId, { ...endpoint, state });
    this.remember();
  }

  private remember(): void {
    this.past.push([...this.endpoints.values()]);
  }

  private turn(): Promise<void> {
    const failing = this.fails;
    return new Promise((resolve, reject) => {
      this.waiting.push(() => (failing ? reject(new Error("AWS does not answer")) : resolve()));
    });
  }
}

/** Mostly of one account: places are scarce where many of a consumer ask. */
const anyOwner = fc.oneof(fc.constant("111111111111"), fc.constantFrom(...ACCOUNTS));

const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("finish" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ask" as const), owner: anyOwner }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("run" as const) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("step" as const), index: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("set" as const),
      state: fc.constantFrom("rejected", "deleted", "deleting"),
      index: fc.nat(9),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("lag" as const), lag: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hide" as const), hidden: fc.integer({ min: -1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), milliseconds: fc.constantFrom(1, 60_000) }) },
);

/** Lets everything that waits take its next turn. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("no sequence of events lets in an endpoint outside of the registry, beyond its count or after its day", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const world = new World();
      const start = () =>
        void run(world.ports, { consumers: CONSUMERS, dryRun: false }).catch((error: Error) => {
          if (!/AWS does not answer|another was faster/.test(error.message)) world.broken.push(error.message);
        });
      const finish = async () => {
        for (let left = 200; left > 0 && !world.isIdle; left--) {
          world.step(0);
          await settle();
        }
      };
      for (const each of actions) {
        if (each.do === "ask") world.ask(each.owner);
        else if (each.do === "run") start();
        else if (each.do === "finish") await finish();
        else if (each.do === "set") world.set(each.state, each.index);
        else if (each.do === "lag") world.lag = each.lag;
        else if (each.do === "hide") world.hidden = each.hidden;
        else if (each.do === "fail") world.fails = each.fails;
        else if (each.do === "pass") world.pass(each.milliseconds);
        else world.step(each.index);
        await settle();
      }
      await finish();
      expect(world.broken).toEqual([]);
    }),
    { numRuns: 300, seed },
  );
});

test("of two runs side by side that see different endpoints, one gives the place away", async () => {
  const world = new World();
  world.ask("111111111111");
  world.ask("111111111111");
  const start = () => run(world.ports, { consumers: CONSUMERS, dryRun: false });
  const turn = async (index: number) => {
    world.step(index);
    await settle();
  };
  const first = start();
  await turn(0);
  world.hidden = 0;
  await turn(0);
  const second = start();
  await turn(1);
  world.hidden = 1;
  await turn(1);
  for (let turns = 0; turns < 20; turns++) await turn(0);
  const accepted = (await Promise.all([first, second])).flatMap((report) => report.accepted);
  expect(accepted).toEqual(["vpce-1"]);
  expect(world.broken).toEqual([]);
});

test("a dry run decides and changes nothing", async () => {
  const world = new World();
  world.ask("111111111111");
  const report = run(world.ports, { consumers: CONSUMERS, dryRun: true });
  for (let turns = 0; turns < 6; turns++) {
    world.step(0);
    await settle();
  }
  expect(await report).toMatchObject({ decisions: [{ action: "accept" }], accepted: [] });
  expect(world.acceptedByFunction.size).toBe(0);
});
