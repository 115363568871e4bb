import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TerraformBinary } from "./binary";
import { Interrupted, type Interruption } from "./interruption";
import { cliConfiguration, folderWith, mirrorFolders, type ProviderRequirement, userCliConfiguration } from "./mirrors";
import { runProcess } from "./process";

/** Where Terraform gets its providers from in this run, and what came of trying each. */
export interface Providers {
  /** Environment variables for every Terraform that is started. */
  readonly env: Readonly<Record<string, string>>;
  /** Text of a `.terraform.lock.hcl` with every provider that could be installed. */
  readonly lockFile: string;
  readonly installed: readonly { readonly requirement: ProviderRequirement; readonly from: string }[];
  readonly missing: readonly { readonly requirement: ProviderRequirement; readonly why: string }[];
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
 * Installs each provider once, in a folder of its own, before any stack needs it. That tells which ones can be had at
 * all, and fills the plugin cache one after the other: Terraform doesn't guard the cache against several writers.
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
  const configurationFile = join(options.folder, "terraform.rc");
  writeFileSync(configurationFile, configuration.text);
  const providerEnv: Record<string, string> = { TF_CLI_CONFIG_FILE: configurationFile, CHECKPOINT_DISABLE: "1" };
  if (!env.TF_PLUGIN_CACHE_DIR && !/^\s*plugin_cache_dir\b/m.test(configuration.text)) {
    providerEnv.TF_PLUGIN_CACHE_DIR = join(options.folder, "cache");
    mkdirSync(providerEnv.TF_PLUGIN_CACHE_DIR, { recursive: true });
  }

  const installed: Providers["installed"][number][] = [];
  const missing: Providers["missing"][number][] = [];
  const locks: string[] = [];
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
  const said = /Error: (.+(?:\n│? *\S.*)*)/.exec(result.stderr)?.[1] ?? result.stderr;
  return { why: `${said.split("\n")[0]} (${join(folder, "init.log")})` };
}

/** Terraform writes two lines of comment at the top; only the provider blocks can be put together. */
function withoutHeader(lock: string): string {
  return lock.replace(/^(#.*\n|\n)*/, "");
}
