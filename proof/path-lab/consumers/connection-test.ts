import { projectPath } from "../../../config/project";
import { type ConsumersLab, NAME } from "./lab";

/** What a row of the table says; rows of zones have the zone's name in theirs. */
export interface Row {
  readonly name: string;
  readonly result: string;
  readonly seen: string;
}

/** Rows that tell something and cannot fail. */
const TOLD = ["zone that answered the name"];

/** Rows that each table has. */
const ALWAYS = [
  "name resolves",
  "address is private",
  "service answers",
  "certificate is valid for the name",
  "zone answers (a)",
  "zone answers (b)",
  ...TOLD,
  "large request",
];

type Say = (line: string) => void;

/** Runs the consumers' connection test on the client. */
export async function testConnection(
  lab: ConsumersLab,
  words: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<{ readonly rows: readonly Row[]; readonly table: string; readonly exitCode: number }> {
  const script = projectPath("operations/consumers/test-connection.sh");
  const options = [...lab.zones.flatMap((zone) => ["-z", zone]), "-k", "1", "-t", "3", ...words];
  const { exitCode, output } = await lab.client("sh", [script, ...options, `https://${NAME}/`], environment);
  const rows = [...output.matchAll(/^(\S.{35}) (ok|FAIL|-) +(.*)$/gm)].map(([, name = "", result = "", seen = ""]) => {
    const zone = lab.zones.findIndex((one) => seen.includes(one));
    const title = name.trim();
    return { name: title === "zone answers" ? `${title} (${"ab"[zone]})` : title, result, seen };
  });
  return { rows, table: output, exitCode };
}

/** A failure that is planted, and the rows that have to tell of it: all others have to pass. */
export interface Case {
  readonly title: string;
  /** Returns what takes the failure away. */
  readonly plant?: (lab: ConsumersLab) => Promise<Healing> | Healing;
  /** Options of the test. @default idle connections are tested, for as long as `IDLE` says */
  readonly words?: readonly string[];
  readonly fail?: Readonly<Record<string, RegExp>>;
  readonly notTested?: Readonly<Record<string, RegExp>>;
}

type Healing = () => Promise<void> | void;

const UNREACHED = /not tested: the service did not answer/;
const beyondConnection = {
  "certificate is valid for the name": UNREACHED,
  "large request": UNREACHED,
  "idle connection": UNREACHED,
};
const IDLE = ["-i", "4"];
const noIdle = { "idle connection": /left out/ };

/** Each failure once, along the way of a request: name, endpoint, zones, certificate, packets, connections, targets. */
export const cases: readonly Case[] = [
  { title: "nothing is planted" },
  {
    title: "the name has no record",
    plant: (lab) => {
      lab.forgetName();
      return () => lab.name();
    },
    fail: { "name resolves": /\(6\) Could not resolve/ },
    notTested: { "address is private": /no address/, "service answers": /no address/, ...beyondConnection },
  },
  {
    title: "the resolver says nothing of the name",
    plant: (lab) => {
      lab.name(null);
      return () => lab.name();
    },
    fail: { "name resolves": /\(28\) Resolving timed out/ },
    notTested: { "address is private": /no address/, "service answers": /no address/, ...beyondConnection },
  },
  {
    title: "the name leads to a public address",
    plant: (lab) => {
      lab.name(["203.0.113.80"]);
      return () => lab.name();
    },
    fail: { "address is private": /203\.0\.113\.80/ },
    notTested: { "service answers": /does not lead to the endpoint/, ...beyondConnection },
  },
  {
    title: "the endpoint's security group lets no client in",
    plant: (lab) =>
      lab.plant(lab.hosts("consumer-endpoint"), dropping("prerouting", 'iifname "eth0" meta l4proto tcp')),
    fail: {
      "service answers": /\(28\).*security group of the endpoint/,
      "zone answers (a)": /\(28\)/,
      "zone answers (b)": /\(28\)/,
    },
    notTested: beyondConnection,
  },
  ...[0, 1].map(
    (zone): Case => ({
      title: `zone ${"ab"[zone]} does not answer`,
      plant: (lab) =>
        lab.plant(lab.hosts("consumer-endpoint").slice(zone, zone + 1), dropping("prerouting", "meta l4proto tcp")),
      // The zone that curl tries first, and the other one.
      ...(zone === 1 && { words: ["-i", "0"], notTested: noIdle }),
      fail: { [`zone answers (${"ab"[zone]})`]: /\(28\)/ },
    }),
  ),
  certificate(
    "for another name",
    (lab) => lab.authority.sign({ subject: "/CN=other", host: "other.internal" }).both,
    /name/,
  ),
  certificate(
    "that has expired",
    (lab) => lab.authority.sign({ subject: `/CN=${NAME}`, host: NAME, expired: true }).both,
    /has expired/,
  ),
  certificate(
    "of an unknown authority",
    (lab) => lab.stranger.sign({ subject: `/CN=${NAME}`, host: NAME }).both,
    /local issuer certificate/,
  ),
  {
    title: "large packets are lost",
    plant: (lab) => lab.plant(lab.hosts("consumer-endpoint"), dropping("forward", 'iifname "eth0" meta length > 1000')),
    words: ["-i", "0"],
    notTested: noIdle,
    fail: { "large request": /\(28\).*path MTU/ },
  },
  {
    title: "a request that is larger than the application takes",
    words: ["-i", "0", "-b", "2097152"],
    notTested: { ...noIdle, "large request": /HTTP 413/ },
  },
  {
    title: "silent connections are forgotten by the endpoint",
    plant: async (lab) => {
      const endpoints = lab.hosts("consumer-endpoint");
      await lab.tell(endpoints, { nf_conntrack_tcp_loose: 0, nf_conntrack_tcp_timeout_established: 2 });
      return () => lab.tell(endpoints, { nf_conntrack_tcp_loose: 1, nf_conntrack_tcp_timeout_established: 432000 });
    },
    fail: { "idle 4 s, no keep-alive": /broken when it was used again after 4/ },
  },
  {
    title: "the ALB's idle timeout is over",
    plant: async (lab) => {
      const { idleSeconds } = lab.present;
      await lab.change({ idleSeconds: 2 });
      return () => lab.change({ idleSeconds });
    },
    fail: { "idle 4 s, keep-alive": /ended after 2/, "idle 4 s, no keep-alive": /ended after 2/ },
  },
  {
    title: "no task is left",
    plant: async (lab) => {
      const heal = lab.plant(lab.hosts("task"), dropping("prerouting", 'iifname "eth0" meta l4proto tcp'));
      await lab.until("503");
      return async () => {
        heal();
        await lab.until("200");
      };
    },
    fail: { "service answers": /HTTP 503/, "zone answers (a)": /HTTP 503/, "zone answers (b)": /HTTP 503/ },
    notTested: { "large request": /not tested: HTTP 503/, "idle connection": /not tested: HTTP 503/ },
  },
];

function certificate(which: string, make: (lab: ConsumersLab) => string, says: RegExp): Case {
  return {
    title: `a certificate ${which}`,
    plant: async (lab) => {
      const { certificate: before } = lab.present;
      await lab.change({ certificate: make(lab) });
      return () => lab.change({ certificate: before });
    },
    words: ["-i", "0"],
    fail: { "certificate is valid for the name": new RegExp(`\\(60\\).*${says.source}`) },
    notTested: noIdle,
  };
}

const dropping = (hook: string, what: string) => `type filter hook ${hook} priority -200; ${what} drop;`;

/** What is wrong with a table; nothing if exactly those rows fail that have to, all others pass, and none is missing. */
export function wrongRows(rows: readonly Row[], { fail = {}, notTested = {} }: Case): string[] {
  const wanted = new Map<string, { readonly result: string; readonly says: RegExp }>([
    ...Object.entries(notTested).map(([name, says]) => [name, { result: "-", says }] as const),
    ...Object.entries(fail).map(([name, says]) => [name, { result: "FAIL", says }] as const),
  ]);
  const wrong = rows.flatMap(({ name, result, seen }) => {
    if (TOLD.includes(name)) return [];
    const { result: right, says } = wanted.get(name) ?? { result: "ok", says: / / };
    return result === right && says.test(`${seen} `) ? [] : [`${name}: ${result} ${seen}, expected ${right} ${says}`];
  });
  const absent = [...ALWAYS, ...wanted.keys()].filter((name) => !rows.some((row) => row.name === name));
  return [...wrong, ...absent.map((name) => `${name}: no such row`)];
}

/** Plants each failure and says which rows the table has for it. Whether all tables are right. */
export async function tryConnectionTest(lab: ConsumersLab, say: Say): Promise<boolean> {
  let right = 0;
  for (const one of cases) {
    const heal = await one.plant?.(lab);
    if (await tableIsRight(lab, one, say)) right += 1;
    await heal?.();
  }
  say(`  ${right} of ${cases.length} tables name the rows that fail and no others`);
  return right === cases.length;
}

/** Runs the test and says which rows fail. Whether they are those of the case. */
export async function tableIsRight(
  lab: ConsumersLab,
  one: Case,
  say: Say,
  environment?: Readonly<Record<string, string>>,
): Promise<boolean> {
  const run = async () => {
    const tested = await testConnection(lab, one.words ?? IDLE, environment);
    const failed = tested.rows.flatMap(({ name, result }) => (result === "FAIL" ? [name] : []));
    const exitCodes = tested.exitCode === (failed.length > 0 ? 1 : 0) ? [] : [`exit code ${tested.exitCode}`];
    return { ...tested, failed, wrong: [...wrongRows(tested.rows, one), ...exitCodes] };
  };
  let done = await run();
  // On a busy machine an answer comes late: what is wrong remains so.
  if (done.wrong.length > 0) done = await run();
  say(`  ${one.title}: ${done.failed.length > 0 ? `FAIL ${done.failed.join(", ")}` : "nothing fails"}`);
  for (const line of done.wrong) say(`    WRONG  ${line}`);
  if (done.wrong.length > 0) say(done.table);
  return done.wrong.length === 0;
}
