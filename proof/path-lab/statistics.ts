import { connect } from "node:net";

/** A target as a node of a load balancer sees it. */
export interface TargetState {
  /** Listener or target group. */
  readonly proxy: string;
  readonly target: string;
  /** It gets requests. */
  readonly up: boolean;
  /** Its last health check has passed; without one it gets requests at first. */
  readonly checked: boolean;
}

/** The targets of a node, by the socket on which its HAProxy takes commands. */
export async function targetStates(socket: string): Promise<TargetState[]> {
  const [head = "", ...lines] = (await tellHaproxy(socket, "show stat")).split("\n");
  const names = head.replace(/^# /, "").split(",");
  return lines.flatMap((line) => {
    const values = line.split(",");
    const value = (name: string) => values[names.indexOf(name)] ?? "";
    if (line === "" || ["FRONTEND", "BACKEND"].includes(value("svname"))) return [];
    return {
      proxy: value("pxname"),
      target: value("svname"),
      up: value("status").startsWith("UP"),
      checked: /^L\d\w*OK$/.test(value("check_status").replace("* ", "")),
    };
  });
}

/** One command to HAProxy's Runtime API. */
export function tellHaproxy(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(path, () => socket.end(`${text}\n`));
    socket.on("data", (part) => {
      answer += part;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
