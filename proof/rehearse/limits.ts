import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Interruption } from "../../engine/terraform/interruption";
import { runProcess } from "../../engine/terraform/process";
import { type Providers, whyNotInstalled } from "../../engine/terraform/providers";
import { type Limits, PREBUILT_PACKAGE } from "../lab/rehearsable";
import type { ImageTools } from "./image-tools";

/**
 * What this machine can't do.
 *
 * @throws Error if the AWS provider is missing, which nothing can replace
 */
export function findLimits({
  providers,
  noImage,
  localBases,
}: Pick<ImageTools, "noImage" | "localBases"> & { readonly providers: Providers }): Limits {
  const missing = (type: string) =>
    providers.missing.find(({ requirement }) => requirement.source.endsWith(`/${type}`));
  const whyMissing = (type: string) => {
    const found = missing(type);
    return found === undefined ? undefined : `${found.requirement.source} can't be installed: ${found.why}`;
  };
  const aws = missing("aws");
  if (aws !== undefined) throw new Error(whyNotInstalled(aws));
  const image = noImage ?? whyMissing("docker");
  const archive = whyMissing("archive");
  return {
    ...(image === undefined ? {} : { image }),
    ...(localBases === undefined ? {} : { localBases }),
    ...(archive === undefined ? {} : { archive }),
  };
}

/**
 * Builds the package of the Lambda function where Terraform can't zip it itself, at `PREBUILT_PACKAGE`.
 *
 * @param project folder of the project, absolute
 * @throws Error that names the log
 */
export async function buildPackage(project: string, logs: string, interruption: Interruption): Promise<void> {
  const program = join(project, "cli/ecs-privatelink.mjs");
  const logFile = join(logs, "build-lambda.log");
  const { exitCode } = await runProcess(process.execPath, [program, "build-lambda"], {
    cwd: project,
    env: process.env,
    logFile,
    interruption,
  });
  if (exitCode !== 0 || !existsSync(join(project, PREBUILT_PACKAGE)))
    throw new Error(`the Lambda's package could not be built (log: ${logFile})`);
}
