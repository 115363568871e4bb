import { spawnSync } from "node:child_process";
import { projectPath } from "../../config/project";

describe("by npm itself", () => {
  const npm = (...words: string[]) => {
    const [program = "", ...args] = words;
    const { status, stderr, stdout } = spawnSync(program, args, { cwd: projectPath(), encoding: "utf8", input: "" });
    return { status, said: stdout + stderr };
  };

  test("npx finds the program of this project", () => {
    const { said, status } = npm("npx", "--no-install", "ecs-privatelink", "help");
    expect(said).toContain("npx ecs-privatelink deploy");
    expect(status).toBe(0);
  }, 300_000);

  test.each([
    [["npm", "start", "--env", "prod"], "npm start -- --env prod"],
    [["npm", "start", "--no-docker"], "npm start -- --no-docker"],
    [["npm", "run", "generate", "--check"], "npm run generate -- --check"],
  ])(
    "%j stops with the line to type",
    (words, line) => {
      const { said, status } = npm(...words);
      expect(said).toContain(line);
      expect(status).toBe(1);
    },
    300_000,
  );

  test("what stands behind -- arrives", () => {
    expect(npm("npm", "start", "--", "--env", "dve").said).toContain('Did you mean "dev"?');
  }, 300_000);
});
