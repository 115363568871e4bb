import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseDocument } from "yaml";
import { defaultFolder, filesIn, filesNamed } from "../../config/files";
import { projectPath } from "../../config/project";
import type { Environment } from "../../config/schema";

/** An image that no registry has. */
export const MISSING_IMAGE = `public.ecr.aws/docker/library/busybox@sha256:${"0".repeat(63)}1`;

/**
 * Writes the environment's file with another image, for `CONFIG`.
 *
 * @param folder absolute; is made
 * @returns the new file
 */
export function withImage(environment: Environment, folder: string, image: object): string {
  const given = process.env.CONFIG;
  const files = given === undefined ? filesIn(defaultFolder).files : filesNamed(given);
  const found = files.find(({ kind, name }) => name === environment.name && kind !== "consumers");
  if (found === undefined) throw new Error(`no file of environment ${environment.name}`);
  const document = parseDocument(readFileSync(found.file, "utf8"));
  document.setIn(["application", "image"], document.createNode(image));
  const file = join(folder, "environments", `${environment.name}.yaml`);
  mkdirSync(join(folder, "environments"), { recursive: true });
  writeFileSync(file, String(document));
  return file;
}

/** The environment's file with an image that is built from a copy of the context with one more line in its Dockerfile. */
export function withChangedContext(
  environment: Environment,
  build: NonNullable<Environment["application"]["image"]["build"]>,
  folder: string,
  line: string,
): string {
  const context = join(folder, "context");
  rmSync(context, { recursive: true, force: true });
  cpSync(projectPath(build.context), context, { recursive: true, filter: (path) => !path.includes("node_modules") });
  appendFileSync(join(context, build.dockerfile), `\n${line}\n`);
  return withImage(environment, folder, { build: { ...build, context: relative(projectPath(), context) } });
}
