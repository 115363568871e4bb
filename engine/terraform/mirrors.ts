import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** One provider as a stack's `required_providers` asks for it. */
export interface ProviderRequirement {
  /** `<host>/<namespace>/<type>`, always with the host. */
  readonly source: string;
  readonly version: string;
}

const DEFAULT_HOST = "registry.terraform.io";

/** Completes `aws` and `hashicorp/aws` to `registry.terraform.io/hashicorp/aws`, as Terraform does. */
export function fullSource(source: string): string {
  const parts = source.split("/");
  if (parts.length === 1) return `${DEFAULT_HOST}/hashicorp/${source}`;
  return parts.length === 2 ? `${DEFAULT_HOST}/${source}` : source;
}

/** Providers that the JSON of some stacks asks for, each once, in alphabetical order. */
export function requiredProviders(stackJsons: readonly unknown[]): ProviderRequirement[] {
  const found = new Map<string, ProviderRequirement>();
  for (const json of stackJsons) {
    const { terraform } = json as {
      terraform?: { required_providers?: Record<string, { source: string; version?: string }> };
    };
    for (const [name, { source = name, version = "" }] of Object.entries(terraform?.required_providers ?? {})) {
      const requirement = { source: fullSource(source), version };
      found.set(`${requirement.source} ${version}`, requirement);
    }
  }
  return [...found.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

/**
 * Folders that may hold provider packages, best first: the ones of `TF_PROVIDER_MIRROR` (several, separated by `:`),
 * those Terraform looks at by itself, and every `/opt/*` folder with a `registry.terraform.io` in it.
 * Source for Terraform's own: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
export function mirrorFolders(env: NodeJS.ProcessEnv, optFolder = "/opt"): string[] {
  const home = env.HOME ?? homedir();
  const dataFolders = (env.XDG_DATA_DIRS || "/usr/local/share:/usr/share").split(":");
  const candidates = [
    ...(env.TF_PROVIDER_MIRROR ?? "").split(delimiter),
    join(home, ".terraform.d/plugins"),
    join(env.XDG_DATA_HOME || join(home, ".local/share"), "terraform/plugins"),
    ...dataFolders.map((folder) => join(folder, "terraform/plugins")),
    ...foldersIn(optFolder).filter((folder) => existsSync(join(folder, DEFAULT_HOST))),
  ];
  return [...new Set(candidates.filter((folder) => folder !== "").map((folder) => resolve(folder)))].filter((folder) =>
    existsSync(folder),
  );
}

/** The first of some folders that holds a provider for this machine, packed (zip) or unpacked. */
export function folderWith(
  requirement: ProviderRequirement,
  folders: readonly string[],
  platform = terraformPlatform(),
): string | undefined {
  const type = requirement.source.split("/").at(-1) ?? "";
  const exact = /^=?\s*(\d+\.\d+\.\d+\S*)$/.exec(requirement.version)?.[1];
  return folders.find((folder) => {
    const home = join(folder, requirement.source);
    // A range of versions is Terraform's to resolve: any package of the provider makes the folder worth a look.
    if (exact === undefined) return existsSync(home);
    return (
      existsSync(join(home, `terraform-provider-${type}_${exact}_${platform}.zip`)) ||
      existsSync(join(home, exact, platform))
    );
  });
}

/** Terraform's name for the machine that this runs on, e.g. `linux_amd64`. */
export function terraformPlatform(platform: string = process.platform, architecture: string = process.arch): string {
  const os = platform === "win32" ? "windows" : platform;
  const arch = { x64: "amd64", ia32: "386" }[architecture] ?? architecture;
  return `${os}_${arch}`;
}

/** The text of the CLI configuration that the user's Terraform is set up with; undefined if there is none. */
export function userCliConfiguration(env: NodeJS.ProcessEnv): { path: string; text: string } | undefined {
  const named = env.TF_CLI_CONFIG_FILE || env.TERRAFORM_CONFIG;
  const usual = join(env.HOME ?? homedir(), ".terraformrc");
  const path = [named, usual].find((candidate) => candidate && existsSync(candidate));
  return path ? { path, text: readFileSync(path, "utf8") } : undefined;
}

/**
 * The CLI configuration that Terraform runs with: the user's own, and unless that says where providers come from,
 * the mirror of each provider that has one and the registry for all others.
 */
export function cliConfiguration(
  mirrors: ReadonlyMap<string, string>,
  userText: string | undefined,
): { text: string; usersOwn: boolean } {
  const own = userText ?? "";
  // A configuration in JSON can't be extended by appending; it is taken as it is.
  if (/^\s*\{/.test(own) || /^\s*provider_installation\b/m.test(own)) return { text: own, usersOwn: true };
  const blocks = [...new Set(mirrors.values())].map((folder) => {
    const inIt = [...mirrors].filter(([, itsFolder]) => itsFolder === folder);
    const sources = inIt.map(([source]) => JSON.stringify(source)).join(", ");
    return `  filesystem_mirror {\n    path    = ${JSON.stringify(folder)}\n    include = [${sources}]\n  }\n`;
  });
  const mirrored = [...mirrors.keys()].map((source) => JSON.stringify(source)).join(", ");
  const direct = mirrors.size === 0 ? "  direct {}\n" : `  direct {\n    exclude = [${mirrored}]\n  }\n`;
  return {
    text: `${own === "" ? "" : `${own.trimEnd()}\n\n`}provider_installation {\n${blocks.join("")}${direct}}\n`,
    usersOwn: false,
  };
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => join(folder, entry.name))
    .sort();
}
