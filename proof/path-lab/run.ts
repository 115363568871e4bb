import { type ChildProcess, type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectPath } from "../../config/project";
import { type Build, build } from "./build";
import type { Attempt, Host, Plan } from "./plan";
import { type Answer, isExpected, type LabRequest } from "./requests";
import { certificateFile, type Server, servers } from "./servers";
import { targetStates } from "./statistics";
import { NEW_KEY, type Tools } from "./tools";

/** Data directory that each database gets a copy of. */
const TEMPLATE = "database";

type Environment = Readonly<Record<string, string>>;

/** What the packets did, beside what the model says. */
export interface Result {
  readonly attempt: Attempt;
  readonly actual: "open" | "closed";
}

export interface LabRun {
  readonly results: readonly Result[];
  /** Closed paths once more, after the security groups were taken away. */
  readonly withoutGroups: readonly Result[];
  readonly requests: readonly RequestResult[];
}

/** What a consumer's client got for a request. */
export interface RequestResult {
  readonly request: LabRequest;
  readonly answer: Answer;
}

export interface LabOptions {
  /** Time between two health checks. @default 500 */
  readonly checkMilliseconds?: number;
  /** Instead of those of `servers.ts`, which the lab waits for. */
  readonly servers?: (sockets: string) => readonly Server[];
}

/** What a program in a namespace said. */
export interface Said {
  readonly exitCode: number;
  readonly output: string;
}

/** A lab that is built and can be torn down at any time, also half built. */
export class Lab {
  private readonly built: Build;
  private readonly folder = mkdtempSync(join(tmpdir(), "path-lab-"));
  private readonly processes: ChildProcessWithoutNullStreams[] = [];
  /** Servers by namespace. */
  private readonly running = new Map<string, { readonly server: Server; readonly child: ChildProcess }>();
  private namespaces: string[] = [];

  constructor(
    private readonly plan: Plan,
    prefix: string,
    private readonly tools: Tools,
    private readonly options: LabOptions = {},
  ) {
    this.built = build(plan, prefix);
    // Servers that give up root read from it.
    chmodSync(this.folder, 0o755);
  }

  /** Builds the network, sends every packet and request, and then the closed ones once more without security groups. */
  async run(wanted: readonly LabRequest[]): Promise<LabRun> {
    const ask = await this.up();
    const requests = await this.sendPatiently(wanted);
    const { attempts } = this.plan;
    const send = (some: readonly Attempt[], seconds: number) =>
      connect(
        ask,
        some.map(({ connections, http, tls }) => ({ connections, http, tls })),
        seconds,
      );
    const reached = await send(attempts, 3);
    // On a busy machine an answer comes late, or a health check does: what is closed remains so, alone and with more time.
    const late = attempts.flatMap(({ expected }, index) => (expected === "open" && !reached[index] ? [index] : []));
    if (late.length > 0) {
      const again = await send(
        attempts.filter((_, index) => late.includes(index)),
        10,
      );
      late.forEach((index, position) => {
        reached[index] = again[position] ?? false;
      });
    }
    const results = attempts.map((attempt, index): Result => ({ attempt, actual: reached[index] ? "open" : "closed" }));

    this.dropSecurityGroups();
    const closed = attempts.filter(
      ({ expected, withoutGroups }) => expected === "closed" && withoutGroups !== undefined,
    );
    const opened = await connect(
      ask,
      closed.map(({ connections }) => ({ connections })),
      3,
    );
    const withoutGroups = closed.map(
      (attempt, index): Result => ({ attempt, actual: opened[index] ? "open" : "closed" }),
    );
    return { results, withoutGroups, requests };
  }

  /** On a busy machine an answer comes late: what is wrong remains so. */
  private async sendPatiently(wanted: readonly LabRequest[]): Promise<RequestResult[]> {
    const results = await this.send(wanted);
    const wrong = results.filter(({ answer, request }) => !isExpected(request.expected, answer));
    const again = await this.send(wrong.map(({ request }) => request));
    return results.map((result) => again.find(({ request }) => request === result.request) ?? result);
  }

  /** Sends requests from the namespaces of their clients. */
  async send(requests: readonly LabRequest[]): Promise<RequestResult[]> {
    const certificates = (["alb", "nlb"] as const).map((role) => certificateFile(this.folder, role));
    const results: RequestResult[] = [];
    for (const namespace of new Set(requests.map(({ from }) => from))) {
      const own = requests.filter(({ from }) => from === namespace);
      const program = [process.execPath, projectPath("proof/path-lab/client.mjs"), ...certificates];
      const client = this.start("ip", ["netns", "exec", namespace, ...program]);
      const { answers } = await conversation(client)({ requests: own, seconds: 5 });
      (answers as Answer[]).forEach((answer, index) => {
        results.push({ request: own[index] as LabRequest, answer });
      });
      this.end(client);
    }
    return results;
  }

  /** Builds everything and waits until it serves; what it returns takes commands for `packets.py`. */
  async up(): Promise<Ask> {
    const packets = this.start("python3", [projectPath("proof/path-lab/packets.py")]);
    const ask = conversation(packets);
    this.makeNamespaces();
    await ask({ namespaces: this.built.namespaces, forwarding: this.built.forwarding });
    this.loadRules();
    this.makeCertificates();
    const { checkMilliseconds = 500, servers: chosen } = this.options;
    const real =
      chosen?.(this.folder) ?? servers(this.plan, { folder: this.folder, checkMilliseconds, tools: this.tools });
    this.startServers(real);
    await ask({ listeners: this.listeners(real) });
    if (!chosen) await this.untilServing(ask, real);
    return ask;
  }

  /** Starts those servers again that are different now, or have ended. */
  async replace(wanted: readonly Server[]): Promise<void> {
    for (const server of wanted) {
      const { child, server: present } = this.running.get(server.host.name) ?? {};
      if (child?.exitCode === null && JSON.stringify(present) === JSON.stringify(server)) continue;
      const ended = child && child.exitCode === null && child.signalCode === null && once(child, "exit");
      child?.kill("SIGKILL");
      await ended;
      this.startServer(server);
    }
  }

  /** Namespace of a VPC's router. */
  router(vpc: string): string {
    const namespace = this.built.routers.get(vpc);
    if (!namespace) throw new Error(`no router of VPC ${vpc}`);
    return namespace;
  }

  /** Runs a program in a namespace to its end. */
  async runIn(
    namespace: string,
    command: string,
    words: readonly string[],
    environment: Environment = {},
  ): Promise<Said> {
    const child = this.startIn(namespace, command, words, environment);
    const texts: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => texts.push(text));
    const [exitCode] = await once(child, "close");
    return { exitCode: Number(exitCode ?? 1), output: Buffer.concat(texts).toString() };
  }

  /** Loads nftables rules in a namespace. */
  rules(namespace: string, text: string): void {
    inNamespace(namespace, "nft", ["-f", "-"], text);
  }

  /** Socket by which the load balancer in a namespace takes commands. */
  socket(namespace: string): string {
    return join(this.folder, `${namespace}.sock`);
  }

  /** Ends every process and removes every namespace of this lab. */
  tearDown(): void {
    for (const child of this.processes) child.kill("SIGKILL");
    for (const name of this.namespaces) tryTo(() => execFileSync("ip", ["netns", "del", name], { stdio: "ignore" }));
    this.namespaces = [];
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  private makeNamespaces(): void {
    for (const name of this.built.namespaces) {
      this.namespaces.push(name);
      execFileSync("ip", ["netns", "add", name]);
    }
    batch([], this.built.links);
    for (const [name, commands] of this.built.inside) batch(["-n", name], commands);
  }

  private loadRules(): void {
    for (const [name, rules] of this.built.rules) this.rules(name, rules);
  }

  private dropSecurityGroups(): void {
    for (const { name } of this.plan.hosts) {
      inNamespace(name, "nft", ["delete", "table", "inet", "security_groups"]);
    }
  }

  /** Self-signed ones in place of those of AWS Certificate Manager. */
  private makeCertificates(): void {
    for (const role of ["alb", "nlb"] as const) {
      const options = ["req", "-x509", ...NEW_KEY, "-days", "1", "-subj", `/CN=${role}`, "-keyout", "-", "-out", "-"];
      const pair = execFileSync(this.tools.openssl, options, { stdio: ["ignore", "pipe", "ignore"] });
      writeFileSync(certificateFile(this.folder, role), pair, { mode: 0o600 });
    }
  }

  private startServers(all: readonly Server[]): void {
    const template = join(this.folder, TEMPLATE);
    const { initdb, user } = this.tools;
    if (all.some(({ kind }) => kind === "postgres")) {
      execFileSync("install", ["-d", "-o", user, template]);
      const options = ["-D", template, "-U", "app", "-A", "trust", "--no-sync", "--no-instructions"];
      execFileSync("setpriv", [...this.asUser(), initdb, ...options], { stdio: "ignore", cwd: this.folder });
      execFileSync("sh", ["-c", `echo 'host all all 0.0.0.0/0 trust' >> '${template}/pg_hba.conf'`]);
    }
    for (const server of all) this.startServer(server);
  }

  private startServer(server: Server): void {
    const { name } = server.host;
    this.running.set(name, { server, child: this.startIn(name, ...this.commandOf(server)) });
  }

  private commandOf(server: Server): [string, string[], Environment?] {
    const { name } = server.host;
    switch (server.kind) {
      case "postgres": {
        const data = join(this.folder, name);
        execFileSync("cp", ["-a", join(this.folder, TEMPLATE), data]);
        const options = ["-D", data, "-p", `${server.port}`, "-c", "listen_addresses=*", "-c", "fsync=off", "-k", ""];
        return ["setpriv", [...this.asUser(), this.tools.postgres, ...options]];
      }
      case "program":
        return [process.execPath, [...server.words], server.environment];
      case "haproxy": {
        const file = join(this.folder, `${name}.cfg`);
        writeFileSync(file, server.configuration);
        return ["haproxy", ["-f", file, "-db", "-q"]];
      }
    }
  }

  private asUser(): string[] {
    const { user } = this.tools;
    return ["--reuid", user, "--regid", user, "--clear-groups"];
  }

  /** Something answers wherever packets may arrive, so that only the network closes a way. */
  private listeners(real: readonly Server[]): { namespace: string; ports: number[] }[] {
    const taken = new Map(real.map(({ host }) => [host.name, host.of.listens]));
    const wanted = new Map<string, Set<number>>();
    for (const { connections } of this.plan.attempts) {
      for (const { address, port } of connections) wanted.set(address, (wanted.get(address) ?? new Set()).add(port));
    }
    const places = [
      ...this.plan.hosts.map(({ name, of }) => ({ name, addresses: [of.address] })),
      ...this.plan.outsides.map(({ addresses, name }) => ({ name, addresses: [...addresses] })),
    ];
    return places.map(({ addresses, name }) => {
      const ports = new Set(addresses.flatMap((address) => [...(wanted.get(address) ?? [])]));
      return { namespace: name, ports: [...ports].filter((port) => !taken.get(name)?.includes(port)) };
    });
  }

  /** Waits until the load balancers have found their targets healthy, and the application its database. */
  private async untilServing(ask: Ask, real: readonly Server[]): Promise<void> {
    const nodes = real.flatMap(({ host, kind }) => (kind === "haproxy" ? [host] : []));
    const [alb] = [...this.plan.network.loadBalancers.values()].filter(({ type }) => type === "application");
    const wanted = nodes.flatMap(({ name, of }) =>
      of.role !== "alb" || this.plan.environment.application.route.protocol !== "HTTP1"
        ? []
        : (alb?.listeners ?? []).map(({ port, protocol }) => ({
            connections: [{ from: name, address: "127.0.0.1", port }],
            http: "/",
            ...(protocol === "HTTPS" && { tls: true as const }),
          })),
    );
    for (let tries = 0; tries < 60; tries++) {
      const dead = this.processes.find(({ exitCode }) => exitCode !== null);
      if (dead)
        throw new Error(`${dead.spawnargs.join(" ")} ended with ${dead.exitCode}: ${this.said.get(dead) ?? ""}`);
      // The lab continues without them, and the packets show what is missing.
      if ((await this.targetsAreHealthy(nodes)) && (await connect(ask, wanted, 2)).every(Boolean)) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  private async targetsAreHealthy(nodes: readonly Host[]): Promise<boolean> {
    try {
      const states = await Promise.all(nodes.map(({ name }) => targetStates(this.socket(name))));
      return states.flat().every(({ checked, up }) => checked && up);
    } catch {
      // HAProxy does not listen yet.
      return false;
    }
  }

  private readonly said = new Map<ChildProcessWithoutNullStreams, string>();

  private startIn(
    namespace: string,
    command: string,
    words: readonly string[],
    environment?: Environment,
  ): ChildProcessWithoutNullStreams {
    return this.start("ip", ["netns", "exec", namespace, command, ...words], environment);
  }

  private start(command: string, words: readonly string[], environment: Environment = {}) {
    const child = spawn(command, words, { cwd: this.folder, env: { ...process.env, ...environment } });
    this.processes.push(child);
    child.stderr.on("data", (text: Buffer) => {
      this.said.set(child, `${this.said.get(child) ?? ""}${text}`.slice(-2000));
    });
    return child;
  }

  private end(child: ChildProcessWithoutNullStreams): void {
    this.processes.splice(this.processes.indexOf(child), 1);
    child.kill("SIGKILL");
  }
}

export type Ask = (command: unknown) => Promise<Record<string, unknown>>;

/** One line there, one line back. */
function conversation(child: ChildProcessWithoutNullStreams): Ask {
  const lines = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  return async (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { done, value } = await iterator.next();
    if (done) throw new Error("the process that sends packets has ended");
    return JSON.parse(value) as Record<string, unknown>;
  };
}

/** Whether every connection of each attempt is made. */
async function connect(
  ask: Ask,
  attempts: readonly Pick<Attempt, "connections" | "http" | "tls">[],
  seconds: number,
): Promise<boolean[]> {
  const flat = attempts.flatMap(({ connections, http, tls }, attempt) =>
    connections.map(({ address, from, port }) => ({
      attempt,
      namespace: from,
      address,
      port,
      ...(http ? { http, tls } : {}),
    })),
  );
  const { results } = await ask({ attempts: flat, seconds });
  const reached = attempts.map(({ connections }) => connections.length > 0);
  (results as boolean[]).forEach((one, index) => {
    const { attempt } = flat[index] ?? {};
    if (!one && attempt !== undefined) reached[attempt] = false;
  });
  return reached;
}

function batch(options: readonly string[], commands: readonly string[]): void {
  execFileSync("ip", [...options, "-batch", "-"], {
    input: `${commands.join("\n")}\n`,
    stdio: ["pipe", "ignore", "pipe"],
  });
}

function inNamespace(namespace: string, command: string, words: readonly string[], input?: string): void {
  execFileSync("ip", ["netns", "exec", namespace, command, ...words], { input, stdio: ["pipe", "ignore", "pipe"] });
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // What is not there needs no removal.
  }
}
