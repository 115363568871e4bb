import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The AWS provider as a process that several runs of Terraform use, one after the other: its start is what costs. */
export interface WarmProvider {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** How long a provider may take to start, in ms. */
const START_MS = 60_000;

/**
 * Starts the provider that an initialized stack directory has installed, in the mode that Terraform attaches to.
 * Source: https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
 */
export async function startWarmProvider(stackDirectory: string, env: NodeJS.ProcessEnv): Promise<WarmProvider> {
  const child = spawn(providerProgram(stackDirectory), ["-debug"], { env, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const limit = setTimeout(() => child.kill("SIGKILL"), START_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const attach = /TF_REATTACH_PROVIDERS='(.+)'/.exec(line)?.[1];
      if (attach === undefined) continue;
      child.stdout.resume();
      return { env: { TF_REATTACH_PROVIDERS: attach }, stop };
    }
  } finally {
    clearTimeout(limit);
  }
  throw new Error("the AWS provider did not start");
}

function providerProgram(stackDirectory: string): string {
  const folder = join(stackDirectory, ".terraform/providers");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
    /hashicorp.aws.*terraform-provider-aws[^/]*$/.test(path),
  );
  // A plugin cache links the whole folder of a version.
  const program = found ?? programBehindLink(folder);
  return join(folder, program);
}

function programBehindLink(folder: string): string {
  const home = "registry.terraform.io/hashicorp/aws";
  for (const version of readdirSync(join(folder, home))) {
    for (const platform of readdirSync(join(folder, home, version))) {
      const path = join(home, version, platform);
      const program = readdirSync(join(folder, path)).find((name) => name.startsWith("terraform-provider-aws"));
      if (program !== undefined) return join(path, program);
    }
  }
  throw new Error(`no AWS provider in ${folder}`);
}
