/** Options that had another name for the same idea; the old one still works, with a hint. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  deploy: { "--plan-only": "--dry-run", "--auto-approve": "--yes" },
  "hcp run": { "--plan-only": "--dry-run", "--auto-approve": "--yes", "--outdir": "--out" },
  teardown: { "--look-only": "--dry-run", "--auto-approve": "--yes" },
  "new environment": { "--folder": "--out" },
  "new consumer": { "--folder": "--out" },
  "check supply-chain": { "--output": "--out" },
};

/** Options of a command that are still understood. */
export const oldWords = (command: string): readonly string[] => Object.keys(RENAMED[command] ?? {});

/**
 * A command's words with today's names of options.
 *
 * @param hint gets a sentence for each old one
 */
export function inNewWords(command: string, args: readonly string[], hint: (text: string) => void): string[] {
  const renamed = RENAMED[command] ?? {};
  return args.map((word) => {
    const [flag = "", ...value] = word.split("=");
    const now = renamed[flag];
    if (now === undefined) return word;
    hint(`${flag} is now ${now}`);
    return [now, ...value].join("=");
  });
}
