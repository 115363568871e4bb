import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetObjectCommand, ListBucketsCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { zipSync } from "fflate";
import { glob } from "tinyglobby";
import { type Check, checked } from "../../operations/verify/check";
import type { ClientOptions } from "../../operations/verify/target";
import { type Secret, secretSearch } from "./secret-search";

export interface SecretsOptions {
  readonly secrets: readonly Secret[];
  /** Folders whose files are searched, absolute. */
  readonly folders: readonly string[];
  /** Text that was or will be printed. */
  readonly printed: string;
}

/** Packages that were downloaded, and images: what a stack makes is elsewhere. */
const NOT_OWN = ["**/.terraform/providers/**", "registry/**", "base-image/**"];

/** Variables of this process that hold credentials. */
const CREDENTIALS = /^(AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|TF_TOKEN_.+|.+_TOKEN)$/;

/**
 * What must be nowhere: passwords of the emulated Secrets Manager, the token for its image repositories, and credentials
 * of this process.
 */
export async function readSecrets(options: ClientOptions, env: NodeJS.ProcessEnv = process.env): Promise<Secret[]> {
  const manager = new SecretsManagerClient(options);
  const { SecretList = [] } = await manager.send(new ListSecretsCommand({}));
  const stored = await Promise.all(
    SecretList.map(async ({ Name = "" }) => {
      const { SecretString = "" } = await manager.send(new GetSecretValueCommand({ SecretId: Name }));
      return { name: `password of ${Name}`, value: passwordIn(SecretString) };
    }),
  );
  const { authorizationData = [] } = await new ECRClient(options).send(new GetAuthorizationTokenCommand({}));
  const tokens = authorizationData.map(({ authorizationToken = "" }) => ({
    name: "token for image repositories",
    value: Buffer.from(authorizationToken, "base64").toString().replace(/^AWS:/, ""),
  }));
  const credentials = Object.entries(env)
    .filter(([name, value = ""]) => CREDENTIALS.test(name) && value.length >= 16)
    .map(([name, value = ""]) => ({ name, value }));
  return [...stored, ...tokens, ...credentials];
}

function passwordIn(text: string): string {
  try {
    const { password } = JSON.parse(text) as { password?: unknown };
    return typeof password === "string" ? password : text;
  } catch {
    return text;
  }
}

/** Proves that the search finds each secret where it is planted, then searches every object and every version of it. */
export async function* secretChecks(options: SecretsOptions, client: ClientOptions): AsyncGenerator<Check> {
  yield plantedIsFound(options);
  const s3 = new S3Client(client);
  yield await nowhere("every version of every object", options, versionsIn(s3));
}

/** Searches files and what was printed. */
export function secretsInFiles(options: SecretsOptions): Promise<Check> {
  return nowhere("plans, logs, outputs, reports and Terraform JSON", options, filesIn(options));
}

function plantedIsFound({ secrets }: SecretsOptions): Check {
  const search = secretSearch(secrets);
  const missed = secrets.filter(({ name, value }) => {
    const state = Buffer.from(JSON.stringify({ outputs: { planted: { value } } }));
    const plan = Buffer.from(zipSync({ tfplan: state }));
    const text = Buffer.from(`header: ${Buffer.from(`AWS:${value}`).toString("base64")}`);
    return ![state, plan, text].every((each) => search(each).includes(name));
  });
  const item = "the search finds each secret that is planted in a state, in a saved plan and in base64";
  const good = secrets.length > 0 && missed.length === 0;
  const saw = good ? secrets.map(({ name }) => name) : missed.map(({ name }) => `missed ${name}`);
  return checked(item, good, saw.join(", ") || "there is no secret");
}

interface Searched {
  readonly where: string;
  readonly content: Buffer;
}

async function nowhere(what: string, { secrets }: SecretsOptions, all: AsyncIterable<Searched>): Promise<Check> {
  const search = secretSearch(secrets);
  const item = `no password, token or credential is in ${what}`;
  const found: string[] = [];
  let count = 0;
  for await (const { where, content } of all) {
    count += 1;
    for (const name of search(content)) found.push(`${name} in ${where}`);
  }
  if (count === 0) return checked(item, false, "nothing to search");
  const saw = found.join(", ") || `${count} searched`;
  return checked(item, found.length === 0, saw, "find what wrote it there, and rotate the secret");
}

async function* versionsIn(s3: S3Client): AsyncGenerator<Searched> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name: Bucket = "" } of Buckets) {
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
      for (const { Key, VersionId } of page.Versions ?? []) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
        yield { where: `s3://${Bucket}/${Key} version ${VersionId}`, content };
      }
      KeyMarker = page.NextKeyMarker;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
  }
}

async function* filesIn({ folders, printed }: SecretsOptions): AsyncGenerator<Searched> {
  yield { where: "the report", content: Buffer.from(printed) };
  for (const folder of folders.filter((each) => existsSync(each))) {
    const files = await glob("**", { cwd: folder, dot: true, ignore: NOT_OWN, followSymbolicLinks: false });
    for (const file of files) {
      const path = join(folder, file);
      yield { where: path, content: await readFile(path) };
    }
  }
}
