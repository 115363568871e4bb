import { partsOf } from "../../stacks/base";

/** What a person does about an error of Terraform, AWS or the machine, by words that it has. */
const NEXT_STEPS: readonly (readonly [RegExp, (stack: FailedStack, details: string) => string])[] = [
  [
    /state lock/i,
    ({ directory }, details) => {
      const id = /\bID:\s+(\S+)/.exec(details)?.[1] ?? "<ID>";
      return `wait until the run that holds the lock has ended; if nobody applies (see Who and Created): terraform -chdir=${directory} force-unlock ${id}`;
    },
  ],
  [
    /NoSuchBucket|S3 bucket .*does not exist/i,
    ({ id }) => {
      const { name, owner } = partsOf(id);
      return name === "consumer-endpoint"
        ? `the state bucket is not there: create it, or name another in backend.s3.bucket of config/consumers/${owner}.yaml`
        : `the state bucket is not there: npm run bootstrap -- --env ${owner}`;
    },
  ],
  [
    /ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|No valid credential|token included in the request is (expired|invalid)/i,
    () =>
      "get new credentials (aws sso login, or as your company does), check them with aws sts get-caller-identity, run again",
  ],
  [
    /account ID not allowed|AWS account ID/i,
    () => "use credentials of the account in accountId of the YAML file: aws sts get-caller-identity shows yours",
  ],
  [
    /AccessDenied|UnauthorizedOperation|not authorized|Forbidden/i,
    () => "let the role that applies do what the message names (npm run deploy-roles writes one that may), run again",
  ],
  [/no space left|ENOSPC|file too large|disk quota/i, () => "make room on the disk, run again"],
  [
    /errored\.tfstate/i,
    ({ directory }) =>
      `the state is in ${directory}/errored.tfstate: terraform -chdir=${directory} state push errored.tfstate`,
  ],
  [
    /Throttling|RequestLimitExceeded|SlowDown|Rate exceeded|TooManyRequests|(StatusCode|api error|error).{0,40}\b(500|502|503|504)\b|InternalError|InternalFailure|ServiceUnavailable|connection (reset|refused)|EOF|timeout/i,
    () => "AWS or the way to it failed, nothing that was created is lost: run again",
  ],
];

export interface FailedStack {
  readonly id: string;
  readonly directory: string;
}

/** The line below an error that says what to do; never empty. */
export function nextStep(stack: FailedStack, details: string): string {
  const [, step] = NEXT_STEPS.find(([words]) => words.test(details)) ?? [];
  return step?.(stack, details) ?? "mend what the message names, run again: what was created is in the state";
}
