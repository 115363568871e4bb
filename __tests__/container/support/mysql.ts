import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";
import { unprivilegedUser, untilReady } from "./database-server";
import { freePort } from "./free-port";

export interface Mysql {
  /** What the server says it is, e.g. `MariaDB` or `MySQL`, with its version. */
  readonly product: string;
  /** Environment variables of the application for a database of this server. */
  environment(database: string): Record<string, string>;
  /** Makes an empty database that belongs to the user of `environment`, who is no superuser, as on Amazon RDS. */
  createDatabase(): Promise<string>;
  /** A connection as that user. */
  connect(database: string): Promise<Connection>;
  stop(): Promise<void>;
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

const PASSWORD = "it's a $ecret";
const quoted = PASSWORD.replace("'", "''");

/**
 * Starts a server of its own on a free port, which takes connections with TLS alone; nothing is synced to disk.
 *
 * @param host that its certificate names
 */
export async function startMysql(host = "localhost"): Promise<Mysql> {
  if (server === undefined) throw new Error("no MySQL or MariaDB server is installed");
  const folder = mkdtempSync(join(tmpdir(), "mysql-"));
  const [certificate, key, data] = ["server.crt", "server.key", "data"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
      ...["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivilegedUser("mysql") : undefined;
  if (user) for (const path of [folder, key, certificate]) chownSync(path, user.uid, user.gid);
  const options = { ...user, cwd: folder, stdio: "ignore" } as const;
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
    `CREATE USER 'app_admin'@'%' IDENTIFIED BY '${quoted}';\nGRANT ALL ON \`app\\_%\`.* TO 'app_admin'@'%';\n`,
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
      user: "app_admin",
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
    environment: (database) => ({
      DATABASE_ENGINE: "mysql",
      DATABASE_HOST: "localhost",
      DATABASE_PORT: String(port),
      DATABASE_NAME: database,
      DATABASE_USERNAME: "app_admin",
      DATABASE_PASSWORD: PASSWORD,
      DATABASE_CA_FILE: certificate,
    }),
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
