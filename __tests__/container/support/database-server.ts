import { execFileSync } from "node:child_process";
import { chownSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newTemporaryFolder } from "../../../config/temporary-folder";

/** A database server of the tests' own. */
export interface DatabaseServer<Client> {
  /** Environment variables of the application for a database of this server. */
  environment(database: string): Record<string, string>;
  /** Makes an empty database that belongs to the user of `environment`, who is no superuser, as on Amazon RDS. */
  createDatabase(): Promise<string>;
  /** A connection as that user. */
  connect(database: string): Promise<Client>;
  stop(): Promise<void>;
}

/** The user of `environment`, and a password that has to be quoted everywhere. */
export const USER = "app_admin";
export const PASSWORD = "it's a $ecret";
export const QUOTED_PASSWORD = PASSWORD.replace("'", "''");

/** Where a server works: a folder of its user's with its certificate. */
export interface ServerPlace {
  readonly folder: string;
  readonly certificate: string;
  readonly key: string;
  /** Of its processes. */
  readonly options: { readonly uid?: number; readonly gid?: number; readonly cwd: string; readonly stdio: "ignore" };
}

/** @param host that the certificate names */
export function makePlace(server: "mysql" | "postgres", host = "localhost"): ServerPlace {
  const folder = newTemporaryFolder(server);
  const [certificate, key] = [join(folder, "server.crt"), join(folder, "server.key")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
      ...["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivilegedUser(server) : undefined;
  if (user) for (const path of [folder, key, certificate]) chownSync(path, user.uid, user.gid);
  return { folder, certificate, key, options: { ...user, cwd: folder, stdio: "ignore" } };
}

/** How the application reaches a database of the server. */
export const variables = ({ certificate }: ServerPlace, port: number, database: string): Record<string, string> => ({
  DATABASE_HOST: "localhost",
  DATABASE_PORT: String(port),
  DATABASE_NAME: database,
  DATABASE_USERNAME: USER,
  DATABASE_PASSWORD: PASSWORD,
  DATABASE_CA_FILE: certificate,
});

/** The system's own user of a database server, else `nobody`: servers refuse to run as root. */
function unprivilegedUser(own: string): { uid: number; gid: number } {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([name]) => name === own) ?? users.find(([name]) => name === "nobody");
  return { uid: Number(user?.[2]), gid: Number(user?.[3]) };
}

/**
 * The first connection to a server that was just started.
 *
 * @param ended resolves when the server's process has ended
 * @param attempts after the first one, 50 ms apart
 * @throws the last error, where the server has ended or takes no connection
 */
export async function untilReady<Connection>(
  connect: () => Promise<Connection>,
  ended: Promise<void>,
  attempts: number,
): Promise<Connection> {
  let over = false;
  ended.then(() => {
    over = true;
  });
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await connect();
    } catch (error) {
      if (over || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
