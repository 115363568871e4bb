/**
 * What stands beside a stack's untouched JSON so that Terraform talks to the emulator: a file that Terraform merges over
 * it. Source: https://developer.hashicorp.com/terraform/language/files/override
 */

export interface EmulatorTarget {
  /** URL of the emulator. */
  readonly endpoint: string;
  /** Folder for the states of stacks whose backend is not S3: nothing of the emulator could hold them. */
  readonly localStates: string;
  /** Every state is there: nothing has created a bucket for them. */
  readonly withoutStateBucket?: boolean;
  /** Address (`host:port`) of the registry that images are pushed to; undefined without Docker. */
  readonly registry?: string;
  /** Images are built without a network: local base images hold all that a build needs. */
  readonly isolatedBuilds?: boolean;
  /** Role that the stack's AWS provider takes on, to work in another account than the environment's. */
  readonly assumeRoleArn?: string;
}

/** Name of the override file. */
export const OVERRIDE_FILE = "rehearsal_override.tf.json";

/** Access key of Terraform's calls, by which the emulator's record of calls tells them from others. */
export const ACCESS_KEY_ID = "rehearsal";

/** The same for Terraform's calls that only plan. */
export const PLANNING_KEY_ID = "rehearsal-plan";

/** The keys of a consumer, whose pipelines have roles of their own. */
export const consumerKeys = (name: string) => ({
  plan: `${ACCESS_KEY_ID}-consumer-${name}-plan`,
  apply: `${ACCESS_KEY_ID}-consumer-${name}`,
});

/** Enough for a connection that broke; the provider's own 25 would go on for minutes after an error of the emulator. */
const MAX_RETRIES = 3;

type Json = Readonly<Record<string, unknown>>;

interface StackJson {
  readonly terraform?: { readonly backend?: Readonly<Record<string, Json>>; readonly cloud?: Json };
  readonly provider?: Readonly<Record<string, readonly Json[]>>;
  readonly resource?: { readonly docker_image?: Readonly<Record<string, { readonly build?: Json | readonly Json[] }>> };
  readonly data?: { readonly terraform_remote_state?: Readonly<Record<string, RemoteState>> };
}

interface RemoteState {
  readonly backend: string;
  readonly workspace?: string;
  readonly config: Json;
}

/**
 * @param stackJson the stack's Terraform JSON as synthesized
 * @param stackId names the state of a stack whose backend is not S3
 * @param stateOf stack id that a remote-state data source reads, by the data source's name
 */
export function emulatorOverride(
  stackJson: unknown,
  stackId: string,
  target: EmulatorTarget,
  stateOf: (dataSource: string) => string,
): Json {
  const { terraform = {}, provider = {}, resource = {}, data = {} } = stackJson as StackJson;
  const s3 = target.withoutStateBucket ? undefined : terraform.backend?.s3;
  const remoteStates = Object.entries(data.terraform_remote_state ?? {}).map(([name, { backend, config }]) => [
    name,
    backend === "s3"
      ? { backend, config: s3InEmulator(config, target) }
      : { backend: "local", config: localState(stateOf(name), target) },
  ]);
  return {
    terraform: {
      backend: s3 === undefined ? { local: localState(stackId, target) } : { s3: s3InEmulator(s3, target) },
    },
    ...((provider.aws || provider.docker) && {
      provider: {
        ...(provider.aws && { aws: provider.aws.map((block) => awsInEmulator(block, target)) }),
        ...(provider.docker && { docker: provider.docker.map((block) => dockerWithRegistry(block, target)) }),
      },
    }),
    ...(target.isolatedBuilds &&
      resource.docker_image && {
        resource: { docker_image: mapValues(resource.docker_image, ({ build = {} }) => ({ build: isolated(build) })) },
      }),
    ...(remoteStates.length > 0 && { data: { terraform_remote_state: Object.fromEntries(remoteStates) } }),
  };
}

/** CDKTF names its remote-state data sources `cross-stack-reference-input-<stack id>`. */
export function stateReadBy(dataSource: string): string {
  return dataSource.replace(/^cross-stack-reference-input-/, "");
}

function s3InEmulator(config: Json, { endpoint }: EmulatorTarget): Json {
  return {
    ...config,
    endpoints: { s3: endpoint, sts: endpoint, iam: endpoint },
    use_path_style: true,
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_requesting_account_id: true,
    skip_region_validation: true,
  };
}

function localState(stackId: string, { localStates }: EmulatorTarget): Json {
  return { path: `${localStates}/${stackId}.tfstate` };
}

/** Only what differs: Terraform merges it into the stack's own block, so tags and allowed account ids stay in force. */
function awsInEmulator({ alias }: Json, { assumeRoleArn }: EmulatorTarget): Json {
  return {
    ...(alias !== undefined && { alias }),
    max_retries: MAX_RETRIES,
    s3_use_path_style: true,
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_region_validation: true,
    ...(assumeRoleArn !== undefined && { assume_role: [{ role_arn: assumeRoleArn }] }),
  };
}

function dockerWithRegistry({ alias }: Json, { registry }: EmulatorTarget): Json {
  return {
    ...(alias !== undefined && { alias }),
    // A registry without TLS has to be named with its scheme, or reading the pushed digest fails.
    ...(registry !== undefined && { registry_auth: [{ address: `http://${registry}`, auth_disabled: true }] }),
  };
}

/** An override replaces a nested block as a whole, so the rest of it has to be there again. */
function isolated(build: Json | readonly Json[]): Json[] {
  return [build].flat().map((block) => ({ ...block, network_mode: "none" }));
}

function mapValues<A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/**
 * Environment of everything that works in the emulator. No credential, profile or configuration file of the user's
 * comes along: a rehearsal can't reach a real account even where an override is missing.
 */
export function emulatorEnvironment(env: NodeJS.ProcessEnv, endpoint: string): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !/^AWS_|^TF_VAR_/.test(name)));
  return {
    ...kept,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    // Of an image with login token-variable; the rehearsal's registry takes any.
    TF_VAR_ecr_token: "rehearsal",
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
  };
}
