import { wrapped } from "../../engine/words";
import type { Asked } from "./new-file";

const OTHER = "another (type it)";

/** Asks one question in the terminal: arrow keys where answers are enumerated, a line to type otherwise. */
export async function askInTerminal({ check, choices, hint, message, proposal }: Asked): Promise<string> {
  // Loaded only where a person can be asked.
  const { input, select } = await import("@inquirer/prompts");
  console.log(`\n${dim(wrapped(hint, process.stdout.columns ?? 80))}`);
  const answered = proposal === undefined ? {} : { default: proposal };
  const type = () => input({ message, validate: check, ...answered });
  if (choices === undefined) return type();
  const values = choices.open ? [...choices.values, OTHER] : choices.values;
  const chosen = await select<string>({ message, choices: values, loop: false, pageSize: 10, ...answered });
  return chosen === OTHER ? input({ message, validate: check }) : chosen;
}

/** Whether an error is a person's Ctrl-C at a question. */
export function isExit(error: unknown): boolean {
  return error instanceof Error && error.name === "ExitPromptError";
}

function dim(text: string): string {
  return process.stdout.hasColors?.() ? `\u001b[2m${text}\u001b[22m` : text;
}
