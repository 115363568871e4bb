import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";

/** Looks for lines that come after the task has stopped, since the log driver sends them with a delay. */
const LOOKS_AFTER_STOP = 3;

/** Follows one log stream; each line is printed once. */
export class TaskLog {
  private token: string | undefined;

  constructor(
    private readonly logs: CloudWatchLogsClient,
    private readonly log: { readonly group: string; readonly stream: string },
  ) {}

  /** @returns the number of lines printed; none while the stream doesn't exist yet */
  async printNew(print: (line: string) => void): Promise<number> {
    let printed = 0;
    for (;;) {
      const page = await this.nextPage();
      for (const { message = "" } of page.events) print(readable(message));
      printed += page.events.length;
      // At the end of the stream the token that was given comes back.
      if (page.token === this.token) return printed;
      this.token = page.token;
    }
  }

  /** Prints what comes late, until several looks in a row found nothing. */
  async printRest(print: (line: string) => void, pollMilliseconds: number): Promise<void> {
    for (let quiet = 0; quiet < LOOKS_AFTER_STOP; quiet += 1) {
      await sleep(pollMilliseconds);
      if ((await this.printNew(print)) > 0) quiet = 0;
    }
  }

  private async nextPage() {
    try {
      const { events = [], nextForwardToken } = await this.logs.send(
        new GetLogEventsCommand({
          logGroupName: this.log.group,
          logStreamName: this.log.stream,
          startFromHead: true,
          nextToken: this.token,
        }),
      );
      return { events, token: nextForwardToken };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return { events: [], token: this.token };
      throw error;
    }
  }
}

/** The message of a structured log line, marked if it is a warning or worse; any other line as it is. */
export function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const { err, level, msg } = JSON.parse(line) as { err?: { stack?: string }; level?: number; msg?: string };
    if (msg === undefined) return line;
    const mark = level === undefined || level < 40 ? "" : level < 50 ? "warning: " : "error: ";
    return [`${mark}${msg}`, err?.stack].filter(Boolean).join("\n");
  } catch {
    return line;
  }
}
