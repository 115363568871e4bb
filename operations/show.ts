import { Listr } from "listr2";

/** One line of a command's progress. */
export interface Step {
  readonly title: string;
  /**
   * The work. It calls `update` with what it does at the moment; the text it returns stands behind the title at the end.
   */
  run(update: (text: string) => void): Promise<string | undefined>;
}

/** How often at most a step that is under way says so where lines can't be rewritten, in ms. */
const PLAIN_INTERVAL_MS = 15_000;

/** Prints a heading, then runs steps side by side and shows them. */
export async function show(heading: string, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  console.log(`\n${heading}`);
  await showSteps(steps, Boolean(process.stdout.isTTY) && !process.env.CI);
}

/**
 * Runs steps side by side and shows them: lines that are rewritten on a terminal, plain ones otherwise.
 *
 * @returns when all have ended
 * @throws the error of the first step that failed
 */
async function showSteps(steps: readonly Step[], live: boolean): Promise<void> {
  const errors: unknown[] = [];
  const guard = (step: Step) => async (update: (text: string) => void) => {
    try {
      return await step.run(update);
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
  if (live) await showLive(steps, guard);
  else await Promise.allSettled(steps.map((step) => showPlain(step.title, guard(step))));
  if (errors.length > 0) throw errors[0];
}

type Guarded = (update: (text: string) => void) => Promise<string | undefined>;

async function showLive(steps: readonly Step[], guard: (step: Step) => Guarded): Promise<void> {
  const list = new Listr<unknown>(
    steps.map((step) => ({
      title: step.title,
      task: async (_context, task) => {
        const said = await guard(step)((text) => {
          task.output = text;
        });
        if (said !== undefined) task.title = `${step.title}: ${said}`;
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      // Interrupts are the command's own affair: Terraform has to come to an orderly end first.
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, showErrorMessage: false, timer: { condition: true, field: seconds } },
    },
  );
  await list.run();
}

async function showPlain(title: string, run: Guarded): Promise<void> {
  const begin = Date.now();
  const say = (mark: string, text: string) =>
    console.log(`${mark} ${title}${text === "" ? "" : `: ${text}`} (${seconds(Date.now() - begin)})`);
  let lastSaid = begin;
  try {
    const said = await run((text) => {
      if (Date.now() - lastSaid < PLAIN_INTERVAL_MS) return;
      lastSaid = Date.now();
      say("…", text);
    });
    say("✔", said ?? "");
  } catch (error) {
    say("✖", "failed");
    throw error;
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
