import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Client } from "pg";
import {
  type DatabaseServer,
  makePlace,
  PASSWORD,
  QUOTED_PASSWORD,
  USER,
  untilReady,
  variables,
} from "./database-server";
import { freePort } from "./free-port";

export type Postgres = DatabaseServer<Client>;

/** Folder with initdb and postgres; undefined where PostgreSQL or openssl (for its certificate) is not installed. */
function findPostgres(): string | undefined {
  const path = (process.env.PATH ?? "").split(delimiter);
  const debian = existsSync("/usr/lib/postgresql")
    ? readdirSync("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`)
    : [];
  const homebrew = ["/opt/homebrew/bin", "/usr/local/bin"];
  if (!path.some((folder) => existsSync(join(folder, "openssl")))) return undefined;
  return [...path, ...debian, ...homebrew].find((folder) =>
    ["initdb", "postgres"].every((program) => existsSync(join(folder, program))),
  );
}

const programs = findPostgres();

/** Tests that need PostgreSQL; skipped, with the reason in their title, where it is not installed. */
export function describeWithPostgres(title: string, tests: () => void): void {
  if (programs === undefined) describe.skip(`${title} (skipped: PostgreSQL is not installed)`, tests);
  else describe(title, tests);
}

/** Starts a server of its own with TLS on a free port; nothing is synced to disk. */
export async function startPostgres(): Promise<Postgres> {
  if (programs === undefined) throw new Error("PostgreSQL is not installed");
  const place = makePlace("postgres");
  const { certificate, folder, key, options } = place;
  const data = join(folder, "data");
  writeFileSync(join(folder, "password"), PASSWORD);
  execFileSync(
    join(programs, "initdb"),
    [
      "-D",
      data,
      "-U",
      "superuser",
      "--auth=scram-sha-256",
      `--pwfile=${folder}/password`,
      "--no-sync",
      "--encoding=UTF8",
      "--locale=C",
    ],
    options,
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "localhost",
    unix_socket_directories: "",
    fsync: "off",
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
    log_min_messages: "fatal",
  };
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    options,
  );
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));

  const connect = async (database: string, userName: string) => {
    const client = new Client({
      host: "localhost",
      port,
      database,
      user: userName,
      password: PASSWORD,
      ssl: { ca: readFileSync(certificate, "utf8") },
    });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const superuser = await untilReady(() => connect("postgres", "superuser"), ended, 100);
  await superuser.query(`CREATE ROLE ${USER} LOGIN CREATEROLE CREATEDB PASSWORD '${QUOTED_PASSWORD}'`);

  let databases = 0;
  return {
    environment: (database) => variables(place, port, database),
    createDatabase: async () => {
      databases += 1;
      await superuser.query(`CREATE DATABASE app_${databases} OWNER ${USER}`);
      return `app_${databases}`;
    },
    connect: (database) => connect(database, USER),
    stop: async () => {
      await superuser.end();
      server.kill("SIGQUIT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
