import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { projectPath } from "../../../config/project";
import { bootstrap } from "../../../engine/state-bucket";
import { findTerraform } from "../../../engine/terraform/binary";
import { Interrupted } from "../../../engine/terraform/interruption";
import { prepareProviders } from "../../../engine/terraform/providers";
import { Terraform } from "../../../engine/terraform/terraform";
import { type Emulator, startEmulator } from "../../../proof/lab/emulator";
import { emulatorEnvironment, emulatorOverride, OVERRIDE_FILE } from "../../../proof/lab/overrides";
import { temporaryFolder } from "../../temporary-folder";

const AWS = { source: "registry.terraform.io/hashicorp/aws", version: "5.100.0" };
const BUCKET = "bootstrap-tfstate";

const backend = { s3: { bucket: BUCKET, key: "state.tfstate", region: "eu-central-1", use_lockfile: true } };

/** The state stack at its smallest, with a bucket that Terraform's built-in resource creates: no provider takes time. */
const withoutProvider = (endpoint: string) => {
  const create = `curl -sfX PUT ${endpoint}/${BUCKET} -d "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>"`;
  return {
    terraform: { backend },
    resource: {
      terraform_data: {
        bucket: { provisioner: [{ "local-exec": { command: create } }] },
        slow: { input: "${terraform_data.bucket.id}", provisioner: [{ "local-exec": { command: "sleep 2" } }] },
      },
    },
  };
};

const withBucket = {
  terraform: { backend, required_providers: { aws: { source: "aws", version: AWS.version } } },
  provider: { aws: [{ region: "eu-central-1" }] },
  resource: { aws_s3_bucket: { state: { bucket: BUCKET } } },
};

const folder = temporaryFolder("bootstrap");
let emulator: Emulator;
let started: Promise<{ engine: (stop: AbortSignal) => Terraform } | string>;

beforeAll(async () => {
  emulator = await startEmulator({ logFile: join(folder, "emulator.log") });
  started = prepare();
  await started;
}, 300_000);
afterAll(async () => {
  await emulator.stop();
});

/** Terraform with the AWS provider; text says why there is none here. */
async function prepare(): Promise<{ engine: (stop: AbortSignal) => Terraform } | string> {
  try {
    const binary = await findTerraform();
    const providers = await prepareProviders({
      binary,
      requirements: [AWS],
      folder: projectPath(".rehearsal/providers"),
    });
    const [missing] = providers.missing;
    if (missing !== undefined) return missing.why;
    const env = { ...emulatorEnvironment(process.env, emulator.endpoint), ...providers.env };
    const logFolder = join(folder, "logs");
    const kill = new AbortController().signal;
    return {
      engine: (stop) =>
        new Terraform({ binary, env, logFolder, lockFile: providers.lockFile, interruption: { stop, kill } }),
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function write(json: object) {
  const directory = join(folder, "state-backend-dev");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(json));
  const target = { endpoint: emulator.endpoint, localStates: folder };
  writeFileSync(join(directory, OVERRIDE_FILE), JSON.stringify(emulatorOverride(json, "state", target, String)));
  return { id: "state-backend-dev", directory, dependencies: [] };
}

test("an interrupted bootstrap is completed by the next one, and a third changes nothing", async () => {
  const prepared = await started;
  if (typeof prepared === "string") return notRun(prepared);
  const localState = join(folder, "bootstrap.tfstate");
  const quietly = { onProgress: () => {}, localState };
  const terraform = prepared.engine(new AbortController().signal);
  const json = withoutProvider(emulator.endpoint);

  // the bucket is there already, but not its state in it
  const stop = new AbortController();
  const onApplying = ({ completed }: { completed: ReadonlySet<string> }) => {
    if (completed.has("terraform_data.bucket")) stop.abort();
  };
  const interrupted = bootstrap(prepared.engine(stop.signal), write(json), { ...quietly, onApplying });
  await expect(interrupted).rejects.toThrow(Interrupted);
  expect(existsSync(localState)).toBe(true);

  await expect(bootstrap(terraform, write(json), quietly)).resolves.toEqual({ changed: true });
  expect(existsSync(localState)).toBe(false);

  const stack = write(json);
  await expect(bootstrap(terraform, stack, quietly)).resolves.toEqual({ changed: false });
  await expect(terraform.addresses(stack)).resolves.toEqual(["terraform_data.bucket", "terraform_data.slow"]);
}, 300_000);

test("a bucket that is there without its state is taken into a new one", async () => {
  const prepared = await started;
  if (typeof prepared === "string") return notRun(prepared);
  const client = new S3Client({
    endpoint: emulator.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "state.tfstate" }));
  const terraform = prepared.engine(new AbortController().signal);
  const stack = write(withBucket);
  const options = { onProgress: () => {}, localState: join(folder, "none.tfstate") };
  await expect(bootstrap(terraform, stack, options)).resolves.toEqual({ changed: true });
  await expect(terraform.addresses(stack)).resolves.toEqual(["aws_s3_bucket.state"]);
}, 300_000);

function notRun(why: string): void {
  console.warn(`not run, because there is no Terraform with the AWS provider: ${why}`);
}
