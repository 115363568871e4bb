import { anEnvironment, fargate, ourImage, type RuleCases, reason } from "./cases";

const ARN = "arn:aws:sqs:eu-central-1:111122223333:orders";
const permission = (permission: object) => ({ "application.permissions": { Any: permission } });
const stated = (action: string, resource: string) => permission({ actions: [action], resources: [resource] });
const numbered = (prefix: string, count: number, one: (index: number) => object) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, one(index)]));
const workers = (count: number) =>
  numbered("w", count, () => ({ queue: { create: {} }, scale: { secondsPerMessage: 1 } }));
const secrets = (count: number) =>
  numbered("S", count, (index) => ({
    secretsManager: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/orders/${index}-AbCdEf`,
  }));
const parameters = (count: number) => numbered("S", count, (index) => ({ parameter: `/prod/orders/${index}` }));
const path = (...option: string[]) => ["application.permissions.Any", ...option].join(".");

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "permissionsAreComplete",
    /use and of, or actions and resources/,
    [
      [
        "a job's is empty",
        { jobs: { nightly: { command: ["report"], permissions: { Any: {} } } } },
        "jobs.nightly.permissions.Any",
      ],
      ["it is empty", permission({}), path()],
      ["a grant has no resource", permission({ use: "sqs-send" }), path()],
      ["a resource has no grant", permission({ of: ARN }), path()],
      ["actions have no resources", permission({ actions: ["sqs:SendMessage"] }), path()],
      ["it is both", permission({ use: "sqs-send", of: ARN, actions: ["a:B"], resources: [ARN] }), path()],
    ],
    [
      ["it is a grant", permission({ use: "sqs-send", of: ARN })],
      ["it is a statement", stated("sqs:SendMessage", ARN)],
    ],
  ),
  anEnvironment(
    "grantsHaveTheirResource",
    /with use .*: the ARN of|only with use s3-read or s3-write/,
    [
      ["the resource is of another service", permission({ use: "sns-publish", of: ARN }), path("of")],
      [
        "the secret's ARN is cut",
        permission({ use: "secret-read", of: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a" }),
        path("of"),
      ],
      ["the partition is another", permission({ use: "s3-read", of: "arn:aws-us-gov:s3:::reports" }), path("of")],
      ["a queue has no objects", permission({ use: "sqs-send", of: ARN, prefix: "daily/" }), path("prefix")],
    ],
    [
      ["the bucket has a prefix", permission({ use: "s3-read", of: "arn:aws:s3:::reports", prefix: "daily/" })],
      ["the resource is in another Region", permission({ use: "sqs-send", of: ARN.replace("central", "west") })],
    ],
  ),
  anEnvironment(
    "permissionsNameWhatTheyAllow",
    /wildcards only within/,
    [
      ["an action is a wildcard", stated("sqs:*", ARN), path("actions[0]")],
      ["everything is allowed", stated("*", ARN), path("actions[0]")],
      ["the resource is any", stated("translate:TranslateText", "*"), path("resources[0]")],
      ["the resource is any of a service", stated("s3:GetObject", "arn:aws:s3:::*"), path("resources[0]")],
      ["the account is any", stated("sqs:SendMessage", "arn:aws:sqs:eu-central-1:*:orders"), path("resources[0]")],
    ],
    [
      ["a part of a bucket is named", stated("s3:GetObject", "arn:aws:s3:::reports/daily/*")],
      ["the file says why", { ...stated("translate:TranslateText", "*"), "acknowledge.wideTaskPermission": reason }],
    ],
  ),
  anEnvironment(
    "permissionsFitIntoAPolicy",
    /10,240 in all/,
    [
      [
        "they are too many",
        {
          "application.permissions": Object.fromEntries(
            Array.from({ length: 40 }, (_, index) => [`Queue${index}`, { use: "sqs-consume", of: `${ARN}-${index}` }]),
          ),
        },
        "application.permissions",
      ],
      ["the application sends to many queues", { ...fargate, workers: workers(20) }, "application.permissions"],
    ],
    [
      ["they are few", permission({ use: "sqs-consume", of: ARN })],
      ["the application sends to few queues", { ...fargate, workers: workers(10) }],
    ],
  ),
  anEnvironment(
    "secretsFitIntoAPolicy",
    /10,240 in all/,
    [
      ["there are many secrets", { "application.secrets": secrets(100) }, "application.secrets"],
      ["there are many parameters", { "application.secrets": parameters(120) }, "application.secrets"],
      [
        "those of a sidecar are many",
        { "application.sidecars": { agent: { image: ourImage, memoryMib: 64, secrets: secrets(100) } } },
        "application.secrets",
      ],
    ],
    [
      ["there are few", { "application.secrets": secrets(50) }],
      [
        "many values are keys of one",
        {
          "application.secrets": Object.fromEntries(
            Array.from({ length: 150 }, (_, index) => [`S${index}`, { ...secrets(1).S0, jsonKey: `key${index}` }]),
          ),
        },
      ],
    ],
  ),
];
