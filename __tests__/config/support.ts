import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ConfigurationError, loadConfiguration } from "../../config/load";
import type { Problem } from "../../config/problem";
import type { Configuration } from "../../config/schema";

/** Content of the files of a configuration folder by name: text as it is, anything else as YAML. */
export interface Files {
  readonly environments?: Readonly<Record<string, unknown>>;
  readonly consumers?: Readonly<Record<string, unknown>>;
}

const yaml = (content: unknown) => (typeof content === "string" ? content : stringify(content));

export function writeFiles(folder: string, files: Files): void {
  for (const [kind, contents] of Object.entries(files)) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (const [name, content] of Object.entries(contents ?? {})) {
      writeFileSync(join(folder, kind, name.includes(".") ? name : `${name}.yaml`), yaml(content));
    }
  }
}

/** Runs `use` with a temporary folder that holds the files. */
export function withFolder<Result>(files: Files, use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "configuration-"));
  try {
    writeFiles(folder, files);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const load = (files: Files): Configuration => withFolder(files, (folder) => loadConfiguration({ folder }));

/** What is wrong with the files; file names are relative to the folder. */
export function problemsOf(files: Files): Problem[] {
  return withFolder(files, (folder) => {
    try {
      loadConfiguration({ folder });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.problems.map((problem) => ({ ...problem, file: problem.file.replace(`${folder}/`, "") }));
    }
  });
}

/** Content of a file. */
export type Content = Readonly<Record<string, unknown>>;

/** Options by dotted path; undefined removes one. */
export type Changes = Readonly<Record<string, unknown>>;

/** A copy with other values at some paths, e.g. `privatelink.listeners.0.port`. */
export function changed(input: Content, changes: Changes = {}): Content {
  const copy = structuredClone(input);
  for (const [path, value] of Object.entries(changes)) {
    const parts = path.split(".");
    const last = parts.pop() ?? "";
    let section: Record<string, unknown> = copy;
    for (const part of parts) {
      section[part] ??= {};
      section = section[part] as Record<string, unknown>;
    }
    if (value === undefined) delete section[last];
    else section[last] = structuredClone(value);
  }
  return copy;
}

export const environment = {
  stage: "development",
  region: "eu-central-1",
  accountId: "111122223333",
  network: { cidr: "10.20.0.0/16" },
  application: { image: { uri: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1" } },
  privatelink: {
    enforceInboundRulesOnPrivateLinkTraffic: "off",
    allowedPrincipals: ["arn:aws:iam::444455556666:root"],
  },
};

export const production = changed(environment, { stage: "production" });

/** A consumer that knows the service by its name. */
export const consumer = {
  region: "eu-central-1",
  accountId: "444455556666",
  service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" },
  vpc: { cidr: "10.90.0.0/24" },
};

/** A consumer with a VPC of its own making. */
export const consumerWithVpc = changed(consumer, {
  vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
  clients: { cidrs: ["10.0.0.0/16"] },
});

/** A consumer that knows the service by its environment, which is `test`. */
export const linkedConsumer = changed(consumer, { service: { environment: "test" } });
