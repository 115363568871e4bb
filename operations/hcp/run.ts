import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted } from "../../engine/terraform/interruption";
import { emptyRecord, recordLine, renderDiagnostics } from "../../engine/terraform/messages";
import { type ApiObject, type ApiOptions, HcpApi, HcpError } from "./api";
import { packStack } from "./package";
import type { HcpStack } from "./stacks";

export interface RunOptions {
  /** Plan only, with no way to apply it. */
  readonly dryRun: boolean;
  /** Asked once the plan is there and checked; false discards the run. */
  readonly approve: (plan: PlanSummary) => Promise<boolean>;
  /** Discard another run that waits for confirmation ahead of this one, instead of waiting for it. */
  readonly discardWaiting: boolean;
  /** Text that the run carries in HCP Terraform. */
  readonly message: string;
  readonly onProgress: (text: string) => void;
  /** Minutes until a run that has not ended is given up; it is left as it is. */
  readonly timeoutMinutes: number;
  /** Seconds between two looks at a run. Default: 3. */
  readonly pollSeconds?: number;
}

export interface PlanSummary {
  readonly stack: string;
  readonly url: string;
  readonly additions: number;
  readonly changes: number;
  readonly destructions: number;
}

/** How the run of one stack ended well. */
export type RunOutcome = "applied" | "no change" | "planned";

interface Workspace {
  readonly "execution-mode": string;
}

interface ConfigurationVersion {
  readonly status: string;
  readonly "error-message"?: string | null;
  readonly "upload-url"?: string | null;
}

interface Run {
  readonly status: string;
  readonly "has-changes": boolean;
  readonly actions: { readonly "is-cancelable": boolean; "is-confirmable": boolean; "is-discardable": boolean };
}

interface Plan {
  readonly status: string;
  readonly "resource-additions"?: number | null;
  readonly "resource-changes"?: number | null;
  readonly "resource-destructions"?: number | null;
  readonly "log-read-url"?: string | null;
}

interface PolicyCheck {
  readonly status: string;
  readonly scope?: string;
  readonly result?: { readonly "total-failed"?: number };
}

const POLL_SECONDS = 3;

/** Why a run that has ended, or cannot continue, is a failure. Source: HCP Terraform API, "Run States". */
const FAILURES: Readonly<Record<string, string>> = {
  errored: "the run failed",
  discarded: "the run was discarded",
  canceled: "the run was canceled",
  force_canceled: "the run was canceled by force",
  policy_soft_failed: "a policy check failed",
  policy_override: "a policy check failed, and the run waits for an override",
  post_plan_awaiting_decision: "a policy failed, and the run waits for an override",
};

/**
 * Runs one stack in its workspace: uploads its directory, starts a run on exactly that, follows it, and applies it once
 * it is approved. Source: https://developer.hashicorp.com/terraform/cloud-docs/run/api
 *
 * @throws HcpError with what happened, what to do and where to look; Interrupted after the run was canceled or discarded
 */
export async function runStack(stack: HcpStack, api: ApiOptions, options: RunOptions): Promise<RunOutcome> {
  return new StackRun(stack, api, options).run();
}

class StackRun {
  private readonly api: HcpApi;
  private readonly pollSeconds: number;

  constructor(
    private readonly stack: HcpStack,
    private readonly connection: ApiOptions,
    private readonly options: RunOptions,
  ) {
    const onRetry = (why: string, seconds: number) => options.onProgress(`${why} in ${Math.ceil(seconds)} s`);
    this.api = new HcpApi({ onRetry, ...connection });
    this.pollSeconds = options.pollSeconds ?? POLL_SECONDS;
  }

  async run(): Promise<RunOutcome> {
    const { stop } = this.connection;
    let runId: string | undefined;
    try {
      const workspace = await this.findWorkspace();
      const version = await this.uploadConfiguration(workspace.id);
      runId = await this.start(workspace.id, version);
      return await this.follow(runId);
    } catch (error) {
      if (stop?.aborted) {
        if (runId !== undefined) await this.giveUp(runId);
        throw new Interrupted();
      }
      if (!(error instanceof HcpError)) throw error;
      const where = runId === undefined ? "" : `\n  ${this.url(runId)}`;
      throw new HcpError(`${this.stack.id}: ${error.message}${where}`, error.status);
    }
  }

  private async findWorkspace(): Promise<ApiObject<Workspace>> {
    const { organization, workspace } = this.stack;
    this.options.onProgress("looking for the workspace");
    const found = await this.readWorkspace();
    if (found.attributes["execution-mode"] === "local") {
      throw new HcpError(
        `workspace ${organization}/${workspace} has execution mode local, so HCP Terraform keeps its state and runs nothing: set it to remote or agent, as npx ecs-privatelink hcp workspaces does`,
      );
    }
    return found;
  }

  private readWorkspace(): Promise<ApiObject<Workspace>> {
    const { organization, workspace } = this.stack;
    return this.api.get<Workspace>(
      `/organizations/${organization}/workspaces/${workspace}`,
      `read workspace ${organization}/${workspace}`,
    );
  }

  private async uploadConfiguration(workspaceId: string): Promise<string> {
    this.options.onProgress("uploading the configuration");
    const { id, attributes } = await this.api.create<ConfigurationVersion>(
      `/workspaces/${workspaceId}/configuration-versions`,
      {
        data: {
          type: "configuration-versions",
          // The run is started apart, so that it has a message and is known by its id.
          attributes: { "auto-queue-runs": false, speculative: this.options.dryRun },
        },
      },
      "create a configuration version",
    );
    const uploadUrl = attributes["upload-url"];
    if (!uploadUrl) throw new HcpError("could not upload the configuration: the API gave no address for it");
    await this.api.upload(uploadUrl, packStack(this.stack.directory), "upload the configuration");
    await this.poll(async () => {
      const version = await this.api.get<ConfigurationVersion>(
        `/configuration-versions/${id}`,
        "read the configuration version",
      );
      const { status, "error-message": why } = version.attributes;
      if (status === "errored")
        throw new HcpError(`the uploaded configuration was refused: ${why ?? "no reason given"}`);
      return status === "uploaded" ? true : undefined;
    });
    return id;
  }

  private async start(workspaceId: string, versionId: string): Promise<string> {
    const { message, dryRun } = this.options;
    const { id } = await this.api.create<Run>(
      "/runs",
      {
        data: {
          type: "runs",
          attributes: { message, "plan-only": dryRun, "auto-apply": false },
          relationships: {
            workspace: { data: { type: "workspaces", id: workspaceId } },
            "configuration-version": { data: { type: "configuration-versions", id: versionId } },
          },
        },
      },
      "start a run",
    );
    return id;
  }

  private follow(runId: string): Promise<RunOutcome> {
    let confirmed = false;
    let blocker: string | undefined;
    return this.poll(async () => {
      const run = await this.readRun(runId);
      const { status, actions } = run.attributes;
      this.options.onProgress(blocker ?? status.replaceAll("_", " "));
      const failure = FAILURES[status];
      if (failure !== undefined) throw new HcpError(await this.explain(run, failure));
      if (status === "applied") return "applied";
      if (status === "planned_and_finished") return run.attributes["has-changes"] ? "planned" : "no change";
      blocker = status === "pending" ? await this.lookForBlocker(runId) : undefined;
      if (actions["is-confirmable"] && !confirmed) {
        if (!(await this.options.approve(await this.summarize(run)))) {
          await this.act(runId, "discard", "the plan was not approved");
          throw new HcpError("not approved: the run is discarded, nothing was changed");
        }
        await this.confirm(runId);
        confirmed = true;
      }
      return undefined;
    });
  }

  private readRun(runId: string): Promise<ApiObject<Run>> {
    return this.api.get<Run>(`/runs/${runId}`, "read the run");
  }

  /** Another person may have confirmed it meanwhile (409): then it continues. */
  private async confirm(runId: string): Promise<void> {
    try {
      await this.act(runId, "apply", "approved");
    } catch (error) {
      if (!(error instanceof HcpError) || error.status !== 409) throw error;
      const { status } = (await this.readRun(runId)).attributes;
      if (!["confirmed", "apply_queued", "applying", "applied", ...Object.keys(FAILURES)].includes(status)) throw error;
    }
  }

  private async act(runId: string, action: "apply" | "discard" | "cancel", comment: string): Promise<void> {
    await this.api.act(`/runs/${runId}/actions/${action}`, { comment }, `${action} the run`);
  }

  /** What a pending run waits for. A run that was triggered by another workspace's apply waits for a person. */
  private async lookForBlocker(runId: string): Promise<string | undefined> {
    const ahead = (await this.readWorkspace()).relationships?.["current-run"]?.data?.id;
    if (ahead === undefined || ahead === runId) return undefined;
    const { status, actions } = (await this.readRun(ahead)).attributes;
    if (!actions["is-confirmable"]) return `waits for ${ahead} (${status})`;
    if (!this.options.discardWaiting) {
      return `waits for ${ahead}, which waits to be confirmed or discarded: ${this.url(ahead)} (--discard-waiting does it)`;
    }
    await this.act(ahead, "discard", `superseded by ${runId}`);
    return `discarded ${ahead}, which waited to be confirmed`;
  }

  private async summarize(run: ApiObject<Run>): Promise<PlanSummary> {
    const plan = await this.part<Plan>(run, "plan");
    return {
      stack: this.stack.id,
      url: this.url(run.id),
      additions: plan?.["resource-additions"] ?? 0,
      changes: plan?.["resource-changes"] ?? 0,
      destructions: plan?.["resource-destructions"] ?? 0,
    };
  }

  private async part<Attributes>(run: ApiObject<Run>, name: "plan" | "apply"): Promise<Attributes | undefined> {
    const id = run.relationships?.[name]?.data?.id;
    if (id === undefined) return undefined;
    const path = name === "plan" ? "plans" : "applies";
    return (await this.api.get<Attributes>(`/${path}/${id}`, `read the ${name}`)).attributes;
  }

  /** A failure with its cause: the policies that failed, or what Terraform said. */
  private async explain(run: ApiObject<Run>, failure: string): Promise<string> {
    if (failure === FAILURES.discarded || failure === FAILURES.canceled) return failure;
    const checks = await this.optional(() =>
      this.api.list<PolicyCheck>(`/runs/${run.id}/policy-checks`, "read the policy checks"),
    );
    const failed = (checks ?? []).filter(({ attributes }) => /^(hard|soft)_failed$|^errored$/.test(attributes.status));
    if (failed.length > 0) {
      const words = failed.map(({ attributes: { scope, status, result } }) => {
        const count = result?.["total-failed"] ?? 0;
        return `${scope ?? "policy"} check ${status.replace("_", " ")}${count > 0 ? ` (${count} ${count === 1 ? "policy" : "policies"})` : ""}`;
      });
      return `a policy check failed: ${words.join(", ")}`;
    }
    const said = (await this.optional(() => this.lastWords(run))) ?? "";
    return said === "" ? failure : `${failure}\n${said}`;
  }

  private async lastWords(run: ApiObject<Run>): Promise<string> {
    for (const name of ["apply", "plan"] as const) {
      const part = await this.part<Plan>(run, name);
      const log = part?.status === "errored" ? part["log-read-url"] : undefined;
      if (log) return errorsIn(await this.api.readLog(log, `read the log of the ${name}`));
    }
    return "";
  }

  /** What only makes a message better must not replace it by another. */
  private async optional<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof HcpError) return undefined;
      throw error;
    }
  }

  /** After an interrupt: the run must not go on alone. */
  private async giveUp(runId: string): Promise<void> {
    const { stop: _, ...connection } = this.connection;
    const api = new HcpApi(connection);
    const { actions } = (await api.get<Run>(`/runs/${runId}`, "read the run")).attributes;
    const action = actions["is-cancelable"] ? "cancel" : actions["is-discardable"] ? "discard" : undefined;
    if (action === undefined) return;
    this.options.onProgress(`asking HCP Terraform to ${action} the run`);
    await api.act(`/runs/${runId}/actions/${action}`, { comment: "interrupted" }, `${action} the run`);
  }

  private async poll<T>(look: () => Promise<T | undefined>): Promise<T> {
    const { timeoutMinutes } = this.options;
    const { stop } = this.connection;
    const deadline = Date.now() + timeoutMinutes * 60_000;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) {
        throw new HcpError(`not finished within ${timeoutMinutes} min (--timeout); the run continues in HCP Terraform`);
      }
      await sleep(this.pollSeconds * 1000, undefined, stop ? { signal: stop } : {});
    }
  }

  private url(runId: string): string {
    const { organization, workspace } = this.stack;
    return `${this.connection.address}/app/${organization}/workspaces/${workspace}/runs/${runId}`;
  }
}

/** Errors in a log of Terraform: structured ones where it has them, else its last lines. */
function errorsIn(log: string): string {
  const record = emptyRecord();
  const lines = log.split("\n").map((line) => recordLine(record, line.trim()));
  const errors = record.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return renderDiagnostics(errors);
  return lines
    .filter((line) => line !== "")
    .slice(-20)
    .map((line) => `  ${line}`)
    .join("\n");
}
