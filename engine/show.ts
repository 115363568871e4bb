import { ListrDefaultRendererLogLevels as Level, Listr, ListrLogger, ProcessOutput } from "listr2";
import { rewritesLines } from "./terminal";
import { Interrupted } from "./terraform/interruption";
import { duration } from "./words";

/** The end of a step that did no work: neither a success nor a failure. */
export class Skipped {
  constructor(readonly reason: string) {}
}

/** The end of a step whose outcome is bad, though the command continues. */
export class Failed {
  constructor(readonly outcome: string) {}
}

/** How a step ends; a text stands behind its title. */
export type Said = string | Skipped | Failed | undefined;

/** One line of a command's progress. */
export interface Step {
  readonly title: string;
  /**
   * The work. It calls `update` with its present activity; the text it returns stands behind the title at the end.
   *
   * @returns `Skipped` with the reason where there was nothing to do, or it could not be done
   */
  run(update: (text: string) => void): Promise<Said>;
  /**
   * When the step's own work began, in ms since 1970; undefined while it waits for others. By default it begins as soon
   * as it is shown.
   */
  began?(): number | undefined;
}

/** How often at most a step that is under way says so where lines can't be rewritten, in ms. */
const PLAIN_INTERVAL_MS = 15_000;

/** How often a terminal shows the time that has gone by, in ms. */
const CLOCK_MS = 1_000;

const NOT_DONE = "–";

/** Prints a heading, then runs steps side by side and shows them. */
export async function show(heading: string, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  console.log(`\n${heading}`);
  await showSteps(steps, rewritesLines());
}

/**
 * `show` for a command whose number of headings is known: `Step 2 of 3: Plan`.
 *
 * @param total number of headings, those without steps included
 * @param lastTook how long the same work took the last time, in ms: each heading then says how long is left
 */
export function showPhases(total: number, lastTook?: number): typeof show {
  const began = Date.now();
  let number = 0;
  return (heading, steps) => {
    number += 1;
    const left = lastTook === undefined ? "" : timeLeft(lastTook - (Date.now() - began));
    return show(`Step ${number} of ${total}: ${heading}${left}`, steps);
  };
}

/** An estimate, so to half a minute; none where the last time was shorter. */
function timeLeft(milliseconds: number): string {
  const rounded = Math.round(milliseconds / 30_000) * 30_000;
  return rounded <= 0 ? "" : ` (about ${duration(rounded)} left)`;
}

/**
 * Runs steps side by side and shows them: lines that are rewritten on a terminal, plain ones otherwise.
 *
 * @returns when all have ended
 * @throws the error of the first step that failed
 */
async function showSteps(steps: readonly Step[], live: boolean): Promise<void> {
  const errors: unknown[] = [];
  const run = (step: Step) => runStep(step, (error) => errors.push(error));
  if (live) await showLive(steps, run);
  else await Promise.all(steps.map((step) => showPlain(step.title, run(step))));
  if (errors.length > 0) throw errors[0];
}

interface Ended {
  readonly mark: "✔" | "✖" | typeof NOT_DONE;
  /** Title, outcome and the time that the step itself took. */
  readonly line: string;
}

interface Running {
  /** Begins the work; never rejects. */
  end(update: (text: string) => void): Promise<Ended>;
  /** ms since the work began; undefined while it waits. */
  elapsed(): number | undefined;
}

function runStep(step: Step, failed: (error: unknown) => void): Running {
  const shown = Date.now();
  const elapsed = () => {
    const began = step.began === undefined ? shown : step.began();
    return began === undefined ? undefined : Date.now() - began;
  };
  const line = (text: string) => {
    const took = elapsed();
    return `${step.title}${text === "" ? "" : `: ${text}`}${took === undefined ? "" : ` (${duration(took)})`}`;
  };
  return {
    elapsed,
    async end(update) {
      try {
        const said = await step.run(update);
        if (said instanceof Skipped) return { mark: NOT_DONE, line: `${step.title}: ${said.reason}` };
        if (said instanceof Failed) return { mark: "✖", line: line(said.outcome) };
        return { mark: "✔", line: line(said ?? "") };
      } catch (error) {
        failed(error);
        return error instanceof Interrupted
          ? { mark: NOT_DONE, line: line("interrupted") }
          : { mark: "✖", line: line("failed") };
      }
    },
  };
}

/** The list would keep the size that the window had at first, and fill a smaller one with copies of its lines. */
class ResizableOutput extends ProcessOutput {
  override get stdout(): NodeJS.WriteStream {
    return Object.defineProperties(super.stdout, {
      columns: { get: () => process.stdout.columns },
      rows: { get: () => process.stdout.rows },
    });
  }
}

async function showLive(steps: readonly Step[], run: (step: Step) => Running): Promise<void> {
  const list = new Listr<unknown>(
    steps.map((step) => ({
      title: step.title,
      task: async (_context, task) => {
        const running = run(step);
        let activity = "";
        const tick = () => {
          const elapsed = running.elapsed();
          task.output = elapsed === undefined ? "waits for others" : `${activity} (${duration(elapsed)})`.trim();
        };
        const clock = setInterval(tick, CLOCK_MS);
        const { mark, line } = await running.end((text) => {
          activity = text;
          tick();
        });
        clearInterval(clock);
        if (mark === NOT_DONE) {
          task.skip(line);
          return;
        }
        task.title = line;
        // The list marks what throws as failed; the command itself tells the error.
        if (mark === "✖") throw new Error(line);
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      // Interrupts are the command's own affair: Terraform has to come to an orderly end first.
      registerSignalListeners: false,
      rendererOptions: {
        logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ResizableOutput() }),
        collapseErrors: false,
        showErrorMessage: false,
        suffixSkips: false,
        icon: { [Level.SKIPPED_WITH_COLLAPSE]: NOT_DONE },
      },
    },
  );
  await list.run();
}

async function showPlain(title: string, running: Running): Promise<void> {
  let lastSaid = Date.now();
  const { mark, line } = await running.end((text) => {
    if (Date.now() - lastSaid < PLAIN_INTERVAL_MS) return;
    lastSaid = Date.now();
    console.log(`… ${title}: ${text} (${duration(running.elapsed() ?? 0)})`);
  });
  console.log(`${mark} ${line}`);
}
