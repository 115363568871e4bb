import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { App } from "cdktf";
import { resourcePrefix } from "../../../config/derive";
import type { Environment } from "../../../config/schema";
import { type StackRun, type Terraform, TerraformError } from "../../../engine/terraform/terraform";
import type { Report } from "../../../lambda/consumer-connections/run";
import { packagePath } from "../../../lambda/functions";
import type { EndpointService } from "../../../operations/consumers/service";
import { readStackJson, readStacks } from "../../../synth/stacks";
import { type EmulatorTarget, emulatorOverride, OVERRIDE_FILE } from "../../lab/overrides";
import { connectionsCommand } from "../connections-command";
import { storyEnvironment, storySettings } from "./credentials";
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

const FUNCTION = "consumer-connections";
const PACKAGE = packagePath(FUNCTION);

/** Only this scenario changes state and resources, so they are as the last run left them. */
const WITHOUT_REFRESH = ["-refresh=false"];

/** The team that provides the service: edits its file and applies, or runs this project's commands. */
export class Provider {
  private stack: StackRun | undefined;

  constructor(private readonly options: ProviderOptions) {}

  /** Synthesizes the stack with other PrivateLink options. */
  async edit(privatelink: Partial<Environment["privatelink"]>): Promise<void> {
    const { environment, folder, target, terraform } = this.options;
    // The story has a name of its own, from a certain step on.
    const { privateDns: _, ...configured } = environment.privatelink;
    const app = new App({ outdir: folder, stackTraces: false });
    new ServiceStack(app, {
      environment: {
        ...environment,
        name: NAME,
        backend: { ...environment.backend, type: "local" },
        network: { ...environment.network, ipAddressType: "ipv4" },
        privatelink: {
          ...configured,
          deletionProtection: false,
          // The environment's own consumers and endpoints are not this service's, and there is no ALB that could be a target.
          acceptedEndpointIds: [],
          consumers: {},
          // Not every environment's stacks need the provider that zips.
          consumerConnections: { ...configured.consumerConnections, dryRun: false, prebuiltPackage: PACKAGE },
          albTargetMode: "ip-sync",
          ...privatelink,
        },
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

  /** Runs `npx ecs-privatelink connections`; what it prints. */
  connections(...args: readonly string[]): Promise<string> {
    const { env, folder, project } = this.options;
    const own = ["--env", NAME, "--outdir", folder];
    return connectionsCommand(project, { ...env, ...storyEnvironment }, [...own, ...args]);
  }

  /** Name of the function that accepts endpoints, and of its role. */
  get functionName(): string {
    return `${resourcePrefix({ ...this.options.environment, name: NAME })}-${FUNCTION}`;
  }

  /** Runs the deployed function, as its schedule does. @throws Error with what the function threw */
  async acceptByRule(): Promise<Report> {
    const { environment, target } = this.options;
    const client = new LambdaClient(storySettings(target.endpoint, environment.region));
    const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: this.functionName }));
    const answer = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(`${this.functionName} failed: ${answer}`);
    return JSON.parse(answer) as Report;
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
