import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that the lab runs. */
export interface Tools {
  readonly initdb: string;
  readonly openssl: string;
  readonly postgres: string;
  readonly psql: string;
  /** A user other than root, for PostgreSQL. */
  readonly user: string;
}

/** Words of `openssl req` for a new key without a password. */
export const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** What the lab needs, or why it can't run here. */
export function findTools(): Tools | { readonly missing: string } {
  if (process.platform !== "linux") return { missing: `Linux (this is ${process.platform})` };
  if (process.getuid?.() !== 0) return { missing: "root, to make network namespaces" };
  const absent = missingPrograms("ip", "nft", "haproxy", "python3", "setpriv", "initdb", "postgres", "psql", "openssl");
  if (absent.length > 0) {
    return {
      missing: `${absent.join(", ")} (Debian packages iproute2, nftables, haproxy, python3, postgresql, openssl)`,
    };
  }
  const trial = `pathlab-${process.pid}-trial`;
  try {
    execFileSync("ip", ["netns", "add", trial], { stdio: "ignore" });
    execFileSync("ip", ["netns", "del", trial], { stdio: "ignore" });
  } catch {
    return { missing: "the permission to make network namespaces (CAP_SYS_ADMIN)" };
  }
  return {
    initdb: find("initdb") as string,
    openssl: find("openssl") as string,
    postgres: find("postgres") as string,
    psql: find("psql") as string,
    user: hasUser("postgres") ? "postgres" : "nobody",
  };
}

/** Programs of these that are not there. */
export const missingPrograms = (...programs: readonly string[]): string[] =>
  programs.filter((program) => find(program) === undefined);

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...postgresFolders()];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function postgresFolders(): string[] {
  const debian = "/usr/lib/postgresql";
  return existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
}

function hasUser(name: string): boolean {
  try {
    execFileSync("id", [name], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
