import { execFileSync } from "node:child_process";
import { projectPath } from "../../config/project";

/** What a call of the program ended with. */
export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both together. */
  readonly said: string;
}

/** Calls the program with each list of words, in one process: starting each takes longer than answering. */
export function callEach<Name extends string>(
  calls: Readonly<Record<Name, readonly string[]>>,
): Readonly<Record<Name, Answer>> {
  const script = projectPath("__tests__/cli/call-each.ts");
  const printed = execFileSync(process.execPath, ["--import", "tsx", script], {
    cwd: projectPath(),
    encoding: "utf8",
    input: JSON.stringify(Object.values(calls)),
    maxBuffer: 64 * 1024 * 1024,
  });
  const answers = JSON.parse(printed) as Omit<Answer, "said">[];
  const named = answers.map((answer, index) => [
    Object.keys(calls)[index],
    { ...answer, said: answer.stdout + answer.stderr },
  ]);
  return Object.fromEntries(named) as Record<Name, Answer>;
}
