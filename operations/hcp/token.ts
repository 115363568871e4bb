import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Finds the API token where Terraform itself looks for it: the environment variable of the host, else the file that
 * `terraform login` writes.
 * Source: https://developer.hashicorp.com/terraform/cli/config/config-file#credentials
 *
 * @throws Error that says how to get one; never with a token in it
 */
export function findToken(hostname: string, env: NodeJS.ProcessEnv = process.env): string {
  const variable = tokenVariable(hostname);
  const file = join(env.HOME ?? homedir(), ".terraform.d/credentials.tfrc.json");
  const token = env[variable]?.trim() || fromFile(file, hostname);
  if (token) return token;
  throw new Error(
    `no API token for ${hostname}: neither ${variable} nor ${file} has one; run "terraform login ${hostname}", or set ${variable} to a user or team token`,
  );
}

/** `TF_TOKEN_app_terraform_io`: dots become underscores; a hyphen, which no variable may hold, becomes two. */
export function tokenVariable(hostname: string): string {
  return `TF_TOKEN_${hostname.replaceAll("-", "__").replaceAll(".", "_")}`;
}

function fromFile(file: string, hostname: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { credentials } = JSON.parse(readFileSync(file, "utf8")) as {
      credentials?: Record<string, { token?: string }>;
    };
    return credentials?.[hostname]?.token;
  } catch {
    // The parser's message would quote the file.
    throw new Error(`${file} is no valid JSON; run "terraform login ${hostname}" to write it again`);
  }
}
