import { diffString } from "json-diff";
import type { Stacks } from "./synthesize";

/** What differs between two syntheses, stack by stack, for people; empty where nothing does. */
export function difference(before: Stacks, after: Stacks, { color }: { readonly color: boolean }): string {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return ids
    .flatMap((id) => {
      const [old, now] = [before[id], after[id]];
      if (old === undefined) return [`+ ${id}: a new stack`];
      if (now === undefined) return [`- ${id}: no such stack any more`];
      const lines = diffString(old, now, { color, maxElisions: 1 }).trimEnd();
      return lines === "" ? [] : [`${id}\n${lines}`];
    })
    .join("\n\n");
}
