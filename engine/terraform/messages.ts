/**
 * Terraform's machine-readable output, one JSON object a line (`-json`).
 * Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  /** May be empty; may have several lines. */
  readonly detail: string;
  /** Resource address, or the block that holds the mistake, where Terraform names one. */
  readonly address?: string;
}

export interface PlannedChange {
  readonly address: string;
  /** `create`, `update`, `delete`, `replace`, `read`, `move`, `import`, `forget`, … */
  readonly action: string;
}

/** What a run has said so far. */
export interface RunRecord {
  /** Resources that this run creates, changes or deletes; undefined until the plan is known. */
  total: number | undefined;
  /** Addresses of these that are done. */
  readonly completed: Set<string>;
  /** Addresses that Terraform works on now, oldest first. */
  readonly running: Set<string>;
  readonly changes: PlannedChange[];
  /** Resources that are done, with how long each took. */
  readonly took: { readonly address: string; readonly seconds: number; readonly ended: number }[];
  /** Names of outputs whose value will change. */
  readonly changedOutputs: string[];
  readonly diagnostics: Diagnostic[];
}

export function emptyRecord(): RunRecord {
  return {
    total: undefined,
    completed: new Set(),
    running: new Set(),
    changes: [],
    took: [],
    changedOutputs: [],
    diagnostics: [],
  };
}

interface Message {
  readonly "@message"?: string;
  readonly "@timestamp"?: string;
  readonly type?: string;
  readonly hook?: { readonly resource?: { readonly addr?: string }; readonly elapsed_seconds?: number };
  readonly change?: { readonly action?: string; readonly resource?: { readonly addr?: string } };
  readonly changes?: { readonly add?: number; readonly change?: number; readonly remove?: number; operation?: string };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
  readonly diagnostic?: {
    readonly severity?: string;
    readonly summary?: string;
    readonly detail?: string;
    readonly address?: string;
    readonly snippet?: { readonly context?: string };
  };
}

/**
 * Takes one line of output into the record.
 *
 * @returns the line as a person wants to read it in a log; a line that is not JSON is returned unchanged
 */
export function recordLine(record: RunRecord, line: string): string {
  const message = parse(line);
  if (message === undefined) return line;
  const address = message.hook?.resource?.addr ?? "";
  switch (message.type) {
    case "change_summary":
      if (message.changes?.operation === "plan") {
        record.total = (message.changes.add ?? 0) + (message.changes.change ?? 0) + (message.changes.remove ?? 0);
      }
      break;
    case "planned_change":
      if (message.change?.action !== "noop") {
        record.changes.push({
          address: message.change?.resource?.addr ?? "",
          action: message.change?.action ?? "",
        });
      }
      break;
    case "outputs":
      for (const [name, output] of Object.entries(message.outputs ?? {})) {
        if (output.action !== undefined && output.action !== "noop") record.changedOutputs.push(name);
      }
      break;
    case "apply_start":
      record.running.add(address);
      break;
    case "apply_complete":
      record.running.delete(address);
      record.took.push({ address, seconds: message.hook?.elapsed_seconds ?? 0, ended: Date.now() });
      // Data sources that are read while applying are not in the plan's count.
      if (!isData(address)) record.completed.add(address);
      break;
    case "apply_errored":
      record.running.delete(address);
      break;
    case "diagnostic": {
      const { severity, summary = "", detail = "", address, snippet } = message.diagnostic ?? {};
      const at = address ?? snippet?.context;
      record.diagnostics.push({
        severity: severity === "warning" ? "warning" : "error",
        summary,
        detail,
        ...(at === undefined ? {} : { address: at }),
      });
      return [`${message["@timestamp"]} ${message["@message"]}`, at, detail].filter(Boolean).join("\n    ");
    }
  }
  return `${message["@timestamp"] ?? ""} ${message["@message"] ?? ""}`.trim();
}

/** Diagnostics as a person wants to read them: summary, where, detail. Indented by two blanks. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const indent = (text: string, blanks: number) => text.replace(/^(?=.)/gm, " ".repeat(blanks));
  const texts = diagnostics.map(({ severity, summary, detail, address }) =>
    [
      indent(`${severity}: ${summary}`, 2),
      ...(address === undefined ? [] : [indent(`at ${address}`, 4)]),
      ...(detail === "" ? [] : [indent(detail, 4)]),
    ].join("\n"),
  );
  // `init` reports some mistakes twice.
  return [...new Set(texts)].join("\n");
}

function isData(address: string): boolean {
  return /(^|\.)data\./.test(address);
}

function parse(line: string): Message | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
