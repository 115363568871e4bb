import { partsOf } from "../../config/stack-ids";

const NEW_CREDENTIALS = {
  words:
    /ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|No valid credential|token included in the request is (expired|invalid)|CredentialsProviderError/i,
  step: "get credentials (aws sso login, AWS_PROFILE, or as your company does), check them with aws sts get-caller-identity, run again",
};

const UNREACHABLE = {
  words: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
  step: "AWS cannot be reached from this machine: check the network, the proxy (HTTPS_PROXY) and AWS_ENDPOINT_URL, run again",
};

/** What a person does about an error of Terraform, AWS or the machine, by words that it has. */
const NEXT_STEPS: readonly (readonly [RegExp, (stack: FailedStack, details: string) => string])[] = [
  [
    /state lock/i,
    ({ directory }, details) => {
      const id = /\bID:\s+(\S+)/.exec(details)?.[1] ?? "<ID>";
      return `wait until the run that holds the lock has ended; if no run is active (see Who and Created): terraform -chdir=${directory} force-unlock ${id}`;
    },
  ],
  [
    /InvalidServiceName/i,
    ({ id }) =>
      `the Region has no endpoint service of that name: correct network.additionalInterfaceEndpoints of config/environments/${partsOf(id).owner}.yaml (aws ec2 describe-vpc-endpoint-services lists them), or choose NAT gateways`,
  ],
  [
    /Instance cannot be destroyed|lifecycle\.prevent_destroy/i,
    ({ id }) =>
      `the plan would delete or replace what holds data in production: undo the change that asks for it; to delete it on purpose, give the reason in acknowledge.unprotectedDeletion of config/environments/${partsOf(id).owner}.yaml`,
  ],
  [
    /NoSuchBucket|S3 bucket .*does not exist/i,
    ({ id }) => {
      const { name, owner } = partsOf(id);
      return name === "consumer-endpoint"
        ? `the state bucket is not there: create it, or name another in backend.s3.bucket of config/consumers/${owner}.yaml`
        : `the state bucket is not there: npx ecs-privatelink bootstrap --env ${owner}`;
    },
  ],
  [NEW_CREDENTIALS.words, () => NEW_CREDENTIALS.step],
  [
    /account ID not allowed|AWS account ID/i,
    () => "use credentials of the account in accountId of the YAML file: aws sts get-caller-identity shows yours",
  ],
  [
    /AccessDenied|UnauthorizedOperation|not authorized|Forbidden/i,
    () =>
      "let the role that applies do what the message names (npx ecs-privatelink deploy-roles writes one that may), run again",
  ],
  [/no space left|ENOSPC|file too large|disk quota/i, () => "make room on the disk, run again"],
  [
    /errored\.tfstate/i,
    ({ directory }) =>
      `the state is in ${directory}/errored.tfstate: terraform -chdir=${directory} state push errored.tfstate`,
  ],
  [
    /Throttling|RequestLimitExceeded|SlowDown|Rate exceeded|TooManyRequests|(StatusCode|api error|error).{0,40}\b(500|502|503|504)\b|InternalError|InternalFailure|ServiceUnavailable|connection (reset|refused)|EOF|timeout/i,
    () => "AWS or the network failed; nothing that was created is lost: run the command again",
  ],
];

export interface FailedStack {
  readonly id: string;
  readonly directory: string;
}

/** The line below an error that says what to do; never empty. */
export function nextStep(stack: FailedStack, details: string): string {
  const [, step] = NEXT_STEPS.find(([words]) => words.test(details)) ?? [];
  return (
    step?.(stack, details) ??
    "fix the problem named above and run the command again; what was created so far is in the state"
  );
}

/** What a person does about a file or folder that the machine refuses, by the error's code. */
const FILES: Readonly<Record<string, string>> = {
  EACCES: "give yourself the permission to write there, or name another place",
  EPERM: "give yourself the permission to write there, or name another place",
  EROFS: "the file system is read-only: name another place",
  ENOENT: "the folder is not there and cannot be created: name another place",
  EEXIST: "a file is there, where a folder is needed: name another place",
  ENOTDIR: "a file is there, where a folder is needed: name another place",
  EISDIR: "a folder is there, where a file is needed: name another place",
  ENOSPC: "make room on the disk, run again",
  EDQUOT: "make room on the disk, run again",
};

/**
 * The same for a call of the AWS SDK, whose reason may stand in the error's name alone, and for a file; undefined where the
 * message suffices.
 */
export function nextStepOfCall(error: Error): string | undefined {
  const { message, name } = error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const ofFile = path !== undefined || syscall === "write";
  if (ofFile && code !== undefined && Object.hasOwn(FILES, code)) return FILES[code];
  return [NEW_CREDENTIALS, UNREACHABLE].find(({ words }) => words.test(`${name}: ${message}`))?.step;
}
