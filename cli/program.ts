import { type Command, CommanderError, type Option } from "commander";
import { closest } from "../config/closest";
import { missingPackages } from "../engine/npm-packages.cjs";
import { columns } from "../engine/terminal";
import { version } from "../package.json";
import { type Entry, entries } from "./commands";
import { completion } from "./completion";
import { help } from "./help";
import { inNewWords, oldWords } from "./old-words";
import { foreignOptionsSwallowedByNpm, type Named, optionsSwallowedByNpm } from "./swallowed-options";

/** A wrong call: unknown command, unknown or missing option. All exit codes: docs/commands.md. */
const WRONG_CALL = 1;

export async function main(args: readonly string[]): Promise<void> {
  const words = args.filter((word) => word !== "--no-color");
  const { FORCE_COLOR = "", NO_COLOR } = process.env;
  if (words.length < args.length || NO_COLOR || ["0", "false"].includes(FORCE_COLOR)) withoutColors();
  const [first = "help"] = words;
  if (first === "help" && words.length > 1) return main([...words.slice(1), "--help"]);
  if (["help", "--help", "-h"].includes(first)) return console.log(help(columns()));
  if (["--version", "-V"].includes(first)) return console.log(version);
  const entry = find(words);
  if (first !== "completion" && entry === undefined) return unknown(words);
  await run(entry, entry ? words.slice(entry.name.split(" ").length) : words.slice(1));
}

/** Node.js lets FORCE_COLOR win, with a warning, and the list of steps takes each of its values for a yes. */
function withoutColors(): void {
  process.env.NO_COLOR = "1";
  delete process.env.FORCE_COLOR;
}

/** The entry that the first words name; the longer name wins. */
function find(words: readonly string[]): Entry | undefined {
  return (
    entries.find(({ name }) => name === words.slice(0, 2).join(" ")) ?? entries.find(({ name }) => name === words[0])
  );
}

async function run(entry: Entry | undefined, args: readonly string[]): Promise<void> {
  const name = entry?.name ?? "completion";
  const command = entry ? await entry.load() : completion;
  const swallowed =
    optionsSwallowedByNpm(name, command, args, process.env) ??
    (await foreignOptionsSwallowedByNpm(name, command, process.env, loadAll));
  if (swallowed !== undefined) return fail(swallowed);
  const misspelt = unknownOption(command, name, args) ?? unknownPart(command, name, args);
  if (misspelt !== undefined) return fail(misspelt);
  prepare(command, name);
  try {
    await command.parseAsync(
      inNewWords(name, args, (hint) => console.error(hint)),
      { from: "user" },
    );
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : WRONG_CALL;
    else {
      const { inWords } = await import("../engine/command");
      console.error(`\n${name}: ${inWords(error)}`);
      process.exitCode = 1;
    }
  }
}

/** Every command; in a new clone the packages of most are still to come, and Node remembers what it did not find. */
const loadAll = async (): Promise<Named[]> =>
  missingPackages() === undefined
    ? Promise.all(entries.map(async ({ load, name }) => ({ name, command: await load() })))
    : [];

/** Commander would first ask for a required option, e.g. for `--env` where `--evn` is written. */
function unknownOption(command: Command, name: string, args: readonly string[]): string | undefined {
  const own = [command, ...command.commands].flatMap(({ options }) =>
    options.flatMap(({ long }) => (long ? [long] : [])),
  );
  const known = ["--help", ...own, ...oldWords(name)];
  const flag = args
    .slice(0, args.includes("--") ? args.indexOf("--") : undefined)
    .map((word) => word.split("=")[0] ?? "")
    .find((word) => word.startsWith("--") && !known.includes(word));
  if (flag === undefined || name === "test") return undefined;
  const guess = closest(flag, known);
  return `Unknown option "${flag}".${guess ? ` Did you mean "${guess}"?` : ""} All options: npx ecs-privatelink ${name} --help`;
}

/** Of a command that also runs without a part, commander would only say that there are too many arguments. */
function unknownPart(command: Command, name: string, [first]: readonly string[]): string | undefined {
  const parts = command.commands.map((part) => part.name());
  if (first === undefined || first.startsWith("-") || first === "help" || parts.length === 0 || parts.includes(first)) {
    return undefined;
  }
  const guess = closest(first, parts);
  return `Unknown word "${first}" after ${name}.${guess ? ` Did you mean "${guess}"?` : ""} Available: ${parts.join(", ")}`;
}

const prepared = new WeakSet<Command>();
/** Options of the present call. */
const given = new Set<Option>();

/** Usage with the whole name, an exit code of its own for wrong calls, and a refusal of an option that is given twice. */
function prepare(command: Command, name: string): void {
  given.clear();
  // Tests call the program several times in one process.
  if (prepared.has(command)) return;
  prepared.add(command);
  command.name(`npx ecs-privatelink ${name}`).exitOverride();
  for (const each of [command, ...command.commands]) {
    each.configureHelp({ minWidthToWrap: 20 });
    each.exitOverride().showHelpAfterError(`(npx ecs-privatelink ${name} --help lists the options)`);
    for (const option of each.options.filter(({ variadic }) => !variadic)) {
      each.on(`option:${option.name()}`, () => {
        if (given.has(option)) each.error(`error: option ${option.long} is given more than once; give it once`);
        given.add(option);
      });
    }
  }
}

function unknown(words: readonly string[]): void {
  const [first = ""] = words;
  const seconds = entries.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (seconds.length > 0) {
    fail(`"${first}" needs another word. Available: ${seconds.join(", ")}`);
    return;
  }
  const names = entries.map(({ name }) => name);
  const guess = closest(words.slice(0, 2).join(" "), names) ?? closest(first, names);
  fail(`Unknown command "${first}".${guess ? ` Did you mean "${guess}"?` : ""} All commands: npx ecs-privatelink help`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = WRONG_CALL;
}
