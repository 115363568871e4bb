import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DescribeVpcEndpointServiceConfigurationsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateHostedZoneCommand, DeleteHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { Interruption } from "../../../engine/terraform/interruption";
import type { StackRun } from "../../../engine/terraform/terraform";
import type { EndpointService } from "../../../operations/consumers/service";
import { type Check, checked as check } from "../../../operations/verify/check";
import type { Emulator } from "../../lab/emulator";
import { buildPackage } from "../limits";
import { byRule } from "./by-rule";
import { type ConsumerSide, consumerModule, consumerStack } from "./consumer";
import { type ClientSettings, ConsumerAccount } from "./consumer-account";
import { storySettings } from "./credentials";
import { failureOf, Provider, type ProviderOptions } from "./provider";

/** An account that neither provides the service nor may use it, until the story allows it. */
const CONSUMER_ACCOUNT = "777788889999";
const PRIVATE_NAME = "app.example.com";

export interface TwoAccountsOptions extends ProviderOptions {
  readonly emulator: Pick<Emulator, "accountId" | "checkRights" | "listCalls">;
  /** Folder of logs, absolute. */
  readonly logs: string;
  readonly interruption: Interruption;
}

/**
 * Provider and consumers in accounts of their own, each with its own state: from a consumer that may not connect, and
 * three that are accepted by rule or by hand, to a service that can't be destroyed while it is in use. Every step is what the two teams would do: an edited file and
 * `terraform apply`, or one of this project's commands. Leaves nothing behind.
 */
export async function* twoAccounts(options: TwoAccountsOptions): AsyncGenerator<Check> {
  const { environment, folder, target, terraform } = options;
  const settings = storySettings(target.endpoint, environment.region);
  const provider = new Provider({ ...options, folder: join(folder, "provider") });
  mkdirSync(folder, { recursive: true });
  await buildPackage(options.project, options.logs, options.interruption);
  await provider.edit({ acceptanceRequired: true, allowedPrincipals: [] });
  await provider.apply("new");
  const service = await provider.service();
  const account = await ConsumerAccount.open(settings, CONSUMER_ACCOUNT, service.availabilityZoneIds.slice(0, 2));
  const zone = await PublicZone.create(settings, folder);
  const side: ConsumerSide = {
    folder,
    region: environment.region,
    serviceName: service.serviceName,
    account,
    target,
  };
  const apply = (stack: StackRun, name: string) => terraform.apply(stack, { phase: `apply.${name}` });

  let consumer = consumerStack(side, { mode: "private-dns" });
  await terraform.init(consumer);
  const unknown = await failureOf(apply(consumer, "not-allowed"));
  yield check("an account that is not allowed does not see the service", /couldn't find/.test(unknown), unknown);

  const privateDns = { name: PRIVATE_NAME, publicZoneId: zone.id };
  await provider.edit({
    acceptanceRequired: true,
    allowedPrincipals: [`arn:aws:iam::${CONSUMER_ACCOUNT}:root`],
    privateDns,
  });
  const advice = await failureOf(provider.apply("name-at-once"));
  const nameFirst = /-target=\S+/.exec(advice)?.[0] ?? "";
  yield check("a name for a service that exists: the plan says what comes first", nameFirst !== "", advice);
  await provider.apply("name-first", nameFirst);
  await provider.apply("allowed");
  const proof = await verificationState(settings, service.serviceId);
  yield check("the TXT record proves who owns the private DNS name", proof === "verified", `${PRIVATE_NAME}: ${proof}`);

  const module = consumerModule(side);
  await terraform.init(module);
  await Promise.all([apply(consumer, "pending"), apply(module, "pending")]);
  const waiting = await terraform.outputs(consumer);
  yield check(
    "a connection waits for the provider",
    waiting.state === "pendingAcceptance" && /Ask the provider/.test(String(waiting.nextStep)),
    String(waiting.nextStep),
  );
  const moduleWaits = String((await terraform.outputs(module)).nextStep);
  yield check("so does the exported module's, in the same account", /Ask the provider/.test(moduleWaits), moduleWaits);

  const listed = await provider.connections("list");
  const accepted = await provider.connections("accept", "--account", CONSUMER_ACCOUNT);
  yield check(
    "npx ecs-privatelink connections lists who waits, and accepts an account's endpoints",
    count(listed, /pendingAcceptance/g) === 2 && count(accepted, /available/g) === 2,
    accepted,
  );

  consumer = consumerStack(side, { mode: "private-dns", privateDnsEnabled: true });
  await Promise.all([apply(consumer, "named"), apply(module, "accepted")]);
  const moduleReady = String((await terraform.outputs(module)).nextStep);
  yield check("the exported module says that it is ready", /^Ready to use/.test(moduleReady), moduleReady);
  const endpointId = String(waiting.endpointId);
  const { PrivateDnsEnabled = false, State } = await account.endpoint(endpointId);
  yield check(
    "a second apply turns the private DNS name on",
    PrivateDnsEnabled && State?.toLowerCase() === "available",
    `${State}, private DNS ${PrivateDnsEnabled ? "on" : "off"}`,
  );

  await Promise.all([terraform.destroy(module), provider.connections("reject", endpointId)]);
  await apply(consumer, "rejected");
  const told = await terraform.outputs(consumer);
  yield check("a rejected consumer is told so", /has rejected/.test(String(told.nextStep)), String(told.nextStep));
  await provider.connections("accept", endpointId);

  const privatelink = { acceptanceRequired: true, allowedPrincipals: [], privateDns };
  yield await removePrincipal(provider, privatelink);
  yield* byRule({ provider, service, settings, emulator: options.emulator, privatelink });
  yield* destroyWhileInUse(provider, service);

  // Without the service in sight Terraform can't refresh; docs/consumer.md says so.
  await terraform.destroy(consumer, { flags: ["-refresh=false"] });
  yield check("a consumer whose service is gone can still leave", true, `${endpointId} destroyed`);
  await zone.delete();
  await account.close();
}

async function removePrincipal(provider: Provider, privatelink: Parameters<Provider["edit"]>[0]): Promise<Check> {
  await provider.edit(privatelink);
  await provider.apply("principal-removed");
  const leftover = await provider.connections("list");
  return check(
    "removing a principal leaves its connection; the list says so, and how to end it",
    /available.*\bno\b/.test(leftover) && leftover.includes(`reject --account ${CONSUMER_ACCOUNT}`),
    leftover,
  );
}

async function* destroyWhileInUse(provider: Provider, service: EndpointService): AsyncGenerator<Check> {
  const refusal = await failureOf(provider.destroy("refused"));
  yield check("a service in use can't be destroyed", refusal.includes("ExistingVpcEndpointConnections"), refusal);
  // A destroy takes the outputs first, so the service has to be named.
  const byId = ["--service-id", service.serviceId, "--region", service.region];
  const rejected = await provider.connections(...byId, "reject", "--all");
  await provider.destroy("after-rejecting");
  yield check("the way out: npx ecs-privatelink connections reject --all, then destroy", true, rejected);
}

/** A public hosted zone that the provider has had all along. */
class PublicZone {
  private constructor(
    readonly id: string,
    private readonly client: Route53Client,
  ) {}

  static async create(settings: ClientSettings, reference: string): Promise<PublicZone> {
    const client = new Route53Client(settings);
    const { HostedZone } = await client.send(
      new CreateHostedZoneCommand({ Name: PRIVATE_NAME, CallerReference: reference }),
    );
    return new PublicZone(HostedZone?.Id?.split("/").at(-1) ?? "", client);
  }

  async delete(): Promise<void> {
    await this.client.send(new DeleteHostedZoneCommand({ Id: this.id }));
  }
}

async function verificationState(settings: ClientSettings, serviceId: string): Promise<string> {
  const { ServiceConfigurations = [] } = await new EC2Client(settings).send(
    new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [serviceId] }),
  );
  return ServiceConfigurations[0]?.PrivateDnsNameConfiguration?.State ?? "not asked for";
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
