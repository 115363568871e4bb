import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TerraformBinary } from "./binary";
import { Interrupted, type Interruption } from "./interruption";
import { lock } from "./lock-file";
import { cliConfiguration, folderWith, mirrorFolders, type ProviderRequirement, userCliConfiguration } from "./mirrors";
import { runProcess } from "./process";

/** Where Terraform gets its providers from in this run, and what came of trying each. */
export interface Providers {
  /** Environment variables for every Terraform that is started. */
  readonly env: Readonly<Record<string, string>>;
  /** Text of a `.terraform.lock.hcl` with every provider that could be installed. */
  readonly lockFile: string;
  readonly installed: readonly { readonly requirement: ProviderRequirement; readonly from: string }[];
  readonly missing: readonly MissingProvider[];
}

export interface MissingProvider {
  readonly requirement: ProviderRequirement;
  /** Terraform's reason, in one line. */
  readonly why: string;
}

export interface ProvidersOptions {
  readonly binary: TerraformBinary;
  readonly requirements: readonly ProviderRequirement[];
  /** Folder for the CLI configuration, the shared plugin cache and one probe folder per provider; reused by later runs. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (text: string) => void;
  readonly interruption?: Interruption;
}

/**
 * Installs each provider once, in a folder of its own, before any stack needs it. That shows which ones are
 * available, and fills the plugin cache one after the other: Terraform doesn't guard the cache against several writers.
 */
export async function prepareProviders(options: ProvidersOptions): Promise<Providers> {
  const env = options.env ?? process.env;
  const folders = mirrorFolders(env);
  const mirrors = new Map<string, string>();
  for (const requirement of options.requirements) {
    const folder = folderWith(requirement, folders);
    if (folder !== undefined) mirrors.set(requirement.source, folder);
  }
  const users = userCliConfiguration(env);
  const configuration = cliConfiguration(mirrors, users?.text);
  mkdirSync(options.folder, { recursive: true });
  // Named by its content: another run in the same folder may need other mirrors at the same time.
  const hash = createHash("sha256").update(configuration.text).digest("hex").slice(0, 12);
  const configurationFile = join(options.folder, `terraform-${hash}.rc`);
  writeFileSync(configurationFile, configuration.text);
  const providerEnv: Record<string, string> = { TF_CLI_CONFIG_FILE: configurationFile, CHECKPOINT_DISABLE: "1" };
  if (!env.TF_PLUGIN_CACHE_DIR && !/^\s*plugin_cache_dir\b/m.test(configuration.text)) {
    providerEnv.TF_PLUGIN_CACHE_DIR = join(options.folder, "cache");
    mkdirSync(providerEnv.TF_PLUGIN_CACHE_DIR, { recursive: true });
  }

  const installed: Providers["installed"][number][] = [];
  const missing: Providers["missing"][number][] = [];
  const locks: string[] = [];
  const unlock = await lock(join(options.folder, "installing.lock"));
  try {
    for (const requirement of options.requirements) {
      const from = configuration.usersOwn
        ? (users?.path ?? "the user's Terraform configuration")
        : (mirrors.get(requirement.source) ?? "the registry");
      options.onProgress?.(`${requirement.source} ${requirement.version} from ${from}`);
      const probe = await install(options, requirement, { ...env, ...providerEnv });
      if (probe.lock === undefined) missing.push({ requirement, why: probe.why });
      else {
        locks.push(probe.lock);
        installed.push({ requirement, from });
      }
    }
  } finally {
    await unlock();
  }
  return { env: providerEnv, lockFile: locks.join("\n"), installed, missing };
}

async function install(
  options: ProvidersOptions,
  requirement: ProviderRequirement,
  env: NodeJS.ProcessEnv,
): Promise<{ lock: string; why?: undefined } | { lock?: undefined; why: string }> {
  const [, , type = ""] = requirement.source.split("/");
  const version = requirement.version === "" ? {} : { version: requirement.version };
  const name = `${requirement.source}@${requirement.version}`.replace(/[^\w.@-]+/g, "-");
  const folder = join(options.folder, "probes", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "main.tf.json"),
    JSON.stringify({ terraform: { required_providers: { [type]: { source: requirement.source, ...version } } } }),
  );
  const result = await runProcess(options.binary.command, ["init", "-input=false", "-no-color"], {
    cwd: folder,
    env,
    logFile: join(folder, "init.log"),
    ...(options.interruption === undefined ? {} : { interruption: options.interruption }),
  });
  if (options.interruption?.stop.aborted) throw new Interrupted();
  const lockFile = join(folder, ".terraform.lock.hcl");
  if (result.exitCode === 0 && existsSync(lockFile)) return { lock: withoutHeader(readFileSync(lockFile, "utf8")) };
  return { why: `${reasonOf(result.stderr)} (log: ${join(folder, "init.log")})` };
}

/**
 * Why a user's command cannot run: the provider, Terraform's reason, and how to provide the package by hand.
 */
export function whyNotInstalled({ requirement, why }: MissingProvider): string {
  return (
    `provider ${requirement.source} ${requirement.version} can't be installed: ${why}\n` +
    "  next: let Terraform reach a registry, or put the provider's package into a folder laid out as " +
    "<host>/<namespace>/<type>/terraform-provider-<type>_<version>_<platform>.zip and name that folder in " +
    "the environment variable TF_PROVIDER_MIRROR"
  );
}

/**
 * The reason in Terraform's words for a failed `init`, in one line: the error's own paragraph without the sentence that
 * only repeats which provider it is about.
 */
export function reasonOf(stderr: string): string {
  const plain = stderr.replace(/^[╷│╵] ?/gm, "");
  const error = /Error: (.+)\n((?:.*\n?)*)/.exec(plain);
  const [summary = plain.trim().split("\n").at(-1) ?? "", rest = ""] = error?.slice(1) ?? [];
  const end = rest.search(/^(?:To see which modules|Did you intend|All modules should|Error: )/m);
  const detail = (end < 0 ? rest : rest.slice(0, end))
    .replace(/\s+/g, " ")
    .replace(/^ ?Could not retrieve the list of available versions for provider \S+: /, "")
    .trim();
  return detail === "" ? summary : detail;
}

/** Terraform writes two lines of comment at the top; only the provider blocks can be put together. */
function withoutHeader(lock: string): string {
  return lock.replace(/^(#.*\n|\n)*/, "");
}
