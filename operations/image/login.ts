import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** User name and password of a registry. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The parts of Docker's `config.json` that hold logins. */
interface DockerConfiguration {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Finds the Docker client's login for a registry, in the order in which the client looks: a helper for this registry,
 * the store for all, the file itself.
 * Source: https://docs.docker.com/reference/cli/docker/login/
 *
 * @param registry host, with port if it has one
 * @returns undefined if there is none
 * @throws Error if the configuration can't be read or names a helper that is not installed
 */
export async function findLogin(registry: string, env: NodeJS.ProcessEnv = process.env): Promise<Login | undefined> {
  const file = dockerConfigurationFile(env);
  if (!existsSync(file)) return undefined;
  const configuration = readConfiguration(file);
  const helper = configuration.credHelpers?.[registry] ?? configuration.credsStore;
  if (helper !== undefined) return askHelper(helper, registry, file, env);
  const entry = Object.entries(configuration.auths ?? {}).find(([address]) => hostOf(address) === registry);
  if (!entry?.[1].auth) return undefined;
  const [username = "", ...password] = Buffer.from(entry[1].auth, "base64").toString().split(":");
  return { username, password: password.join(":") };
}

/**
 * Asks the registry whether it accepts a login, or the lack of one.
 * Source: https://distribution.github.io/distribution/spec/api/#api-version-check
 *
 * @param registry host, with `http://` before it if it has no TLS
 * @returns undefined if it does, else its answer
 * @throws Error if the registry can't be reached
 */
export async function whyRefused(registry: string, login: Login | undefined): Promise<string | undefined> {
  const url = `${registry.includes("://") ? registry : `https://${registry}`}/v2/`;
  const authorization = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const response = await fetch(url, {
    headers: authorization ? { authorization } : {},
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`can't reach the registry ${url}: ${cause}`);
  });
  return response.ok ? undefined : `${response.status} ${response.statusText}`;
}

/** Where the Docker client keeps its configuration. */
export function dockerConfigurationFile(env: NodeJS.ProcessEnv): string {
  return join(env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker"), "config.json");
}

function readConfiguration(file: string): DockerConfiguration {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as DockerConfiguration;
  } catch (error) {
    throw new Error(`can't read Docker's configuration ${file}: ${(error as Error).message}`);
  }
}

/** Source: https://github.com/docker/docker-credential-helpers#development */
async function askHelper(
  name: string,
  registry: string,
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<Login | undefined> {
  const program = `docker-credential-${name}`;
  const child = spawn(program, ["get"], { env, stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", () => reject(new Error(`${file} names ${program}, which is not in PATH: install it`)));
    child.once("close", resolve);
  });
  // A helper that ends without reading closes the pipe; its exit code says what is wrong.
  child.stdin.on("error", () => {});
  child.stdin.end(registry);
  const [said, exitCode] = await Promise.all([text(child.stdout), ended]);
  if (exitCode !== 0) return undefined;
  const { Secret, Username } = JSON.parse(said) as { Username: string; Secret: string };
  return { username: Username, password: Secret };
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
