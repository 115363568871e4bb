import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { type RequestOptions, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";

const DEFAULT_SOCKET = "/var/run/docker.sock";
const ANSWER_TIMEOUT_MS = 3000;
const REGISTRY_START_TIMEOUT_MS = 10_000;

/** A registry of the rehearsal's own, on this machine. */
export interface Registry {
  /** `host:port`, without a scheme. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Asks the Docker engine that Terraform's docker provider would use: the one of `DOCKER_HOST`, else the default socket.
 *
 * @returns undefined if it answers, else why it can't be used
 */
export async function whyNoDocker(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const host = env.DOCKER_HOST || `unix://${DEFAULT_SOCKET}`;
  const url = new URL(host);
  const status = await get(
    url.protocol === "unix:"
      ? { socketPath: url.pathname, path: "/_ping" }
      : { host: url.hostname, port: url.port || 2375, path: "/_ping" },
  );
  return status === 200 ? undefined : `no Docker engine answers at ${host}`;
}

/**
 * Starts Debian's `docker-registry` (CNCF distribution) on a free port.
 *
 * @returns why there is none as text if the program isn't installed or doesn't start
 */
export async function startRegistry(folder: string): Promise<Registry | string> {
  mkdirSync(folder, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const configuration = join(folder, "registry.yml");
  writeFileSync(
    configuration,
    JSON.stringify({
      version: 0.1,
      log: { accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, "images") }, delete: { enabled: true } },
      http: { addr: address },
    }),
  );
  const child = spawn("docker-registry", ["serve", configuration], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(join(folder, "registry.log"));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const failed = new Promise<string>((resolve) => {
    child.once("error", () => resolve("docker-registry is not installed (Debian: apt-get install docker-registry)"));
    child.once("exit", (code) => resolve(`docker-registry ended with exit code ${code} (${folder}/registry.log)`));
  });
  const answered = untilAnswers(address);
  const why = await Promise.race([failed, answered]);
  if (why !== undefined) {
    await stop(child);
    return why;
  }
  return { address, stop: () => stop(child) };
}

async function untilAnswers(address: string): Promise<string | undefined> {
  const { hostname: host, port } = new URL(`http://${address}`);
  const deadline = Date.now() + REGISTRY_START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if ((await get({ host, port, path: "/v2/" })) === 200) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return `docker-registry does not answer at ${address}`;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** HTTP status of a GET, or undefined without an answer in time. */
function get(target: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request({ ...target, timeout: ANSWER_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(undefined));
    asked.end();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
