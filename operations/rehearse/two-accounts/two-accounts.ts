import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DescribeVpcEndpointServiceConfigurationsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateHostedZoneCommand, DeleteHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { type Configuration, type Consumer, consumerSchema, type Environment } from "../../../config/schema";
import { stackId } from "../../../stacks/base";
import type { EndpointService } from "../../connections/service";
import { moduleFiles } from "../../export-consumer/files";
import { runProcess } from "../../terraform/process";
import { type StackRun, type Terraform, TerraformError } from "../../terraform/terraform";
import type { Check } from "../../verify/check";
import type { EmulatorTarget } from "../overrides";
import { stackDirectories, synthesize } from "../stack-directories";
import { type ClientSettings, ConsumerAccount, roleOf } from "./consumer-account";

/** An account that neither provides the service nor is allowed to use it, until the story allows it. */
const CONSUMER_ACCOUNT = "777788889999";
const CONSUMER_PRINCIPAL = `arn:aws:iam::${CONSUMER_ACCOUNT}:root`;
const PRIVATE_NAME = "app.example.com";

/** State and resources are as this story left them: nothing else works on them at the same time. */
const WITHOUT_REFRESH = ["-refresh=false"];

export interface TwoAccountsOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  /** Folder for what is synthesized on the way, absolute. */
  readonly folder: string;
  /** The environment whose stacks are there. */
  readonly environment: Environment;
  /** Its endpoint service's stack as it was applied. */
  readonly serviceStack: StackRun;
  readonly terraform: Terraform;
  /** Whole environment of a command that works in the emulator with the provider's account. */
  readonly env: NodeJS.ProcessEnv;
  readonly target: Omit<EmulatorTarget, "assumeRoleArn">;
  readonly settings: ClientSettings;
}

/**
 * Provider and consumer in two accounts, each with its own state: from a consumer that may not connect to a service
 * that can't be destroyed while it is in use. Every step is what the two teams would do: an edited file and
 * `terraform apply`, or one of this project's commands. Leaves the environment and the account as they were.
 */
export async function* twoAccounts(options: TwoAccountsOptions): AsyncGenerator<Check> {
  const story = new Story(options);
  await story.begin();
  yield* story.notAllowed();
  yield* story.allowedAndPending();
  yield* story.acceptedAndNamed();
  yield* story.rejected();
  yield* story.principalRemoved();
  yield* story.destroyRefused();
  yield* story.wayOut();
  await story.end();
}

class Story {
  private readonly ec2: EC2Client;
  private readonly route53: Route53Client;
  private zoneId = "";
  private account: ConsumerAccount | undefined;
  private service: EndpointService | undefined;
  /** Directory of the CDKTF output with the provider's latest change; commands read the state through it. */
  private provider: { readonly outdir: string; readonly stack: StackRun } | undefined;

  constructor(private readonly options: TwoAccountsOptions) {
    this.ec2 = new EC2Client(options.settings);
    this.route53 = new Route53Client(options.settings);
  }

  async begin(): Promise<void> {
    const { serviceStack, settings, terraform } = this.options;
    this.service = (await terraform.outputs(serviceStack)) as unknown as EndpointService;
    this.account = await ConsumerAccount.open(settings, CONSUMER_ACCOUNT, this.service.availabilityZoneIds.slice(0, 2));
    const { HostedZone } = await this.route53.send(
      new CreateHostedZoneCommand({ Name: PRIVATE_NAME, CallerReference: this.options.folder }),
    );
    this.zoneId = HostedZone?.Id?.split("/").at(-1) ?? "";
  }

  async *notAllowed(): AsyncGenerator<Check> {
    const stack = this.consumerStack("not-allowed");
    const said = await failureOf(this.apply(stack, "not-allowed"));
    yield check(
      "an account that is not allowed: for it the service does not exist",
      /couldn't find resource/.test(said),
      said,
    );
  }

  async *allowedAndPending(): AsyncGenerator<Check> {
    const { environment, terraform } = this.options;
    const stack = await this.changedProvider("allowed", {
      ...environment,
      privatelink: {
        ...environment.privatelink,
        acceptanceRequired: true,
        allowedPrincipals: [...environment.privatelink.allowedPrincipals, CONSUMER_PRINCIPAL],
        privateDns: { name: PRIVATE_NAME, publicZoneId: this.zoneId },
      },
    });
    const said = await failureOf(terraform.apply(stack, { phase: "apply.named-at-once", flags: WITHOUT_REFRESH }));
    const first = /-target=\S+/.exec(said)?.[0];
    yield check(
      "a private DNS name for a service that exists: the plan says what comes first",
      first !== undefined,
      said,
    );
    await terraform.apply(stack, { phase: "apply.named-first", flags: [...WITHOUT_REFRESH, first ?? ""] });
    await terraform.apply(stack, { phase: "apply.allowed", flags: WITHOUT_REFRESH });
    const { ServiceConfigurations = [] } = await this.ec2.send(
      new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [this.given(this.service).serviceId] }),
    );
    const proof = ServiceConfigurations[0]?.PrivateDnsNameConfiguration?.State;
    yield check(
      "private DNS name: the TXT record proves who owns it",
      proof === "verified",
      `${PRIVATE_NAME} ${proof}`,
    );

    const [consumer, module] = [this.consumerStack("pending"), this.exportedModule()];
    await Promise.all([this.apply(consumer, "pending"), this.apply(module, "pending")]);
    yield this.outputs("a connection waits for the provider", consumer, "pendingAcceptance", /Ask the provider/);
    yield this.outputs(
      "the exported module, applied by the consumer's account, waits alike",
      module,
      undefined,
      /Ask the provider/,
    );
  }

  async *acceptedAndNamed(): AsyncGenerator<Check> {
    const listed = await this.connections("list");
    const accepted = await this.connections("accept", "--account", CONSUMER_ACCOUNT);
    yield check(
      "npm run connections lists who waits, and accepts an account's endpoints",
      (listed.match(/pendingAcceptance/g) ?? []).length === 2 && (accepted.match(/available/g) ?? []).length === 2,
      accepted,
    );
    const [stack, module] = [this.consumerStack("named", { privateDnsEnabled: true }), this.exportedModule()];
    await Promise.all([this.apply(stack, "named"), this.apply(module, "accepted")]);
    yield this.outputs("the exported module says that it is ready", module, undefined, /^Ready to use/);
    const { PrivateDnsEnabled, State } = await this.endpointOf(stack);
    yield check(
      "a second apply turns the private DNS name on",
      PrivateDnsEnabled === true && State?.toLowerCase() === "available",
      `${State}, private DNS ${PrivateDnsEnabled ? "on" : "off"}`,
    );
    await this.options.terraform.destroy(module, { flags: WITHOUT_REFRESH });
  }

  async *rejected(): AsyncGenerator<Check> {
    const stack = this.consumerStack("rejected", { privateDnsEnabled: true });
    await this.options.terraform.init(stack, [], "init.rejected");
    const { endpointId } = await this.options.terraform.outputs(stack);
    await this.connections("reject", String(endpointId));
    await this.options.terraform.apply(stack, { phase: "apply.rejected" });
    yield this.outputs("a rejected consumer is told so", stack, "rejected", /has rejected/);
    await this.connections("accept", String(endpointId));
  }

  async *principalRemoved(): AsyncGenerator<Check> {
    const { environment, terraform } = this.options;
    const stack = await this.changedProvider("principal-removed", {
      ...environment,
      privatelink: { ...environment.privatelink, privateDns: { name: PRIVATE_NAME, publicZoneId: this.zoneId } },
    });
    await terraform.apply(stack, { phase: "apply.principal-removed", flags: WITHOUT_REFRESH });
    const listed = await this.connections("list");
    yield check(
      "removing a principal leaves its connection, and the list says how to end it",
      /available.*\bno\b/.test(listed) && listed.includes(`reject --account ${CONSUMER_ACCOUNT}`),
      listed,
    );
  }

  async *destroyRefused(): AsyncGenerator<Check> {
    const { stack } = this.given(this.provider);
    const flags = [...WITHOUT_REFRESH, `-target=${await this.serviceAddress(stack)}`];
    const said = await failureOf(this.options.terraform.destroy(stack, { phase: "destroy.refused", flags }));
    yield check("a service that is in use can't be destroyed", said.includes("ExistingVpcEndpointConnections"), said);
  }

  async *wayOut(): AsyncGenerator<Check> {
    const rejected = await this.connections("reject", "--all");
    const left = await this.connections("list");
    yield check("the way out: npm run connections reject --all", !/available|pendingAcceptance/.test(left), rejected);
    const stack = this.consumerStack("gone", { privateDnsEnabled: true });
    await this.options.terraform.init(stack, [], "init.gone");
    await this.options.terraform.destroy(stack, { flags: WITHOUT_REFRESH });
    yield check("a consumer that may not see the service any more can still leave", true, "endpoint destroyed");
  }

  /** The provider's stack as it was, and nothing left in the consumer's account. */
  async end(): Promise<void> {
    const { serviceStack, terraform } = this.options;
    await terraform.apply(serviceStack, { phase: "apply.restored" });
    await this.route53.send(new DeleteHostedZoneCommand({ Id: this.zoneId }));
    await this.given(this.account).close();
  }

  /** Synthesizes the provider's stacks from another configuration, and initializes the one of the service. */
  private async changedProvider(name: string, environment: Environment): Promise<StackRun> {
    const { target, terraform } = this.options;
    const configuration: Configuration = { environments: [environment], consumers: [] };
    const outdir = this.outdir(`provider-${name}`);
    synthesize(configuration, outdir);
    const id = stackId("privatelink-service", environment);
    const stack = this.given(stackDirectories(outdir, configuration, target, []).find((one) => one.id === id));
    await terraform.init(stack, [], `init.${name}`);
    this.provider = { outdir, stack };
    return stack;
  }

  /** The consumer's stack as a team writes it that got the invitation. */
  private consumerStack(name: string, dns: { privateDnsEnabled?: boolean } = {}): StackRun {
    const { region } = this.options.environment;
    const { serviceName } = this.given(this.service);
    const { subnetIds, vpcId } = this.given(this.account);
    const consumer: Consumer = {
      name: "second-account",
      ...consumerSchema.parse({
        region,
        accountId: CONSUMER_ACCOUNT,
        backend: { type: "local" },
        service: { name: serviceName },
        vpc: { id: vpcId, subnetIds: [...subnetIds] },
        clients: { cidrs: ["10.91.0.0/24"] },
        dns: { mode: "private-dns", ...dns },
      }),
    };
    const configuration: Configuration = { environments: [], consumers: [consumer] };
    const outdir = this.outdir(`consumer-${name}`);
    synthesize(configuration, outdir);
    return this.given(stackDirectories(outdir, configuration, this.options.target, [])[0]);
  }

  /** A root module of the consumer's own that calls the exported module; no Node, no CDKTF. */
  private exportedModule(): StackRun {
    const directory = this.outdir("consumer-module");
    const { serviceName } = this.given(this.service);
    const { subnetIds, vpcId } = this.given(this.account);
    const { region } = this.options.environment;
    const root = {
      provider: {
        aws: {
          region,
          assume_role: [{ role_arn: roleOf(CONSUMER_ACCOUNT) }],
          skip_credentials_validation: true,
          skip_metadata_api_check: true,
          skip_region_validation: true,
        },
      },
      module: {
        app: {
          source: "./consumer-module",
          name: "exported",
          service_name: serviceName,
          vpc_id: vpcId,
          subnet_ids: subnetIds,
          client_cidrs: ["10.91.0.0/24"],
        },
      },
      output: {
        endpointId: { value: "${module.app.endpoint_id}" },
        nextStep: { value: "${module.app.next_step}" },
      },
    };
    const files = Object.entries(moduleFiles()).map(([path, text]) => [join("consumer-module", path), text] as const);
    for (const [path, text] of [["main.tf.json", JSON.stringify(root)] as const, ...files]) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return { id: "consumer-module", directory };
  }

  private async apply(stack: StackRun, name: string): Promise<void> {
    await this.options.terraform.init(stack, [], `init.${name}`);
    await this.options.terraform.apply(stack, { phase: `apply.${name}` });
  }

  private async outputs(item: string, stack: StackRun, state: string | undefined, nextStep: RegExp): Promise<Check> {
    const outputs = await this.options.terraform.outputs(stack);
    const good = (state === undefined || outputs.state === state) && nextStep.test(String(outputs.nextStep));
    return check(item, good, String(outputs.nextStep));
  }

  private async endpointOf(stack: StackRun) {
    const { endpointId } = await this.options.terraform.outputs(stack);
    return this.given(this.account).endpoint(String(endpointId));
  }

  private async serviceAddress(stack: StackRun): Promise<string> {
    const addresses = await this.options.terraform.addresses(stack);
    return this.given(addresses.find((address) => address.startsWith("aws_vpc_endpoint_service.")));
  }

  /** Runs `npm run connections` as the provider does; what it prints. */
  private async connections(...args: readonly string[]): Promise<string> {
    const { env, environment, project } = this.options;
    const { outdir } = this.given(this.provider);
    const script = join(project, "operations/connections/main.ts");
    const result = await runProcess(
      process.execPath,
      ["--import", "tsx", script, "--env", environment.name, "--outdir", outdir, ...args],
      { cwd: project, env },
    );
    if (result.exitCode !== 0) throw new Error(`npm run connections ${args.join(" ")} failed: ${result.stderr}`);
    return result.stdout;
  }

  private outdir(name: string): string {
    return join(this.options.folder, name);
  }

  private given<T>(value: T | undefined): T {
    if (value === undefined) throw new Error("the story is told out of order");
    return value;
  }
}

const check = (item: string, good: boolean, saw: string): Check => ({
  item,
  status: good ? "pass" : "fail",
  saw: saw.trim(),
});

/** What Terraform says of a run that has to fail. */
async function failureOf(run: Promise<void>): Promise<string> {
  try {
    await run;
    return "it went through";
  } catch (error) {
    if (error instanceof TerraformError) return error.details;
    throw error;
  }
}
