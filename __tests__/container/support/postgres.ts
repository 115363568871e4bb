import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Client } from "pg";
import { unprivilegedUser, untilReady } from "./database-server";
import { freePort } from "./free-port";

export interface Postgres {
  /** Environment variables of the application for a database of this server. */
  environment(database: string): Record<string, string>;
  /** Makes an empty database that belongs to the user of `environment`, who is no superuser, as on Amazon RDS. */
  createDatabase(): Promise<string>;
  /** A connection as that user. */
  connect(database: string): Promise<Client>;
  stop(): Promise<void>;
}

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
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const data = join(folder, "data");
  const certificate = join(folder, "server.crt");
  const key = join(folder, "server.key");
  const password = "it's a $ecret";
  writeFileSync(join(folder, "password"), password);
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );

  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivilegedUser("postgres") : undefined;
  if (user)
    for (const path of [folder, key, certificate, join(folder, "password")]) chownSync(path, user.uid, user.gid);
  const options = { ...user, cwd: folder, stdio: "ignore" } as const;
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
      password,
      ssl: { ca: readFileSync(certificate, "utf8") },
    });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const superuser = await untilReady(() => connect("postgres", "superuser"), ended, 100);
  await superuser.query(`CREATE ROLE app_admin LOGIN CREATEROLE CREATEDB PASSWORD '${password.replace("'", "''")}'`);

  let databases = 0;
  return {
    environment: (database) => ({
      DATABASE_HOST: "localhost",
      DATABASE_PORT: String(port),
      DATABASE_NAME: database,
      DATABASE_USERNAME: "app_admin",
      DATABASE_PASSWORD: password,
      DATABASE_CA_FILE: certificate,
    }),
    createDatabase: async () => {
      databases += 1;
      await superuser.query(`CREATE DATABASE app_${databases} OWNER app_admin`);
      return `app_${databases}`;
    },
    connect: (database) => connect(database, "app_admin"),
    stop: async () => {
      await superuser.end();
      server.kill("SIGQUIT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
