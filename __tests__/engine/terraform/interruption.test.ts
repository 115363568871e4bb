import { getMaxListeners } from "node:events";
import { listenForInterruption } from "../../../engine/terraform/interruption";

test("any number of processes may listen, without Node.js's warning of a leak", () => {
  const { kill, release, stop } = listenForInterruption(() => {});
  release();
  expect([stop, kill].map((signal) => getMaxListeners(signal))).toEqual([Infinity, Infinity]);
});
