import { readFileSync } from "node:fs";
import type { Command, Option } from "commander";
import { closest } from "../config/closest";
import { projectPath } from "../config/project";
import { inNewWords, oldWords } from "./old-words";

/**
 * npm keeps options for itself that stand before `--`, and leaves them in the environment: `npm start --env prod` would
 * rehearse dev.
 *
 * @param name of the command
 * @param args of the command, as they arrived
 * @param env of the process; npm sets `npm_lifecycle_script` for scripts alone, and what a script starts inherits it
 * @returns a message with the line to type; undefined where npm swallowed nothing
 */
export function optionsSwallowedByNpm(
  name: string,
  command: Command,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): string | undefined {
  const script = scriptOf(name, env);
  if (script === undefined) return undefined;
  const rest = [...args];
  const swallowed = command.options.flatMap((option) => {
    const value = valueAtNpm(option, env);
    if (value === undefined || args.some((word) => word.split("=")[0] === option.long)) return [];
    return [inWords(option, value, rest)];
  });
  if (swallowed.length === 0) return undefined;
  return `npm kept ${swallowed.join(", ")} for itself. Put -- in front of the options: ${[script, "--", ...swallowed, ...rest].join(" ")}`;
}

/** Settings that npm hands to every script. */
const OF_NPM =
  /^npm_config_(cache|global_?config|global_prefix|init_module|local_prefix|node_gyp|noproxy|npm_version|prefix|userconfig|user_agent)$/;

/** Settings of the project's .npmrc, which npm hands to every script too. */
const settingsOfNpmrc = () =>
  readFileSync(projectPath(".npmrc"), "utf8")
    .split("\n")
    .map((line) => `--${line.split("=")[0]}`);

/** npm has these options too, and people set them for npm. */
const ALSO_OF_NPM = ["--json", "--yes", "--all", "--version"];

/** More commands than a person reads as a suggestion. */
const MOST_GUESSES = 4;

/** A command of the program with its name. */
export interface Named {
  readonly name: string;
  readonly command: Command;
}

/**
 * Options that npm kept though the script has none of that name: `npm start --dry-run` would start a rehearsal of minutes.
 *
 * @param load loads every command, which takes a second: only asked where npm kept something
 * @returns a message with the line to type; undefined where nothing that npm kept is an option of this program
 */
export async function foreignOptionsSwallowedByNpm(
  name: string,
  command: Command,
  env: NodeJS.ProcessEnv,
  load: () => Promise<readonly Named[]>,
): Promise<string | undefined> {
  const script = scriptOf(name, env);
  if (script === undefined) return undefined;
  const own = flagsOf({ name, command });
  const known = [...own, ...ALSO_OF_NPM, ...settingsOfNpmrc()];
  const kept = Object.keys(env)
    .filter((key) => key.startsWith("npm_config_") && !OF_NPM.test(key))
    .map((key) => `--${key.slice("npm_config_".length).replaceAll("_", "-")}`)
    .filter((flag) => !known.includes(flag));
  if (kept.length === 0) return undefined;
  const others = await load();
  for (const flag of kept) {
    const said = `npm kept ${flag} for itself, and ${name} has no such option.`;
    const owners = others.filter((other) => flagsOf(other).includes(flag)).map((other) => other.name);
    const lines = owners.map((owner) =>
      ["npx ecs-privatelink", owner, ...inNewWords(owner, [flag], () => {})].join(" "),
    );
    // An option of half of the commands is no guess at one of them.
    if (lines.length > MOST_GUESSES) return `${said} ${lines.length} other commands have it: npx ecs-privatelink help`;
    if (lines.length > 0) return `${said} Did you mean: ${lines.join(", ")}?`;
    const guess = closest(flag, own);
    if (guess !== undefined) return `${said} Did you mean: ${script} -- ${guess}?`;
  }
  return undefined;
}

/** The options of a command and of its parts, old names included. */
function flagsOf({ command, name }: Named): string[] {
  const flags = [command, ...command.commands].flatMap(({ options }) => options.flatMap(({ long }) => long ?? []));
  // `--no-docker` reaches npm as `docker`.
  return [...flags, ...flags.map((flag) => flag.replace(/^--no-/, "--")), ...oldWords(name)];
}

/** What was typed to run the script that started the command; undefined where none did. */
function scriptOf(
  name: string,
  { npm_lifecycle_event: script, npm_lifecycle_script: line = "" }: NodeJS.ProcessEnv,
): string | undefined {
  // A command that a script's own program starts got its options from there.
  if (script === undefined || script === "npx" || !`${line} `.includes(` ${name} `)) return undefined;
  return script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
}

/** What npm keeps of an option; `--no-docker` is `docker` without a value to it. */
function valueAtNpm(option: Option, env: NodeJS.ProcessEnv): string | undefined {
  const name = option.name().replace(/^no-/, option.negate ? "" : "no-");
  const value = env[`npm_config_${name.replaceAll("-", "_")}`];
  return option.negate && value !== "" && value !== "false" ? undefined : value;
}

/**
 * The option as it was typed. npm takes `--env prod` for an option without a value and an argument, so the value is
 * among the arguments.
 *
 * @param args from which the value is taken
 */
function inWords(option: Option, value: string, args: string[]): string {
  const flag = option.long ?? `--${option.name()}`;
  if (!option.required && !option.optional) return flag;
  const given = value === "" || value === "true" ? args.shift() : value;
  return `${flag} ${given ?? "…"}`;
}
