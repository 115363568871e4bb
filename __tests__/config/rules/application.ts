import { anEnvironment, fargate, ourImage, type RuleCases } from "./cases";

const words = (command: readonly string[]) => ({ "application.healthCheckCommand": command });
const built = (region: string) => ({
  region,
  "application.image": { build: {} },
  "network.availabilityZoneCount": 2,
});
const variable = (length: number) => ({ "application.environment": { LARGE: "x".repeat(length) } });
const withSidecar = (options: object) => ({
  "application.sidecars": { agent: { image: ourImage, memoryMib: 64, ...options } },
});
const parameters = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`SECRET_${index}`, { parameter: `/${"x".repeat(120)}/${index}` }]),
  );

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "healthCheckCommandIsRunnable",
    /CMD and the words of a command/,
    [
      ["it does not say how to run", words(["node", "health-check.mjs"]), "application.healthCheckCommand"],
      ["Docker's other word is used", words(["NONE"]), "application.healthCheckCommand"],
      ["there is no command", words(["CMD"]), "application.healthCheckCommand"],
      ["the command is empty", words(["CMD-SHELL", " "]), "application.healthCheckCommand"],
      ["the shell gets several words", words(["CMD-SHELL", "exit", "0"]), "application.healthCheckCommand"],
    ],
    [
      ["it is a program", words(["CMD", "node", "health-check.mjs"])],
      ["it is a line for the shell", words(["CMD-SHELL", "curl -f http://localhost || exit 1"])],
      ["the image has none", { "application.healthCheckCommand": "none" }],
    ],
  ),
  anEnvironment(
    "taskDefinitionIsSmallEnough",
    /a task definition has at most 65536/,
    [
      ["one variable is too large", variable(60_000), "application.environment"],
      [
        "all variables together are",
        {
          "application.environment": Object.fromEntries(
            Array.from({ length: 40 }, (_, index) => [`LARGE_${index}`, "ü".repeat(800)]),
          ),
        },
        "application.environment",
      ],
      [
        "those of a sidecar are",
        withSidecar({ environment: { LARGE: "x".repeat(60_000) } }),
        "application.sidecars.agent.environment",
      ],
      [
        "secrets of all containers are",
        {
          "application.secrets": parameters(200),
          ...withSidecar({ secrets: parameters(200) }),
        },
        "application.environment",
      ],
    ],
    [["they leave room for the rest", variable(55_000)]],
  ),
  anEnvironment(
    "ulimitsAreThoseOfTheHost",
    /at most hard, which is 10|nofile alone/,
    [
      [
        "the soft limit is above the hard one",
        { "application.ulimits": { nofile: { soft: 11, hard: 10 } } },
        "application.ulimits.nofile.soft",
      ],
      [
        "Fargate sets it itself",
        { ...fargate, "application.ulimits": { nproc: { soft: 1, hard: 10 } } },
        "application.ulimits.nproc",
      ],
      [
        "the soft limit of a sidecar is above the hard one",
        withSidecar({ ulimits: { nofile: { soft: 11, hard: 10 } } }),
        "application.sidecars.agent.ulimits.nofile.soft",
      ],
      [
        "a sidecar of a job is on Fargate",
        {
          "jobs.nightly": {
            command: ["node", "nightly.mjs"],
            launchType: "FARGATE",
            sidecars: { agent: { image: ourImage, memoryMib: 64, ulimits: { nproc: { soft: 1, hard: 10 } } } },
          },
        },
        "jobs.nightly.sidecars.agent.ulimits.nproc",
      ],
    ],
    [
      ["instances set any", { "application.ulimits": { nproc: { soft: 10, hard: 10 } } }],
      ["Fargate sets the number of files", { ...fargate, "application.ulimits": { nofile: { soft: 1, hard: 10 } } }],
    ],
  ),
  anEnvironment(
    "writableFoldersStandApart",
    /mounted already|less than [\w.]+\.memoryMib, which is 512/,
    [
      [
        "one hides the file system",
        { "application.writableFolders": { "/mnt": 1 } },
        'application.writableFolders["/mnt"]',
      ],
      [
        "one is in another",
        { "application.writableFolders": { "/tmp": 1, "/tmp/cache": 1 } },
        'application.writableFolders["/tmp/cache"]',
      ],
      [
        "one hides ECS Exec's agent",
        { "application.executeCommand": true, "application.writableFolders": { "/var/log": 1 } },
        'application.writableFolders["/var/log"]',
      ],
      [
        "they are as large as the task's memory",
        { "application.memoryMib": 512, "application.writableFolders": { "/tmp": 500, "/var/run": 12 } },
        "application.writableFolders",
      ],
      [
        "one of a job hides the file system",
        { jobs: { nightly: { command: ["report"], uses: ["fileSystem"], writableFolders: { "/mnt/app/new": 1 } } } },
        'jobs.nightly.writableFolders["/mnt/app/new"]',
      ],
      [
        "those of a job are as large as its task's memory",
        { jobs: { nightly: { command: ["report"], memoryMib: 512, writableFolders: { "/tmp": 512 } } } },
        "jobs.nightly.writableFolders",
      ],
      [
        "one of a sidecar hides what it shares",
        {
          "application.sidecars": {
            logs: {
              image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/logs:1",
              memoryMib: 64,
              sharedFolders: ["/var/log/app"],
              writableFolders: { "/var/log": 1 },
            },
          },
        },
        'application.sidecars.logs.writableFolders["/var/log"]',
      ],
    ],
    [
      [
        "a job does not use the file system",
        { jobs: { nightly: { command: ["report"], uses: [], writableFolders: { "/mnt/app": 1 } } } },
      ],
      ["they leave memory for the process", { "application.writableFolders": { "/tmp": 64, "/tmpx": 64 } }],
      [
        "ECS Exec's agent writes to the root file system",
        {
          "application.executeCommand": true,
          "application.readOnlyRootFilesystem": false,
          "application.writableFolders": { "/var/log": 1 },
        },
      ],
    ],
  ),
  anEnvironment(
    "databaseTakesAllConnections",
    /connections in all, the limit of a (db\.t4g\.micro|cluster with maxCapacity 4)/,
    [
      [
        "the tasks of a deployment open more than it takes",
        { "data.database.instanceClass": "db.t4g.micro", "application.databasePoolSize": 6 },
        "application.databasePoolSize",
      ],
      [
        "there are more tasks than connections",
        {
          ...fargate,
          "data.database.instanceClass": "db.t4g.micro",
          "application.databasePoolSize": 1,
          "application.maximumTasks": 40,
        },
        "application.databasePoolSize",
      ],
      [
        "a cluster takes fewer",
        { "data.database.engine": "aurora-mysql", "application.databasePoolSize": 30 },
        "application.databasePoolSize",
      ],
    ],
    [
      ["a cluster takes them", { "data.database.engine": "aurora-postgresql", "application.databasePoolSize": 30 }],
      ["they are few", { "data.database.instanceClass": "db.t4g.micro" }],
      ["the class is large", { "data.database.instanceClass": "db.m7g.large", "application.databasePoolSize": 50 }],
      [
        "the size of the class is not known",
        { "data.database.instanceClass": "db.x2g.large", "application.databasePoolSize": 900 },
      ],
    ],
  ),
  anEnvironment(
    "databaseAuthorityIsKnown",
    /certificate authorities of Amazon RDS/,
    [
      ["the Region is newer than the sample's", built("il-central-1"), "application.environment.DATABASE_CA_FILE"],
      ["it is of GovCloud", built("us-gov-west-1"), "application.environment.DATABASE_CA_FILE"],
    ],
    [
      ["the sample knows the Region", built("eu-central-1")],
      [
        "the image holds the file",
        {
          ...built("mx-central-1"),
          "application.environment": { DATABASE_CA_FILE: "certificates/mx-central-1-bundle.pem" },
        },
      ],
      [
        "the image is not built from the sample",
        {
          region: "il-central-1",
          "application.image": { uri: ourImage.replace("eu-central-1", "il-central-1") },
        },
      ],
    ],
  ),
];
