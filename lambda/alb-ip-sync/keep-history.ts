import { ConcurrentRunError } from "../stored-item";
import { type Failures, messageOf } from "./failures";
import { type History, sameHistory } from "./history";
import { type Ports, UnreadableHistoryError } from "./ports";

/** The history in this execution environment, and what is known of the stored one. */
export interface Store {
  history: History;
  /** What the store holds; undefined: to be read. */
  stored: { readonly history: History; readonly revision: string | undefined } | undefined;
  lastRunAt: number;
}

export const newStore = (): Store => ({ history: new Map(), stored: undefined, lastRunAt: Number.NEGATIVE_INFINITY });

/** Reads the history if this environment is new or another one may have run since its last run. */
export async function openHistory(
  ports: Ports,
  store: Store,
  now: number,
  interval: number,
  failures: Failures,
): Promise<void> {
  const mayBeOld = now - store.lastRunAt > 1.5 * interval;
  store.lastRunAt = now;
  if (store.stored && !mayBeOld) return;
  store.stored = undefined;
  try {
    const read = await ports.readHistory();
    store.stored = read;
    // What this environment has seen since it last wrote is not in the store if the write failed.
    store.history = new Map([...store.history, ...read.history]);
  } catch (error) {
    failures.add({ source: "history", message: messageOf(error) });
    // To be replaced.
    if (error instanceof UnreadableHistoryError) store.stored = { history: new Map(), revision: error.revision };
  }
}

/** Writes the history if it has changed. */
export async function keepHistory(ports: Ports, store: Store, failures: Failures, notices: string[]): Promise<void> {
  const { stored, history } = store;
  if (!stored || sameHistory(stored.history, history)) return;
  try {
    store.stored = { history, revision: await ports.writeHistory(history, stored.revision) };
  } catch (error) {
    // The other run has seen the same; this one's decisions were safe on what it knew.
    if (error instanceof ConcurrentRunError) {
      notices.push(messageOf(error));
      store.stored = undefined;
    } else failures.add({ source: "history", message: messageOf(error) });
  }
}
