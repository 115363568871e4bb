import { anEnvironment, type RuleCases, reason } from "./cases";

const arn = (region = "eu-central-1", account = "111122223333") =>
  `arn:aws:secretsmanager:${region}:${account}:secret:prod/stripe-AbCdEf`;
const key = (region = "eu-central-1", account = "111122223333") =>
  `arn:aws:kms:${region}:${account}:key/12345678-1234-4234-8234-123456789012`;
const secret = (secret: object) => ({ "application.secrets": { TOKEN: secret } });
const path = (...option: string[]) => ["application.secrets.TOKEN", ...option].join(".");

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "secretsHaveOneOrigin",
    /exactly one of secretsManager and parameter|only with secretsManager/,
    [
      ["it has none", secret({}), path()],
      ["it has two", secret({ secretsManager: arn(), parameter: "/a" }), path()],
      [
        "a job's has none",
        { jobs: { nightly: { command: ["report"], secrets: { KEY: {} } } } },
        "jobs.nightly.secrets.KEY",
      ],
      ["a parameter has keys", secret({ parameter: "/a", jsonKey: "b" }), path("jsonKey")],
    ],
    [
      ["it is a key of a secret", secret({ secretsManager: arn(), jsonKey: "b" })],
      ["it is a parameter", secret({ parameter: "/a/b" })],
      [
        "RDS manages the secret",
        secret({ secretsManager: arn().replace("prod/stripe", "rds!db-12345678"), jsonKey: "password" }),
      ],
    ],
  ),
  anEnvironment(
    "secretsAreInTheRegion",
    /an ARN in eu-central-1/,
    [
      ["a secret is elsewhere", secret({ secretsManager: arn("eu-west-1") }), path("secretsManager")],
      [
        "a parameter is elsewhere",
        secret({ parameter: "arn:aws:ssm:eu-west-1:111122223333:parameter/a" }),
        path("parameter"),
      ],
      [
        "a key is elsewhere",
        { ...secret({ secretsManager: arn() }), "application.secretsKmsKeyArns": [key("eu-west-1")] },
        "application.secretsKmsKeyArns[0]",
      ],
    ],
    [["they are there", { ...secret({ secretsManager: arn() }), "application.secretsKmsKeyArns": [key()] }]],
  ),
  anEnvironment(
    "foreignSecretsHaveAKey",
    /whose key is in application\.secretsKmsKeyArns/,
    [["its key is not named", secret({ secretsManager: arn("eu-central-1", "444455556666") }), path("secretsManager")]],
    [
      [
        "its key is named",
        {
          ...secret({ secretsManager: arn("eu-central-1", "444455556666") }),
          "application.secretsKmsKeyArns": [key("eu-central-1", "444455556666")],
        },
      ],
      [
        "no account is named",
        {
          ...secret({ secretsManager: arn("eu-central-1", "444455556666") }),
          accountId: undefined,
          "backend.s3.bucket": "example-states",
        },
      ],
    ],
  ),
  anEnvironment(
    "variablesHoldNoSecrets",
    /values that everybody may read/,
    [
      [
        "a name says so",
        { "application.environment": { DB_PASSWORD: "hunter2" } },
        "application.environment.DB_PASSWORD",
      ],
      [
        "a value is an access key",
        { "application.environment": { KEY_ID: `AKIA${"A".repeat(16)}` } },
        "application.environment.KEY_ID",
      ],
      [
        "a URL has a password",
        { jobs: { nightly: { command: ["report"], environment: { CACHE: "redis://:hunter2@cache.internal:6379" } } } },
        "jobs.nightly.environment.CACHE",
      ],
      [
        "an argument of the build has one",
        { "application.image": { build: { arguments: { NPM_TOKEN: "hunter2" } } } },
        "application.image.build.arguments.NPM_TOKEN",
      ],
      [
        "a sidecar has one",
        {
          "application.sidecars": {
            agent: {
              image: "public.ecr.aws/x/agent:1",
              memoryMib: 64,
              environment: { DD_API_KEY: "0123456789abcdef" },
            },
          },
        },
        "application.sidecars.agent.environment.DD_API_KEY",
      ],
    ],
    [
      [
        "names are of other things",
        {
          "application.environment": {
            TOKEN_TTL: "60",
            PASSWORD_MIN_LENGTH: "8",
            SECRET_ARN: "x",
            API_KEY_HEADER: "x-key",
          },
        },
      ],
      [
        "they say where the secret is",
        {
          "application.environment": {
            SECRET: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a",
            TOKEN: "/run/secrets/token",
            CREDENTIALS: "https://sts.example.com/token",
            PASSWORD: "",
          },
        },
      ],
      ["the file says why", { "application.environment": { API_KEY: "pk-1" }, "acknowledge.secretInVariable": reason }],
    ],
  ),
];
