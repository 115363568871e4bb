import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * What an apply has created, written beside the stack's JSON while it runs. Terraform stores its state in a bucket only
 * every 20 seconds: of a run that is killed, or whose machine stops, the state lacks what was created since. The
 * journal of a run that came to an end of its own is deleted; one that is found tells the next run what to look for.
 */
const JOURNAL_FILE = "apply.journal";

/** Something that a run that was killed has created, or was about to. */
export interface JournalEntry {
  readonly address: string;
  /** Id that the provider gave; undefined: the creation had begun and its end was not told. */
  readonly id?: string;
}

interface Message {
  readonly type?: string;
  readonly hook?: {
    readonly action?: string;
    readonly resource?: { readonly addr?: string };
    readonly id_value?: string;
  };
}

const file = (directory: string) => join(directory, JOURNAL_FILE);

/** Takes a line of Terraform's machine-readable output into the journal of a stack directory. */
export function journalLine(directory: string, line: string): void {
  if (!/"type":"apply_(start|complete|errored)"/.test(line)) return;
  const { type, hook } = JSON.parse(line) as Message;
  const address = hook?.resource?.addr;
  if (address === undefined || hook?.action !== "create") return;
  const entry = type === "apply_errored" ? { address, failed: true } : { address, id: hook.id_value };
  try {
    appendFileSync(file(directory), `${JSON.stringify(entry)}\n`);
  } catch {
    // Without room on the disk the apply continues without its journal: Terraform's state does not need it.
  }
}

/** Entries of a run that was killed, each address once, oldest first; none if the last run ended by itself. */
export function readJournal(directory: string): JournalEntry[] {
  if (!existsSync(file(directory))) return [];
  const entries = new Map<string, JournalEntry>();
  for (const line of readFileSync(file(directory), "utf8").split("\n")) {
    const entry = parse(line);
    if (entry?.failed) entries.delete(entry.address);
    else if (entry !== undefined) entries.set(entry.address, { ...entries.get(entry.address), ...entry });
  }
  return [...entries.values()];
}

export function forgetJournal(directory: string): void {
  rmSync(file(directory), { force: true });
}

/** The last line may have been cut short. */
function parse(line: string): (JournalEntry & { readonly failed?: boolean }) | undefined {
  try {
    return JSON.parse(line) as JournalEntry;
  } catch {
    return undefined;
  }
}
