import { readFileSync } from "node:fs";

/** The system's own user of a database server, else `nobody`: servers refuse to run as root. */
export function unprivilegedUser(own: string): { uid: number; gid: number } {
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
