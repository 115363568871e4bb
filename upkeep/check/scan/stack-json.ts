import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Configuration, Environment } from "../../../config/schema";
import { githubActions } from "../../../modules/deploy-roles/issuers";
import { DeployRolesStack } from "../../../stacks/deploy-roles";
import { readStackJson, readStacks } from "../../../synth/stacks";
import { synthesize } from "../../../synth/synthesize";

type Blocks = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The parts of a stack's Terraform JSON that scanners read. */
export interface TerraformJson {
  readonly terraform?: Readonly<Record<string, unknown>>;
  readonly import?: readonly object[];
  readonly provider?: Readonly<Record<string, readonly object[]>>;
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

export interface ScannedStack {
  readonly id: string;
  readonly json: TerraformJson;
}

/**
 * Synthesizes every stack of a configuration, and the roles of each environment's pipelines.
 *
 * @param folder empty or not there yet
 */
export function scannedStacks(configuration: Configuration, folder: string): ScannedStack[] {
  const app = join(folder, "app");
  mkdirSync(app, { recursive: true });
  synthesize(configuration, app);
  const outdirs = [app, ...configuration.environments.map((environment) => deployRoles(environment, folder))];
  return outdirs.flatMap(readStacks).map((stack) => ({ id: stack.id, json: readStackJson(stack) as TerraformJson }));
}

function deployRoles(environment: Environment, folder: string): string {
  const outdir = join(folder, `deploy-roles-${environment.name}`);
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  new DeployRolesStack(app, {
    owner: environment,
    accountId: environment.accountId ?? "111122223333",
    issuer: githubActions("owner/repository", environment),
    existingIdentityProvider: false,
  });
  app.synth();
  return outdir;
}

/**
 * Where a block stands in the constructs of its stack, e.g. `load-balancer/access-logs/bucket`: unlike its address, that
 * says what it is for.
 *
 * @param address as a scanner writes it: the block's name stands among its parts
 */
export function placeOf({ id, json }: ScannedStack, address: string): string {
  for (const part of address.replace(/\[[^\]]*\]/g, "").split(".")) {
    for (const named of [json.resource, json.data].flatMap((types) => Object.values(types ?? {}))) {
      const block = named[part] as { "//"?: { metadata?: { path?: string } } } | undefined;
      const path = block?.["//"]?.metadata?.path;
      if (path !== undefined) return path;
    }
  }
  return `${id}/${address}`;
}
