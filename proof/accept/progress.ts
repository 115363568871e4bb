import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report } from "../rehearse/report";

/** Steps that are done, in a folder: after an interruption the acceptance continues with the first that is not. */
export class Progress {
  private readonly file: string;
  readonly began: number;
  readonly done: Report["checks"];

  constructor(folder: string) {
    this.file = join(folder, "progress.json");
    const kept = existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as Kept) : undefined;
    this.began = kept?.began ?? Date.now();
    this.done = kept?.done ?? [];
  }

  has(title: string): boolean {
    return this.done.some((step) => step.title === title);
  }

  add(step: Report["checks"][number]): void {
    this.done.push(step);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify({ began: this.began, done: this.done } satisfies Kept));
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }
}

interface Kept {
  readonly began: number;
  readonly done: Report["checks"];
}
