import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listContextFiles } from "./build-context";

export interface ImageBuild {
  /** Folder of the build context. */
  readonly context: string;
  /** Relative to the context. @default "Dockerfile" */
  readonly dockerfile?: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** For example `linux/arm64`. */
  readonly platform: string;
}

/**
 * The image's tag: a hash of everything in the image. The same in each clone, another one as soon as a
 * file's name, content or executable bit, the Dockerfile, a build argument or the platform changes. What a base image
 * or a package registry delivers is not part of it: pin both.
 *
 * @returns 40 hexadecimal digits
 * @throws Error if the context can't be read
 */
export function contentTag({ context, dockerfile = "Dockerfile", buildArguments = {}, platform }: ImageBuild): string {
  const hash = createHash("sha256");
  // Lengths first, so that no two different lists of parts give the same bytes.
  const add = (part: string | Buffer) => hash.update(`${Buffer.byteLength(part)}:`).update(part);

  add(platform);
  add(dockerfile);
  const named = Object.entries(buildArguments).sort(([a], [b]) => (a < b ? -1 : 1));
  add(String(named.length));
  for (const [name, value] of named) {
    add(name);
    add(value);
  }
  for (const { path, executable } of listContextFiles(context, dockerfile)) {
    add(path);
    add(executable ? "x" : "-");
    add(readFileSync(join(context, path)));
  }
  return hash.digest("hex").slice(0, 40);
}
