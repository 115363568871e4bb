import { mkdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { ConfigurationError, loadConfiguration } from "../../config/load";
import { minimalEnvironment } from "../../config/minimal";
import type { Problem } from "../../config/problem";
import type { Configuration } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { temporaryFolder } from "../temporary-folder";
import { changed } from "./changed";

/** Content of the files of a configuration folder by name: text as it is, anything else as YAML in the form that people write. */
export interface Files {
  readonly environments?: Readonly<Record<string, unknown>>;
  readonly consumers?: Readonly<Record<string, unknown>>;
}

const yaml = (content: unknown) => (typeof content === "string" ? content : stringify(content));

/** @returns the paths that were written */
export function writeFiles(folder: string, files: Files): string[] {
  return Object.entries(files).flatMap(([kind, contents]) => {
    mkdirSync(join(folder, kind), { recursive: true });
    return Object.entries(contents ?? {}).map(([name, content]) => {
      const file = join(folder, kind, name.includes(".") ? name : `${name}.yaml`);
      writeFileSync(file, yaml(content));
      return file;
    });
  });
}

/** Runs `use` with a temporary folder that holds the files. */
export function withFolder<Result>(files: Files, use: (folder: string) => Result): Result {
  return inTemporaryFolder("configuration", (folder) => {
    writeFiles(folder, files);
    return use(folder);
  });
}

const reused = temporaryFolder("configuration");

/** The same with one folder for all calls: making and removing folders would take most of the time. */
function withReusedFolder<Result>(files: Files, use: (folder: string) => Result): Result {
  const written = writeFiles(reused, files);
  try {
    return use(reused);
  } finally {
    for (const file of written) unlinkSync(file);
  }
}

export const load = (files: Files): Configuration => withReusedFolder(files, (folder) => loadConfiguration({ folder }));

/** What is wrong with the files; file names are relative to the folder. */
export function problemsOf(files: Files): Problem[] {
  return withReusedFolder(files, (folder) => {
    try {
      loadConfiguration({ folder });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.problems.map((problem) => ({ ...problem, file: problem.file.replace(`${folder}/`, "") }));
    }
  });
}

export const environment = {
  ...minimalEnvironment,
  privatelink: { ...minimalEnvironment.privatelink, allowedPrincipals: ["arn:aws:iam::444455556666:root"] },
};

export const production = changed(environment, {
  stage: "production",
  observability: { alarmEmails: ["platform@example.com"] },
  acknowledge: { plaintext: "TLS is not needed in this test" },
});

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

/** A consumer that knows the service by its environment, which is `test`, in the same account. */
export const linkedConsumer = changed(consumer, { service: { environment: "test" }, accountId: "111122223333" });
