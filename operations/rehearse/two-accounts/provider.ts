import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../../../config/schema";
import type { EndpointService } from "../../connections/service";
import { readStackJson, readStacks } from "../../terraform/stacks";
import { type StackRun, type Terraform, TerraformError } from "../../terraform/terraform";
import { connectionsCommand } from "../connections-command";
import { type EmulatorTarget, emulatorOverride, OVERRIDE_FILE } from "../overrides";
import { storyEnvironment } from "./credentials";
import { ServiceStack } from "./service-stack";

export interface ProviderOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  /** Folder for what is synthesized, absolute; it exists. */
  readonly folder: string;
  /** Whose options the service has, except for those that are edited. */
  readonly environment: Environment;
  readonly terraform: Terraform;
  /** Whole environment of a command that works in the emulator with the provider's account. */
  readonly env: NodeJS.ProcessEnv;
  readonly target: Omit<EmulatorTarget, "assumeRoleArn">;
}

/** Name of the environment, so that nothing is mistaken for the one that is rehearsed. */
const NAME = "shared";

/** State and resources are as the last run left them: nobody else works on them. */
const WITHOUT_REFRESH = ["-refresh=false"];

/** The team that provides the service: edits its file and applies, or runs this project's commands. */
export class Provider {
  private stack: StackRun | undefined;

  constructor(private readonly options: ProviderOptions) {}

  /** Synthesizes the stack with other PrivateLink options. */
  async edit(privatelink: Partial<Environment["privatelink"]>): Promise<void> {
    const { environment, folder, target, terraform } = this.options;
    const app = new App({ outdir: folder, stackTraces: false });
    new ServiceStack(app, {
      environment: {
        ...environment,
        name: NAME,
        backend: { ...environment.backend, type: "local" },
        network: { ...environment.network, ipAddressType: "ipv4" },
        privatelink: { ...environment.privatelink, deletionProtection: false, ...privatelink },
      },
    });
    app.synth();
    const [synthesized] = readStacks(folder);
    if (synthesized === undefined) throw new Error("the provider has no stack");
    const stack = { ...synthesized, env: storyEnvironment };
    const override = emulatorOverride(readStackJson(stack), stack.id, target, (dataSource) => dataSource);
    writeFileSync(join(stack.directory, OVERRIDE_FILE), JSON.stringify(override));
    if (this.stack === undefined) await terraform.init(stack);
    this.stack = stack;
  }

  /** @param name what the change is, for the name of the log */
  async apply(name: string, ...flags: readonly string[]): Promise<void> {
    const options = { phase: `apply.${name}`, flags: [...WITHOUT_REFRESH, ...flags] };
    await this.options.terraform.apply(this.theStack(), options);
  }

  async destroy(name: string): Promise<void> {
    await this.options.terraform.destroy(this.theStack(), { phase: `destroy.${name}`, flags: WITHOUT_REFRESH });
  }

  async service(): Promise<EndpointService> {
    return (await this.options.terraform.outputs(this.theStack())) as unknown as EndpointService;
  }

  /** Runs `npm run connections`; what it prints. */
  connections(...args: readonly string[]): Promise<string> {
    const { env, folder, project } = this.options;
    const own = ["--env", NAME, "--outdir", folder];
    return connectionsCommand(project, { ...env, ...storyEnvironment }, [...own, ...args]);
  }

  private theStack(): StackRun {
    if (this.stack === undefined) throw new Error("nothing is synthesized yet: call edit() first");
    return this.stack;
  }
}

/** What Terraform says of a run that has to fail. */
export async function failureOf(run: Promise<void>): Promise<string> {
  try {
    await run;
    return "it went through";
  } catch (error) {
    if (error instanceof TerraformError) return error.details;
    throw error;
  }
}
