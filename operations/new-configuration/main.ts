import { Command } from "commander";
import { defaultFolder } from "../../config/files";
import { runCommand } from "../command";
import { newConsumer } from "./consumer";
import { newEnvironment } from "./environment";
import { type Ask, gather, type NewFile } from "./new-file";
import { type Answers, about, choices } from "./question";
import { render } from "./render";
import { write } from "./write";

const [what = "", ...args] = process.argv.slice(2);
const file: NewFile = what === "consumer" ? newConsumer : newEnvironment;

const program = new Command(`npm run new:${what} --`)
  .description(
    `Asks for what has no default and writes a commented file in config/${file.kind}, which is checked before. ` +
      "Every question has a flag; where there is no terminal, flags alone count.",
  )
  .option("--name <text>", "name of the file, which becomes part of stack ids")
  .option("--folder <path>", "folder with environments/ and consumers/", defaultFolder);
for (const question of file.questions) {
  const proposal = question.proposal ? ` (proposed: ${question.proposal})` : "";
  program.option(`--${question.flag} <text>`, `${about(question, file.schema)}${proposal}`);
}
void program
  .action((options: Readonly<Record<string, string>> & { readonly folder: string }) =>
    runCommand(`new:${what}`, async () => {
      const flags = Object.fromEntries(Object.entries(options).map(([key, value]) => [hyphenated(key), value]));
      const content = await gather(file, flags as Partial<Answers>, process.stdin.isTTY ? ask : undefined);
      const written = write(options.folder, file.kind, content.name, render(file, content));
      console.log(
        `${written} written. Next:\n${file
          .next(content.name)
          .map((command) => `  ${command}`)
          .join("\n")}`,
      );
      return 0;
    }),
  )
  .parseAsync(args, { from: "user" });

const ask: Ask = async ({ check, flag, message }) => {
  // Loaded only where somebody can be asked.
  const { input, select } = await import("@inquirer/prompts");
  const question = file.questions.find((each) => each.flag === flag);
  const proposal = question?.proposal;
  const values = question && choices(question, file.schema);
  if (values && values.length <= 5) {
    return select({ message, choices: values, ...(proposal ? { default: proposal } : {}) });
  }
  return input({ message, validate: check, ...(proposal ? { default: proposal } : {}) });
};

/** Commander's names of options are in camel case. */
function hyphenated(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
