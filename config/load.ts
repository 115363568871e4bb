import type { z } from "zod";
import { foreignFile } from "./answers";
import { closest } from "./closest";
import { type Document, parseYaml } from "./document";
import { explainIssues, valueAt } from "./explain";
import {
  type ConfigurationFile,
  defaultFolder,
  environmentFile,
  environmentNames,
  filesIn,
  filesNamed,
  type Kind,
} from "./files";
import { judge, type Subject } from "./judge";
import { readableOptions } from "./partial";
import { ConfigurationError, formatValue, type Problem } from "./problem";
import {
  type Configuration,
  type Consumer,
  configurationName,
  consumerSchema,
  type Environment,
  environmentSchema,
} from "./schema";
import { secretTexts, withoutSecrets } from "./secret-texts";
import { readText } from "./text-file";

export { ConfigurationError } from "./problem";

export interface LoadOptions {
  /**
   * Load only these: a path or a glob, or several. A consumer's environment is loaded with it. Default: the variable
   * `CONFIG`, in front of any command; else the folder.
   */
  readonly files?: string | readonly string[];
  /** Folder with `environments/` and `consumers/`; one of the two is enough. Default: `config`. */
  readonly folder?: string;
}

/**
 * Reads, checks and freezes the configuration.
 *
 * @throws ConfigurationError with every problem of every file
 */
export function loadConfiguration({ folder = defaultFolder, ...options }: LoadOptions = {}): Configuration {
  const { files = folder === defaultFolder ? process.env.CONFIG : undefined } = options;
  const problems: Problem[] = [];
  const wanted = files && files.length > 0 ? namedFiles([files].flat(), problems) : folderFiles(folder, problems);
  if (wanted.length === 0 && problems.length === 0) problems.push(nothingThere(folder));

  const documents = readFiles(wanted, problems);
  readFiles(linkedEnvironments(documents, folder, problems), problems).forEach((loaded) => {
    documents.push(loaded);
  });
  const environments = ofKind<Environment>("environments", environmentSchema, documents, problems);
  const consumers = ofKind<Consumer>("consumers", consumerSchema, documents, problems);
  problems.push(...judge(environments, consumers));

  if (problems.length > 0) throw new ConfigurationError(inReadingOrder(safeToShow(problems, documents)));
  return deepFreeze({
    environments: environments.map(({ options }) => options),
    consumers: consumers.map(({ options }) => options),
  });
}

/** Messages end up in logs of pipelines, which more people read than the file. */
function safeToShow(problems: readonly Problem[], documents: readonly Loaded[]): Problem[] {
  const secrets = new Map(documents.map(({ document }) => [document.file, secretTexts(document.raw)]));
  return problems.map((problem) => withoutSecrets(problem, secrets.get(problem.file) ?? []));
}

/** A file that could be read. */
interface Loaded {
  readonly name: string;
  readonly kind: Kind;
  readonly document: Document;
}

function namedFiles(pathsOrGlobs: readonly string[], problems: Problem[]): ConfigurationFile[] {
  const found = pathsOrGlobs.flatMap((pathOrGlob) => {
    const files = filesNamed(pathOrGlob);
    if (files.length === 0) {
      problems.push({
        file: pathOrGlob,
        path: "",
        given: "a glob that no file matches",
        allowed: "a path or glob of .yaml files, e.g. config/environments/dev.yaml",
        fix: "correct the glob, and quote it so that the shell does not expand it",
      });
    }
    return files;
  });
  return [...new Map(found.map((file) => [file.file, file])).values()];
}

function folderFiles(folder: string, problems: Problem[]): ConfigurationFile[] {
  const content = filesIn(folder);
  problems.push(...content.problems);
  for (const what of content.passedOver) sayOnce(`passed over: ${what}`);
  return content.files;
}

const said = new Set<string>();

/** To the error stream, so that it does not get into what a command prints for others to read. */
function sayOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  console.error(text);
}

const nothingThere = (folder: string): Problem => ({
  file: folder,
  path: "",
  given: "a folder without configuration",
  allowed: "at least one .yaml file in environments/ or consumers/",
  fix: "add a file there, or name one in CONFIG",
});

function readFiles(files: readonly ConfigurationFile[], problems: Problem[]): Loaded[] {
  return files.flatMap(({ file, kind, name }): Loaded[] => {
    const text = readText(file);
    if (typeof text !== "string") {
      problems.push(text);
      return [];
    }
    const parsed = parseYaml(file, text);
    if ("problems" in parsed) {
      problems.push(...parsed.problems);
      return [];
    }
    return [{ name, document: parsed, kind: kind ?? kindOf(parsed.raw) }];
  });
}

/** A file outside the two folders is a consumer's if it names a service. */
const kindOf = (raw: unknown): Kind => (valueAt(raw, ["service"]) === undefined ? "environments" : "consumers");

/** Files of the environments that consumers name and that are not loaded yet. */
function linkedEnvironments(documents: readonly Loaded[], folder: string, problems: Problem[]): ConfigurationFile[] {
  const known = new Set(documents.flatMap(({ kind, name }) => (kind === "environments" ? [name] : [])));
  const missing = new Map<string, ConfigurationFile>();
  for (const { document, kind } of documents) {
    const path = ["service", "environment"];
    const name = kind === "consumers" ? valueAt(document.raw, path) : undefined;
    if (typeof name !== "string" || known.has(name) || missing.has(name)) continue;
    const file = environmentFile(document.file, name, folder);
    if (file) {
      missing.set(name, file);
      continue;
    }
    const names = environmentNames(document.file, folder);
    const meant = closest(name, names);
    problems.push({
      ...document.place(path),
      given: formatValue(name),
      allowed:
        names.length > 0
          ? `the name of an environment: ${names.join(", ")}`
          : "the name of an environment; there is none here",
      fix: meant
        ? `did you mean ${meant}?`
        : "add its file to config/environments, or give service.name from the provider's invitation",
    });
  }
  return [...missing.values()];
}

/** Checks the files of one kind against their schema; what is valid continues to the rules, whatever else is wrong. */
function ofKind<Owner extends Environment | Consumer>(
  kind: Kind,
  schema: z.ZodType,
  documents: readonly Loaded[],
  problems: Problem[],
): Subject<Owner>[] {
  const files = new Map<string, string>();
  return documents.flatMap((loaded): Subject<Owner>[] => {
    if (loaded.kind !== kind) return [];
    const { document, name } = loaded;
    const other = files.get(name);
    const misnamed = nameProblems(document.file, name, other);
    problems.push(...misnamed);
    if (other !== undefined) return [];
    files.set(name, document.file);

    const raw = document.raw ?? {};
    const misplaced = otherKind(kind, raw);
    if (misplaced) {
      problems.push({ file: document.file, path: "", ...misplaced });
      return [];
    }
    const parsed = schema.safeParse(raw);
    // Rules about names would say again, and in other words, that the file's name is wrong.
    if (parsed.success && misnamed.length > 0) return [];
    if (parsed.success) return [{ document, options: { ...(parsed.data as Owner), name } }];
    for (const { path, ...words } of explainIssues(schema, raw, parsed.error.issues, document.sourceOf)) {
      problems.push({ ...document.place(path), ...words });
    }
    const readable = misnamed.length > 0 ? undefined : readableOptions(schema, raw);
    return typeof readable === "object" && readable !== null
      ? [{ document, options: Object.assign(readable, { name }) as Owner }]
      : [];
  });
}

const ofEnvironments = ["stage", "project", "network", "application", "privatelink", "compute", "data"];
const ofConsumers = ["service", "vpc", "clients", "dns"];

/** A file in the other kind's folder, which each of its options would show again. */
function otherKind(kind: Kind, raw: unknown): Pick<Problem, "given" | "allowed" | "fix"> | undefined {
  const tools = typeof raw === "object" && raw !== null ? foreignFile(raw) : undefined;
  const keys = typeof raw === "object" && raw !== null ? Object.keys(raw) : [];
  const [own, others] = kind === "environments" ? [ofEnvironments, ofConsumers] : [ofConsumers, ofEnvironments];
  if (tools && !keys.includes("region")) {
    return {
      given: `a file of ${tools.tool}`,
      allowed: `${kind === "environments" ? "an environment" : "a consumer"} of this project`,
      fix: tools.fix,
    };
  }
  const foreign = keys.filter((key) => others.includes(key));
  if (foreign.length === 0 || keys.some((key) => own.includes(key))) return undefined;
  const [is, belongs] = kind === "environments" ? ["a consumer", "consumers"] : ["an environment", "environments"];
  return {
    given: `${is}, by its options ${foreign.join(", ")}`,
    allowed: kind === "environments" ? "an environment in this folder" : "a consumer in this folder",
    fix: `move the file to ${belongs}/`,
  };
}

function nameProblems(file: string, name: string, other: string | undefined): Problem[] {
  const problem = { file, path: "", given: `the file name ${name}` };
  if (other !== undefined) {
    return [{ ...problem, allowed: `a unique name; ${other} already has it`, fix: "rename one of the two files" }];
  }
  const parsed = configurationName.safeParse(name);
  if (parsed.success) return [];
  return [
    {
      ...problem,
      allowed: parsed.error.issues.map(({ message }) => message).join(", "),
      fix: `rename the file${betterName(name)}; the name becomes part of stack ids and resource names`,
    },
  ];
}

function betterName(name: string): string {
  const better = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return configurationName.safeParse(better).success ? ` to ${better}.yaml` : "";
}

function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const byFile = (a: Problem, b: Problem) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);
  return [...problems].sort(
    (a, b) => byFile(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
