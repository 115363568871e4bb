import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { entries } from "../../cli/commands";
import { inNewWords } from "../../cli/old-words";
import { foreignOptionsSwallowedByNpm, optionsSwallowedByNpm } from "../../cli/swallowed-options";
import { projectPath } from "../../config/project";
import { callEach } from "./calls";

/** Calls the program as `npx ecs-privatelink` does. */
function call(...args: string[]) {
  const program = projectPath("cli/ecs-privatelink.mjs");
  const { status, stderr, stdout } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", input: "" });
  return { status, said: stdout + stderr };
}

test("help lists every command", () => {
  const help = readFileSync(projectPath("help"), "utf8");
  expect(entries.map(({ name }) => name).filter((name) => !help.includes(` ${name}`))).toEqual([]);
});

describe("calls", () => {
  let answers: ReturnType<typeof callAll>;
  const callAll = () =>
    callEach({
      "a command with a typing error": ["deplyo", "--env", "dev"],
      "half of a command": ["hcp"],
      "an option with a typing error": ["deploy", "--evn", "dev"],
      "an option that is given twice": ["paths", "--env", "dev", "--env", "prod"],
      "an environment with a typing error": ["paths", "--env", "dve"],
      "a part with a typing error": ["check", "scna"],
      "an approval that cannot be asked for": ["deploy", "--env", "dve"],
      "an endpoint that can be none": ["connections", "--env", "dev", "accept", "vpce-xyz"],
      "an account that can be none": ["connections", "--env", "dev", "accept", "--account", "123"],
      "a folder that is a file": ["export-consumer", "--out", "package.json"],
      "a file that is a folder": ["report", "--env", "dev", "--out", "docs"],
      "a version": ["--version"],
      nothing: [],
      "help for a command": ["help", "paths"],
      "a variadic option": ["paths", "--env", "dev", "--consumer", "example", "--consumer", "example"],
      completion: ["completion", "bash"],
    });
  beforeAll(() => {
    answers = callAll();
  }, 60_000);

  test.each([
    ["a command with a typing error", /Unknown command "deplyo"\. Did you mean "deploy"\?/],
    ["half of a command", /"hcp" needs another word\. Available: hcp workspaces, hcp run/],
    ["an option with a typing error", /Unknown option "--evn"\. Did you mean "--env"\?/],
    ["an option that is given twice", /option --env is given more than once/],
    ["an environment with a typing error", /dve/],
    ["a part with a typing error", /Unknown word "scna" after check\. Did you mean "scan"\?/],
    ["an approval that cannot be asked for", /Unknown environment "dve"\. Available: .*dev/],
    ["an endpoint that can be none", /vpce-xyz: allowed is an endpoint id/],
    ["an account that can be none", /--account 123: allowed is a 12-digit AWS account id/],
    ["a folder that is a file", /next: a file is there, where a folder is needed/],
    ["a file that is a folder", /next: a folder is there, where a file is needed/],
  ] as const)("%s ends with 1 and one message, without a stack trace", (name, message) => {
    const { said, status } = answers[name];
    expect(status).toBe(1);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });

  test("without a command it prints help, and help <command> that command's", () => {
    expect(answers.nothing.said).toContain("npx ecs-privatelink");
    expect(answers["help for a command"].said).toContain("Usage: npx ecs-privatelink paths");
  });

  test("--version prints the version of the project", () => {
    expect(answers["a version"]).toMatchObject({ status: 0, said: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test("a variadic option may be repeated", () => {
    expect(answers["a variadic option"].said).not.toContain("more than once");
  });

  test("completion names the commands", () => expect(answers.completion.said).toContain("deploy"));
});

test("the exit code of a wrong call is that of the process", () => {
  const { said, status } = call("deplyo");
  expect(said).toContain("Unknown command");
  expect(status).toBe(1);
});

test("old names of options work, and say the new ones", () => {
  const hints: string[] = [];
  const args = inNewWords("teardown", ["--env", "dev", "--look-only"], (hint) => hints.push(hint));
  expect(args).toEqual(["--env", "dev", "--dry-run"]);
  expect(hints).toEqual(["--look-only is now --dry-run"]);
});

describe("options that npm kept for itself", () => {
  const command = new Command("rehearse").option("--env <name>").option("--keep").option("--launch-type <type>");
  const inScript = (more: object) => ({
    npm_lifecycle_event: "start",
    npm_lifecycle_script: "node cli/ecs-privatelink.mjs rehearse",
    ...more,
  });

  test("are named with the line to type", () => {
    expect(
      optionsSwallowedByNpm("rehearse", command, [], inScript({ npm_config_env: "prod", npm_config_keep: "true" })),
    ).toContain("npm start -- --env prod --keep");
    expect(
      optionsSwallowedByNpm("rehearse", command, ["FARGATE"], inScript({ npm_config_launch_type: "true" })),
    ).toContain("--launch-type");
  });
  test("are given with the value that npm took for an argument", () => {
    const said = optionsSwallowedByNpm("rehearse", command, ["prod"], inScript({ npm_config_env: "true" }));
    expect(said).toContain("npm start -- --env prod");
    expect(said).not.toContain("prod prod");
  });
  test("count where they switch something off", () => {
    const docker = new Command("rehearse").option("--no-docker");
    expect(optionsSwallowedByNpm("rehearse", docker, [], inScript({ npm_config_docker: "" }))).toContain(
      "npm start -- --no-docker",
    );
    expect(optionsSwallowedByNpm("rehearse", docker, [], inScript({}))).toBeUndefined();
  });
  test("are none of a command that a script's own program starts", () => {
    const inTest = { npm_lifecycle_event: "test", npm_lifecycle_script: "node cli/ecs-privatelink.mjs test" };
    expect(optionsSwallowedByNpm("rehearse", command, [], { ...inTest, npm_config_keep: "true" })).toBeUndefined();
  });
  test("of another command are answered with the line of that command, in today's words", async () => {
    const teardown = new Command("teardown").option("--dry-run");
    const others = async () => [{ name: "teardown", command: teardown }];
    const foreign = (env: NodeJS.ProcessEnv) =>
      foreignOptionsSwallowedByNpm("rehearse", command, inScript(env), others);
    for (const env of [{ npm_config_look_only: "true" }, { npm_config_dry_run: "true" }])
      expect(await foreign(env)).toContain("Did you mean: npx ecs-privatelink teardown --dry-run?");
    expect(await foreign({ npm_config_evn: "true" })).toContain("Did you mean: npm start -- --env?");
    for (const env of [{ npm_config_registry: "x" }, { npm_config_yes: "true" }, { npm_config_user_agent: "x" }])
      expect(await foreign(env)).toBeUndefined();
    const none = async () => Promise.reject(new Error("loads all commands"));
    const ofNpmrc = inScript({ npm_config_fund: "", npm_config_engine_strict: "true" });
    expect(await foreignOptionsSwallowedByNpm("rehearse", command, ofNpmrc, none)).toBeUndefined();
  });
  test("of many other commands are no guess at one of them", async () => {
    const others = async () =>
      ["a", "b", "c", "d", "e"].map((name) => ({ name, command: new Command(name).option("--stack <id>") }));
    const said = await foreignOptionsSwallowedByNpm(
      "rehearse",
      command,
      inScript({ npm_config_stack: "true" }),
      others,
    );
    expect(said).toBe(
      "npm kept --stack for itself, and rehearse has no such option. 5 other commands have it: npx ecs-privatelink help",
    );
  });
  test("are none where they arrived, where npm runs no script, or where the variable is not an option's", () => {
    expect(
      optionsSwallowedByNpm("rehearse", command, ["--env", "prod"], inScript({ npm_config_env: "prod" })),
    ).toBeUndefined();
    expect(optionsSwallowedByNpm("rehearse", command, [], { npm_config_env: "prod" })).toBeUndefined();
    expect(optionsSwallowedByNpm("rehearse", command, [], inScript({ npm_config_registry: "x" }))).toBeUndefined();
  });
});
