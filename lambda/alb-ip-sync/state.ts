import { storedItem } from "../stored-item";
import type { Clients, TimeBudget } from "./clients";
import type { History, Track } from "./history";
import { type Ports, UnreadableHistoryError } from "./ports";
import { type Settings, STATE_TABLE_KEY } from "./settings";

/**
 * Keeps the history in one item of the table, as JSON: address → {@link Track}. An item without it, which an earlier
 * version of the function has left, is an empty history.
 */
export function state(
  { dynamodb }: Pick<Clients, "dynamodb">,
  { stateTable: table, albArnSuffix }: Settings,
  { acting: abortSignal }: TimeBudget,
): Pick<Ports, "readHistory" | "writeHistory"> {
  const key = { name: STATE_TABLE_KEY, value: albArnSuffix };
  const item = storedItem(dynamodb, { table, key, attribute: "history", abortSignal });
  return {
    async readHistory() {
      const { content, revision } = await item.read();
      if (content === undefined) return { history: new Map(), revision };
      const history = parseHistory(content);
      if (history === undefined) {
        throw new UnreadableHistoryError(`table ${table}: the history of ${albArnSuffix} is not readable`, revision);
      }
      return { history, revision };
    },
    writeHistory: (history, replaced) => item.write(JSON.stringify(stored(history)), replaced),
  };
}

/** Without what only one execution environment needs to know. */
export const stored = (history: History): Record<string, Track> =>
  Object.fromEntries([...history].map(([address, { listedAt: _, samples: __, ...track }]) => [address, track]));

/** @returns undefined where the text is not a history. */
function parseHistory(text: string): History | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const entries = Object.entries(parsed);
  return entries.every((entry): entry is [string, Track] => isTrack(entry[1])) ? new Map(entries) : undefined;
}

function isTrack(value: unknown): value is Track {
  if (typeof value !== "object" || value === null) return false;
  const { attachedAt, missingSince, listed, deniedSince } = value as Partial<Track>;
  const times = [attachedAt, missingSince, deniedSince].filter((time) => time !== undefined);
  return times.every(Number.isFinite) && (listed === undefined || listed === true);
}
