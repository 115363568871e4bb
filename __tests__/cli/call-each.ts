import { readFileSync } from "node:fs";
import { main } from "../../cli/program";

/** Answers the calls of the variable CALLS or of stdin, a list of lists of words, one after the other; prints exit code and output of each as JSON. */
async function callEach(): Promise<void> {
  const calls = JSON.parse(process.env.CALLS ?? readFileSync(0, "utf8")) as string[][];
  const answers: { status: number; stdout: string; stderr: string }[] = [];
  const write = process.stdout.write.bind(process.stdout);
  for (const words of calls) {
    const answer = { status: 0, stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      process[stream].write = (text: string | Uint8Array) => {
        answer[stream] += text;
        return true;
      };
    }
    process.exitCode = 0;
    await main(words);
    answer.status = process.exitCode;
    answers.push(answer);
  }
  process.exitCode = 0;
  write(JSON.stringify(answers));
}

void callEach();
