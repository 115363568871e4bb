import { columns, forQuestions, hasColors } from "../../engine/terminal";
import { wrapped } from "../../engine/words";
import type { Asked } from "./new-file";

const OTHER = "another (type it)";

/** Asks one question in the terminal: arrow keys where answers are enumerated, a line to type otherwise. */
export async function askInTerminal(
  { check, choices, hint, message, proposal }: Asked,
  signal: AbortSignal,
): Promise<string> {
  // Loaded only where a person can be asked.
  const { input, select } = await import("@inquirer/prompts");
  const output = forQuestions();
  output.write(`\n${dim(wrapped(hint, columns() ?? 80))}\n`);
  const answered = proposal === undefined ? {} : { default: proposal };
  const context = { output, signal };
  const type = () => input({ message, validate: check, ...answered }, context);
  if (choices === undefined) return type();
  const values = choices.open ? [...choices.values, OTHER] : choices.values;
  const chosen = await select<string>({ message, choices: values, loop: false, pageSize: 10, ...answered }, context);
  return chosen === OTHER ? input({ message, validate: check }, context) : chosen;
}

/** Whether an error is a person's Ctrl-C at a question, or another signal. */
export function isExit(error: unknown): boolean {
  return error instanceof Error && ["AbortPromptError", "ExitPromptError"].includes(error.name);
}

function dim(text: string): string {
  return hasColors() ? `\u001b[2m${text}\u001b[22m` : text;
}
