import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TerraformBinary } from "./binary";
import { Interrupted, type Interruption } from "./interruption";
import { forgetJournal, journalLine } from "./journal";
import { emptyRecord, type PlannedChange, type RunRecord, recordLine, renderDiagnostics } from "./messages";
import { nextStep } from "./next-step";
import { outputValues } from "./outputs";
import { type ProcessResult, runProcess } from "./process";
import { changedAttributes, type ManagedResource, managedResources } from "./resources";

/** What all runs of one command have in common. */
export interface TerraformOptions {
  readonly binary: TerraformBinary;
  /** The whole environment of Terraform. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder for one log per stack and phase: `<stack>.<phase>.log`. */
  readonly logFolder: string;
  /** Text of `.terraform.lock.hcl` for directories without one. */
  readonly lockFile: string;
  readonly interruption: Interruption;
  /** Told what a run has done, once it has ended. */
  readonly onRecord?: (stack: string, phase: string, record: RunRecord) => void;
  /** How long Terraform waits for another run's state lock before it gives up. @default "20s" */
  readonly lockTimeout?: string;
  /** Plans that are only read take no lock, and need no right to write one. @default true */
  readonly lockPlans?: boolean;
}

/** One stack as Terraform sees it. */
export interface StackRun {
  readonly id: string;
  /** Directory with the stack's JSON, where Terraform works. */
  readonly directory: string;
  /** Environment variables of this stack alone, e.g. another account's credentials. */
  readonly env?: NodeJS.ProcessEnv;
}

export type OnProgress = (record: RunRecord) => void;

export interface PlanResult {
  /** True if applying would change a resource or an output. */
  readonly changed: boolean;
  readonly changes: readonly PlannedChange[];
  readonly changedOutputs: readonly string[];
}

/** A run of Terraform that failed; the message says stack, phase, Terraform's own diagnostics and where the log is. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";
  constructor(
    readonly stackId: string,
    readonly phase: string,
    readonly details: string,
    readonly logFile: string,
    readonly next: string,
  ) {
    super(`${stackId}: ${phase} failed\n${details}\n  log: ${logFile}\n  next: ${next}`);
  }
}

/** Resources that a plan holds at most at once: mostly waiting, so well above the number of processors. */
const PARALLELISM = 20;

/** Runs Terraform's commands in stack directories, and turns what they print into progress, results and errors. */
export class Terraform {
  constructor(private readonly options: TerraformOptions) {}

  /** The environment of every Terraform that is started, without what a stack adds. */
  get env(): NodeJS.ProcessEnv {
    return this.options.env;
  }

  /**
   * @param phase name of the log file; a second init of the same stack has another one
   * @param flags e.g. `-migrate-state`
   */
  async init(stack: StackRun, flags: readonly string[] = [], phase = "init"): Promise<void> {
    try {
      writeFileSync(join(stack.directory, ".terraform.lock.hcl"), this.options.lockFile, { flag: "wx" });
    } catch (error) {
      // A lock file that is there already is the user's own decision.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    await this.run(stack, phase, ["init", ...flags]);
  }

  /** Moves the state from the backend that the directory was initialized with to the one it declares now. */
  async migrateState(stack: StackRun, phase = "migrate"): Promise<void> {
    await this.quiet(stack, phase, ["init", "-input=false", "-no-color", "-migrate-state", "-force-copy"]);
  }

  /** @param out file for the saved plan, absolute or relative to the stack directory */
  async plan(stack: StackRun, options: PlanOptions = {}): Promise<PlanResult> {
    const { out, phase = "plan", flags = [], lock = this.options.lockPlans ?? true, onProgress } = options;
    const all = [...(lock ? this.lock() : ["-lock=false"]), ...flags, ...(out === undefined ? [] : [`-out=${out}`])];
    const { record, exitCode } = await this.run(stack, phase, ["plan", "-detailed-exitcode", ...all], {
      onProgress,
      accept: [0, 2],
    });
    return { changed: exitCode === 2, changes: record.changes, changedOutputs: record.changedOutputs };
  }

  /** Applies a saved plan, or plans and applies at once without asking. */
  async apply(stack: StackRun, options: ApplyOptions = {}): Promise<void> {
    const { plan, phase = "apply", flags = [], onProgress, total } = options;
    const what = plan === undefined ? ["-auto-approve"] : [plan];
    const args = ["apply", ...this.lock(), `-parallelism=${PARALLELISM}`, ...flags, ...what];
    await this.run(stack, phase, args, { onProgress, total, onLine: (line) => journalLine(stack.directory, line) });
    forgetJournal(stack.directory);
  }

  async destroy(stack: StackRun, { phase = "destroy", flags = [], onProgress }: ApplyOptions = {}): Promise<void> {
    const args = ["destroy", ...this.lock(), `-parallelism=${PARALLELISM}`, ...flags, "-auto-approve"];
    await this.run(stack, phase, args, { onProgress });
  }

  /** Takes a lock away that a killed run has left. @param id as the lock error names it */
  async unlock(stack: StackRun, id: string): Promise<void> {
    await this.quiet(stack, "unlock", ["force-unlock", "-force", id]);
  }

  /** Stores a state that an apply could not store. @param file relative to the stack directory, e.g. `errored.tfstate` */
  async pushState(stack: StackRun, file: string): Promise<void> {
    await this.quiet(stack, "push", ["state", "push", ...this.lock(), file]);
  }

  /** Names and values of all outputs, secret ones included: never print them whole. */
  async outputs(stack: StackRun): Promise<Record<string, unknown>> {
    const { stdout } = await this.quiet(stack, "output", ["output", "-json", "-no-color"], WITHOUT_OUTPUT);
    return outputValues(stdout);
  }

  /** Addresses of everything in the state, data sources included; none where there is no state yet. */
  async addresses(stack: StackRun): Promise<string[]> {
    const result = await this.start(stack, "state", ["state", "list"]);
    if (result.exitCode !== 0 && !result.stderr.includes("No state file was found")) {
      throw this.failure(stack, "state", lastWords(result));
    }
    return result.stdout.split("\n").filter((line) => line !== "");
  }

  /** Ids of all resources in the state, by address. */
  async ids(stack: StackRun): Promise<Map<string, string>> {
    if ((await this.addresses(stack)).length === 0) return new Map();
    const { stdout } = await this.quiet(stack, "ids", ["state", "pull"], WITHOUT_OUTPUT);
    return idsOfState(stdout);
  }

  /** A saved plan as text for a person. */
  async showPlan(stack: StackRun, plan: string): Promise<string> {
    return (await this.quiet(stack, "show", ["show", "-no-color", plan])).stdout;
  }

  /** What a saved plan found to be there, as AWS showed it just then. Values may be secret: never print them whole. */
  async resources(stack: StackRun, plan: string): Promise<ManagedResource[]> {
    const { stdout } = await this.quiet(stack, "resources", ["show", "-json", "-no-color", plan], WITHOUT_OUTPUT);
    return managedResources(stdout);
  }

  /** Names of the attributes that a saved plan changes, by the address of the resource. */
  async changedAttributes(stack: StackRun, plan: string): Promise<Map<string, string[]>> {
    const { stdout } = await this.quiet(stack, "changes", ["show", "-json", "-no-color", plan], WITHOUT_OUTPUT);
    return changedAttributes(stdout);
  }

  private async run(
    stack: StackRun,
    phase: string,
    args: readonly string[],
    { onProgress, accept = [0], total, onLine }: RunOptions = {},
  ): Promise<{ record: RunRecord; exitCode: number }> {
    const record = emptyRecord();
    record.total = total;
    const [command = "", ...flags] = args;
    const result = await this.start(stack, phase, [command, "-input=false", "-json", "-no-color", ...flags], (line) => {
      const said = recordLine(record, line);
      onLine?.(line);
      onProgress?.(record);
      return said;
    });
    this.options.onRecord?.(stack.id, phase, record);
    // Whatever ends by itself, with an error too, has stored its state.
    if (onLine !== undefined && result.exitCode === 1) forgetJournal(stack.directory);
    if (!accept.includes(result.exitCode)) {
      const errors = record.diagnostics.filter(({ severity }) => severity === "error");
      throw this.failure(stack, phase, errors.length > 0 ? renderDiagnostics(errors) : lastWords(result));
    }
    return { record, exitCode: result.exitCode };
  }

  private async quiet(
    stack: StackRun,
    phase: string,
    args: readonly string[],
    onLine?: (line: string) => string,
  ): Promise<ProcessResult> {
    const result = await this.start(stack, phase, args, onLine);
    if (result.exitCode !== 0) throw this.failure(stack, phase, lastWords(result));
    return result;
  }

  private async start(
    stack: StackRun,
    phase: string,
    args: readonly string[],
    onLine?: (line: string) => string,
  ): Promise<ProcessResult> {
    const { binary, env, interruption } = this.options;
    if (interruption.stop.aborted) throw new Interrupted();
    const result = await runProcess(binary.command, args, {
      cwd: stack.directory,
      env: { ...env, ...stack.env, TF_IN_AUTOMATION: "1" },
      logFile: this.logFile(stack, phase),
      ...(onLine === undefined ? {} : { onLine }),
      interruption,
    });
    if (interruption.stop.aborted) throw new Interrupted();
    return result;
  }

  private lock(): string[] {
    return [`-lock-timeout=${this.options.lockTimeout ?? "20s"}`];
  }

  private logFile(stack: StackRun, phase: string): string {
    return join(this.options.logFolder, `${stack.id}.${phase}.log`);
  }

  private failure(stack: StackRun, phase: string, details: string): TerraformError {
    return new TerraformError(stack.id, phase, details, this.logFile(stack, phase), nextStep(stack, details));
  }
}

interface RunOptions {
  readonly onProgress?: OnProgress;
  /** Exit codes that are no failure. @default [0] */
  readonly accept?: readonly number[];
  readonly total?: number;
  /** Gets each line as Terraform prints it. */
  readonly onLine?: (line: string) => void;
}

interface PlanOptions {
  readonly out?: string;
  readonly phase?: string;
  /** Further flags, e.g. `-destroy`. */
  readonly flags?: readonly string[];
  /** Whether to take the state's lock. @default - `lockPlans` of all runs */
  readonly lock?: boolean;
  readonly onProgress?: OnProgress;
}

interface ApplyOptions {
  readonly plan?: string;
  readonly phase?: string;
  /** Further flags, e.g. `-refresh=false`. */
  readonly flags?: readonly string[];
  readonly onProgress?: OnProgress;
  /** Number of resources that a saved plan changes; applying it doesn't say. */
  readonly total?: number;
}

/** Keeps what may hold secrets out of the log. */
const WITHOUT_OUTPUT = () => "";

interface StateFile {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes?: { readonly id?: string };
    }[];
  }[];
}

function idsOfState(text: string): Map<string, string> {
  const { resources = [] } = JSON.parse(text) as StateFile;
  return new Map(
    resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ type, name, instances }) =>
        instances.map(({ index_key: key, attributes }) => {
          const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
          return [`${type}.${name}${index}`, attributes?.id ?? ""] as const;
        }),
      ),
  );
}

function lastWords({ stdout, stderr }: ProcessResult): string {
  const said = (stderr.trim() || stdout.trim()).split("\n").slice(-20).join("\n");
  return said.replace(/^/gm, "  ");
}
