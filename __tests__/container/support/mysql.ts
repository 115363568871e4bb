import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";
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

export interface Mysql extends DatabaseServer<Connection> {
  /** What the server says it is, e.g. `MariaDB` or `MySQL`, with its version. */
  readonly product: string;
}

/** Debian has MariaDB, which speaks MySQL's protocol; a MySQL server is taken where there is one. */
const folders = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/mysql/bin",
  "/opt/homebrew/bin",
];
const find = (program: string) => folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
const server = find("mariadbd") ?? find("mysqld");
const canCertify = find("openssl") !== undefined;

/** Tests that need a MySQL server; skipped, with the reason in their title, where none is installed. */
export function describeWithMysql(title: string, tests: () => void): void {
  if (server === undefined || !canCertify) describe.skip(`${title} (skipped: no MySQL or MariaDB server)`, tests);
  else describe(title, tests);
}

/**
 * Starts a server of its own on a free port, which takes connections with TLS alone; nothing is synced to disk.
 *
 * @param host that its certificate names
 */
export async function startMysql(host = "localhost"): Promise<Mysql> {
  if (server === undefined) throw new Error("no MySQL or MariaDB server is installed");
  const place = makePlace("mysql", host);
  const { certificate, folder, key, options } = place;
  const data = join(folder, "data");
  const install = find("mariadb-install-db");
  if (install) {
    execFileSync(
      install,
      ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
      options,
    );
  } else execFileSync(server, ["--no-defaults", "--initialize-insecure", `--datadir=${data}`], options);
  const init = join(folder, "init.sql");
  writeFileSync(
    init,
    `CREATE USER '${USER}'@'%' IDENTIFIED BY '${QUOTED_PASSWORD}';\nGRANT ALL ON \`app\\_%\`.* TO '${USER}'@'%';\n`,
  );
  const port = await freePort();
  const child = spawn(
    server,
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${folder}/mysql.sock`,
      `--ssl-cert=${certificate}`,
      `--ssl-key=${key}`,
      `--init-file=${init}`,
      "--require-secure-transport=ON",
      "--innodb-flush-log-at-trx-commit=0",
      "--skip-name-resolve",
    ],
    options,
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const connect = (database?: string) =>
    createConnection({
      host: "localhost",
      port,
      user: USER,
      password: PASSWORD,
      multipleStatements: true,
      ssl: { ca: readFileSync(certificate, "utf8") },
      ...(database && { database }),
    });
  const first = await untilReady(connect, ended, 200);
  const [[version]] = (await first.query("SELECT VERSION() AS version")) as unknown as [[{ version: string }]];
  let databases = 0;
  return {
    product: version?.version ?? "",
    environment: (database) => ({ DATABASE_ENGINE: "mysql", ...variables(place, port, database) }),
    createDatabase: async () => {
      databases += 1;
      await first.query(`CREATE DATABASE app_${databases}`);
      return `app_${databases}`;
    },
    connect,
    stop: async () => {
      await first.end();
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
