import { resolve } from "node:path";
import { Command, Option } from "commander";
import { defaultFolder } from "../../config/files";
import { runCommand } from "../../engine/command";
import { INTERRUPTED_EXIT_CODE } from "../../engine/terraform/interruption";
import { askInTerminal, isExit } from "./ask";
import { newConsumer } from "./consumer";
import { newEnvironment } from "./environment";
import { type Asked, gather, type NewFile } from "./new-file";
import { type Answers, hint } from "./question";
import { render } from "./render";
import { readSurroundings } from "./surroundings";
import { shown, write } from "./write";

/** Command that asks for a file's content and writes it. */
function newFileCommand(name: string, file: NewFile): Command {
  const command = new Command(name)
    .description(
      `Asks for what has no default and writes a commented file in config/${file.kind}, which is checked before. ` +
        "Every question has a flag; without a terminal, only flags are used.",
    )
    .option("--name <text>", "name of the file, which becomes part of stack ids")
    .addOption(
      new Option("--out <folder>", "folder with environments/ and consumers/").default(defaultFolder, "config"),
    );
  for (const question of file.questions) {
    const proposal = question.proposal ? ` (proposed: ${question.proposal})` : "";
    command.option(`--${question.flag} <text>`, `${hint(question, file.schema)}${proposal}`);
  }
  return command.action((options: Readonly<Record<string, string>> & { readonly out: string }) =>
    runCommand(`new ${name}`, async ({ stop }) => {
      const flags = Object.fromEntries(Object.entries(options).map(([key, value]) => [hyphenated(key), value]));
      const person = process.stdin.isTTY
        ? {
            ask: (asked: Asked) => askInTerminal(asked, stop),
            folder: shown(options.out),
            surroundings: readSurroundings(options.out),
          }
        : undefined;
      try {
        const content = await gather(file, flags as Partial<Answers>, person);
        const written = write(options.out, file.kind, content.name, render(file, content));
        const elsewhere = resolve(options.out) === defaultFolder ? "" : `CONFIG='${shown(options.out)}/*/*.yaml' `;
        const next = file.next(content.name).map((line) => elsewhere + line);
        console.log([`\n${written} written. Next:`, ...next].join("\n  "));
        return 0;
      } catch (error) {
        if (!isExit(error)) throw error;
        console.error("\ninterrupted; nothing was written");
        return INTERRUPTED_EXIT_CODE;
      }
    }),
  );
}

export const environmentCommand = newFileCommand("environment", newEnvironment);
export const consumerCommand = newFileCommand("consumer", newConsumer);

/** Commander's names of options are in camel case. */
function hyphenated(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
