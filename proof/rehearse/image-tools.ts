import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../config/schema";
import { type Registry, startRegistry, whyNoDocker } from "../../engine/docker";
import { runProcess } from "../../engine/terraform/process";
import { makeLocalBaseImages } from "../../operations/image/local-base-image";
import type { LocalBases } from "../lab/rehearsable";
import type { RunFolder } from "../lab/run-folder";

/** What images are built and pushed with. */
export interface ImageTools {
  readonly registry?: Registry;
  /** Why no image can be built and pushed; undefined if it can, or need not. */
  readonly noImage?: string;
  readonly localBases?: LocalBases;
}

export interface ImageToolsOptions {
  readonly project: string;
  readonly run: RunFolder;
  readonly environment: Environment;
  readonly useDocker: boolean;
  readonly onStarted: (stop: () => Promise<void>) => void;
}

/** How long a registry of base images has to answer, in ms. */
const ANSWER_TIMEOUT_MS = 20_000;

/** Looks for a Docker engine, starts a registry, and makes base images where the engine can't pull any. */
export async function findImageTools(options: ImageToolsOptions): Promise<ImageTools> {
  const { environment, project, run, onStarted } = options;
  const { build } = environment.application.image;
  if (build === undefined) return {};
  if (!options.useDocker) return { noImage: "--no-docker was given" };
  const why = await whyNoDocker();
  if (why !== undefined) return { noImage: why };

  const bases = baseImages(join(project, build.context, build.dockerfile), build.arguments);
  const unreachable = (await Promise.all(bases.map(whyUnreachable))).find((each) => each !== undefined);
  let localBases: LocalBases | undefined;
  if (unreachable !== undefined) {
    try {
      localBases = {
        arguments: await makeLocalBaseImages({ project, folder: join(run.path, "base-image"), env: process.env }),
        cpuArchitecture: process.arch === "arm64" ? "ARM64" : "X86_64",
        why: unreachable,
      };
    } catch (error) {
      return { noImage: `${unreachable}, and ${error instanceof Error ? error.message : error}` };
    }
  }

  const registry = await startRegistry(join(run.path, "registry"));
  if (typeof registry === "string") return { noImage: registry };
  onStarted(() => registry.stop());
  return { registry, ...(localBases === undefined ? {} : { localBases }) };
}

/** Values of the Dockerfile's arguments named `…_IMAGE`, which local base images can stand in for. */
export function baseImages(dockerfile: string, given: Readonly<Record<string, string>>): string[] {
  if (!existsSync(dockerfile)) return [];
  const defaults = readFileSync(dockerfile, "utf8").matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm);
  return [...new Set([...defaults].map(([, name = "", value = ""]) => given[name] ?? value))];
}

async function whyUnreachable(image: string): Promise<string | undefined> {
  try {
    const timer = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const asked = runProcess("docker", ["manifest", "inspect", image], {
      cwd: process.cwd(),
      env: process.env,
      interruption: { stop: timer, kill: timer },
    });
    return (await asked).exitCode === 0 ? undefined : `${image} can't be pulled`;
  } catch {
    return "the Docker client is not installed";
  }
}
