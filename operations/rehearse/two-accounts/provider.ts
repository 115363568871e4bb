import { join } from "node:path";
import type { Configuration, Environment } from "../../../config/schema";
import { stackId } from "../../../stacks/base";
import type { EndpointService } from "../../connections/service";
import { runProcess } from "../../terraform/process";
import { type StackRun, type Terraform, TerraformError } from "../../terraform/terraform";
import type { EmulatorTarget } from "../overrides";
import { stackDirectories, synthesize } from "../stack-directories";

export interface ProviderOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  /** Folder for what is synthesized, absolute. */
  readonly folder: string;
  /** The environment whose stacks are there. */
  readonly environment: Environment;
  /** Its endpoint service's stack as it was applied. */
  readonly serviceStack: StackRun;
  readonly terraform: Terraform;
  /** Whole environment of a command that works in the emulator with the provider's account. */
  readonly env: NodeJS.ProcessEnv;
  readonly target: Omit<EmulatorTarget, "assumeRoleArn">;
}

/** State and resources are as the last run left them: nobody else works on them at the same time. */
const WITHOUT_REFRESH = ["-refresh=false"];

/** The team that provides the service: edits its file and applies, or runs this project's commands. */
export class Provider {
  private stack: StackRun | undefined;

  constructor(private readonly options: ProviderOptions) {}

  async service(): Promise<EndpointService> {
    return (await this.options.terraform.outputs(this.options.serviceStack)) as unknown as EndpointService;
  }

  /** Synthesizes with other PrivateLink options. */
  async edit(privatelink: Partial<Environment["privatelink"]>): Promise<void> {
    const { environment, folder, target, terraform } = this.options;
    const changed = { ...environment, privatelink: { ...environment.privatelink, ...privatelink } };
    const configuration: Configuration = { environments: [changed], consumers: [] };
    synthesize(configuration, folder);
    const id = stackId("privatelink-service", environment);
    const stack = stackDirectories(folder, configuration, target, []).find((one) => one.id === id);
    if (stack && this.stack === undefined) await terraform.init(stack);
    this.stack = stack;
  }

  /** @param name what the change is, for the name of the log */
  async apply(name: string, ...flags: readonly string[]): Promise<void> {
    const { terraform } = this.options;
    await terraform.apply(this.theStack(), { phase: `apply.${name}`, flags: [...WITHOUT_REFRESH, ...flags] });
  }

  /** Destroys the endpoint service alone, which is what AWS refuses first when the whole stack is destroyed. */
  async destroyService(name: string): Promise<void> {
    const { terraform } = this.options;
    const addresses = await terraform.addresses(this.theStack());
    const target = addresses.find((address) => address.startsWith("aws_vpc_endpoint_service."));
    await terraform.destroy(this.theStack(), {
      phase: `destroy.${name}`,
      flags: [...WITHOUT_REFRESH, `-target=${target}`],
    });
  }

  /** Applies the stack as it was before the first edit. */
  async restore(): Promise<void> {
    await this.options.terraform.apply(this.options.serviceStack, { phase: "apply.restored" });
  }

  /**
   * Runs `npm run connections -- --env <name>`; what it prints.
   *
   * @throws Error with what it says, if it fails
   */
  async connections(...args: readonly string[]): Promise<string> {
    const { env, environment, folder, project } = this.options;
    const script = join(project, "operations/connections/main.ts");
    const { exitCode, stderr, stdout } = await runProcess(
      process.execPath,
      ["--import", "tsx", script, "--env", environment.name, "--outdir", folder, ...args],
      { cwd: project, env },
    );
    if (exitCode !== 0) throw new Error(`npm run connections -- ${args.join(" ")} failed: ${stderr}`);
    return stdout;
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
