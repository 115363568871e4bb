import { ecrRegistry } from "../../config/ecr";
import type { Environment } from "../../config/schema";
import { whyNoDocker } from "../../engine/docker";
import { dockerConfigurationFile, findLogin, whyRefused } from "./login";

export interface CheckBuildOptions {
  /** AWS account whose ECR gets the image. */
  readonly accountId: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Host of the registry; with `http://` if it has no TLS. @default ECR of the account and the environment's Region */
  readonly registry?: string;
}

/**
 * Looks before anything is applied whether this machine can build and push the environment's image. Terraform itself
 * would notice a wrong login only halfway, and leave a pushed image that its state doesn't know.
 *
 * @returns what was found, in one line
 * @throws Error with the problem and the command that fixes it
 */
export async function checkBuild(environment: Environment, options: CheckBuildOptions): Promise<string> {
  const { env = process.env } = options;
  const { build } = environment.application.image;
  if (build === undefined) return "image.uri is given: nothing is built here";

  const noDocker = await whyNoDocker(env);
  if (noDocker !== undefined) {
    throw new Error(`${noDocker}: start Docker, or let something else build the image and give application.image.uri`);
  }
  const address = options.registry ?? ecrRegistry(options.accountId, environment.region);
  const registry = address.replace(/^https?:\/\//, "");
  const password = `aws ecr get-login-password --region ${environment.region}`;

  if (build.login === "token-variable") {
    const fix = `export TF_VAR_ecr_token="$(${password})"`;
    if (!env.TF_VAR_ecr_token)
      throw new Error(`application.image.build.login is token-variable, but no token is given: ${fix}`);
    const why = await whyRefused(address, { username: "AWS", password: env.TF_VAR_ecr_token });
    if (why !== undefined) throw new Error(`${registry} refuses the token in TF_VAR_ecr_token (${why}): ${fix}`);
    return `${registry} accepts the token in TF_VAR_ecr_token`;
  }

  const fix = `${password} | docker login --username AWS --password-stdin ${registry}`;
  const login = await findLogin(registry, env);
  const why = await whyRefused(address, login);
  if (why === undefined) return `${registry} accepts the Docker client's login`;
  throw new Error(
    login === undefined
      ? `the Docker client is not logged in to ${registry} (${dockerConfigurationFile(env)}): ${fix}`
      : `${registry} refuses the Docker client's login (${why}); ECR's last 12 hours: ${fix}`,
  );
}
