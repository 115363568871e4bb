import { allSecrets } from "../../config/derive";
import { imagePulls } from "../../config/image-pulls";
import type { Configuration, Environment } from "../../config/schema";
import { taskOwners } from "../../config/tasks";
import { releases } from "../../config/workloads";
import { DEFAULT_ACCOUNT, type Emulator } from "../lab/emulator";

/** What {@link givePrerequisites} asks of the emulated AWS. */
type Giver = Pick<Emulator, "giveBoundary" | "giveCertificate" | "giveHostedZone" | "giveParameter" | "giveSecret">;

/**
 * Gives the emulated accounts what a configuration names and no stack creates: certificates, the public hosted zone of the
 * private DNS name, images that pipelines have written to parameters, secrets, and permissions boundaries, without which no
 * role can be made there from then on.
 */
export async function givePrerequisites({ environments, consumers }: Configuration, emulator: Giver): Promise<void> {
  for (const environment of environments) {
    await giveNames(environment, emulator);
    await giveReleases(environment, emulator);
    await giveSecrets(environment, emulator);
    await giveRegistryCredentials(environment, emulator);
  }
  for (const { accountId, iam, region } of [...environments, ...consumers]) {
    const arn = iam.permissionsBoundaryArn;
    if (arn !== undefined) await emulator.giveBoundary({ account: accountId ?? DEFAULT_ACCOUNT, region, arn });
  }
}

async function giveNames(environment: Environment, emulator: Giver): Promise<void> {
  const { compute, privatelink, region } = environment;
  const account = environment.accountId ?? DEFAULT_ACCOUNT;
  const domainName = privatelink.privateDns?.name ?? "app.example.com";
  const listeners = [...compute.loadBalancer.listeners, ...privatelink.listeners];
  const arns = new Set(listeners.flatMap(({ certificateArn }) => certificateArn ?? []));
  for (const arn of arns) await emulator.giveCertificate({ arn, domainName });
  const { name, publicZoneId: id } = privatelink.privateDns ?? {};
  if (name !== undefined && id !== undefined) await emulator.giveHostedZone({ account, id, name, region });
}

/** An image by digest, as a pipeline writes it. */
async function giveReleases(environment: Environment, emulator: Giver): Promise<void> {
  const { accountId: account = DEFAULT_ACCOUNT, region } = environment;
  for (const { name, repository } of releases(environment)) {
    const value = `${repository}@sha256:${"1".repeat(64)}`;
    await emulator.giveParameter({ account, region, name, type: "String", value });
  }
}

/** Each secret with all the keys that are read of it. */
async function giveSecrets(environment: Environment, emulator: Giver): Promise<void> {
  const { accountId: account = DEFAULT_ACCOUNT, region } = environment;
  const all = taskOwners(environment).flatMap(({ options }) => allSecrets(options));
  const value = (what: string) => `value of ${what} in the emulated account`;
  for (const { parameter } of all) {
    const name = parameter?.replace(/^arn:.*:parameter/, "");
    if (name !== undefined) {
      await emulator.giveParameter({ account, region, name, type: "SecureString", value: value(name) });
    }
  }
  for (const arn of new Set(all.flatMap(({ secretsManager }) => secretsManager ?? []))) {
    const keys = all.flatMap(({ jsonKey, secretsManager }) => (secretsManager === arn ? (jsonKey ?? []) : []));
    await emulator.giveSecret({
      arn,
      value: JSON.stringify(Object.fromEntries(["password", ...keys].map((key) => [key, value(`${key} of ${arn}`)]))),
    });
  }
}

/** Credentials of registries, as ECS reads them. */
async function giveRegistryCredentials(environment: Environment, emulator: Giver): Promise<void> {
  const arns = imagePulls(environment).flatMap(({ credentialsSecretArn }) => credentialsSecretArn ?? []);
  for (const arn of new Set(arns)) {
    await emulator.giveSecret({ arn, value: JSON.stringify({ username: "emulated", password: "emulated" }) });
  }
}
