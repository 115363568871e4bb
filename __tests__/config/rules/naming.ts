import { type Changes, changed } from "../changed";
import { consumer, environment, type Files } from "../support";
import { aConsumer, anEnvironment, type RuleCases } from "./cases";

const named = (name: string, changes: Changes): Files => ({ environments: { [name]: changed(environment, changes) } });

const manyTags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, "x"]));

export const cases: readonly RuleCases[] = [
  {
    rule: "namesAreShortEnough",
    fails: [
      {
        when: "project and file name are too long together",
        files: named("integration", {}),
        path: "project",
        says: /at most 19/,
      },
      {
        when: "the file name is too long for any project",
        files: named("integration-of-all", {}),
        path: "project",
        says: /at most 19/,
      },
    ],
    passes: [
      { when: "project is short enough for the file name", files: named("integration", { project: "shop-web" }) },
    ],
  },
  {
    rule: "namesAreThoseThatAwsTakes",
    fails: [
      ...[
        ["load balancers", "internal", /begin with internal-/],
        ["buckets", "sthree", /begin with sthree-/],
        ["capacity providers", "ecs-shop", /begin with ecs/],
        ["capacity providers", "aws-shop", /begin with aws/],
        ["capacity providers", "fargate-x", /begin with fargate/],
        ["security groups", "sg", /begin with sg-/],
        ["the database", "my--app", /no two hyphens/],
      ].map(([what, project, says]) => ({
        when: `${what} would be called ${project}-…`,
        files: named("dev", { project }),
        path: "project",
        says: says as RegExp,
      })),
      {
        when: "the file name has two hyphens in a row",
        files: named("my--env", {}),
        path: "",
        says: /no two hyphens/,
      },
      {
        when: "a bucket has a suffix that S3 reserves",
        files: named("dev", { "backend.s3.bucket": "state-s3alias" }),
        path: "backend.s3.bucket",
        says: /end with -s3alias/,
      },
    ],
    passes: [
      { when: "the name only contains such a word", files: named("dev", { project: "my-internal" }) },
      {
        when: "there is no capacity provider to name",
        files: named("dev", { project: "ecs-shop", "compute.launchType": "FARGATE" }),
      },
    ],
  },
  {
    rule: "consumerNamesAreThoseThatAwsTakes",
    fails: [
      {
        when: "the security group would be called sg-",
        files: { consumers: { "sg-team": consumer } },
        path: "",
        says: /begin with sg-/,
      },
    ],
    passes: [{ when: "the name only contains it", files: { consumers: { "my-sg": consumer } } }],
  },
  {
    rule: "namesAreUnique",
    fails: [
      {
        when: "project and file name make the same together",
        files: {
          environments: {
            eu: changed(environment, { project: "app-blue" }),
            "blue-eu": changed(environment, { project: "app", "network.cidr": "10.30.0.0/16" }),
          },
        },
        path: "project",
        says: /names of its own/,
      },
      {
        when: "two environments have one bucket for the state",
        files: {
          environments: {
            one: changed(environment, { "backend.s3.bucket": "states" }),
            two: changed(environment, {
              "backend.s3.bucket": "states",
              "network.cidr": "10.30.0.0/16",
              accountId: "444455556666",
            }),
          },
        },
        path: "backend.s3.bucket",
        says: /a bucket for each environment/,
      },
    ],
    passes: [
      {
        when: "they are in accounts of their own",
        files: {
          environments: {
            eu: changed(environment, { project: "app-blue" }),
            "blue-eu": changed(environment, { project: "app", accountId: "444455556666" }),
          },
        },
      },
    ],
  },
  anEnvironment(
    "environmentTagsStandBesideOwn",
    /the project sets|resources take 50|differ in more than case/,
    [
      ["a tag is one of the project's own", { tags: { stack: "x" } }, "tags.stack"],
      ["a tag is one of the project's own but for case", { tags: { Environment: "x" } }, "tags.Environment"],
      ["a tag is one that ECS sets", { tags: { AmazonECSManaged: "x" } }, "tags.AmazonECSManaged"],
      ["two tags differ in case alone", { tags: { Owner: "a", owner: "b" } }, "tags.owner"],
      ["there are more than resources take", { tags: manyTags(45) }, "tags"],
    ],
    [
      ["tags are of any script", { tags: { "Größe 部門": "Ünï ① 店" } }],
      ["there are many others", { tags: manyTags(44) }],
    ],
  ),
  anEnvironment(
    "tagsAreThoseThatServicesTake",
    /which (ECS|RDS) keeps for AWS|which EventBridge Scheduler demands/,
    [
      ["a value begins with aws:", { tags: { owner: "AWS:team" } }, "tags.owner"],
      ["a value begins with rds:", { tags: { data: "rds:orders" } }, "tags.data"],
      ["a name begins with rds:", { tags: { "rds:data": "orders" } }, 'tags["rds:data"]'],
      [
        "a value is empty and a job has a schedule",
        { tags: { owner: "" }, jobs: { nightly: { command: ["report"], schedule: "rate(1 day)" } } },
        "tags.owner",
      ],
    ],
    [
      ["a value is empty", { tags: { owner: "" }, jobs: { nightly: { command: ["report"] } } }],
      ["there is no database", { tags: { "rds:data": "rds:orders" }, "data.database.use": "none" }],
    ],
  ),
  aConsumer(
    "consumerTagsStandBesideOwn",
    /the project sets|hosted zones take ten/,
    [
      [
        "there are more than its hosted zone takes",
        { tags: manyTags(7), dns: { mode: "private-hosted-zone", name: "app.example.com" } },
        "tags",
      ],
      ["a tag is one of the project's own", { tags: { consumer: "x" } }, "tags.consumer"],
      ["it is but for case", { tags: { Consumer: "x" } }, "tags.Consumer"],
    ],
    [
      ["a tag is another", { tags: { team: "x" } }],
      ["there are many, and no hosted zone", { tags: manyTags(44) }],
    ],
  ),
  anEnvironment(
    "variablesStandBesideOwn",
    /which every task gets|names that application\.environment does not have/,
    [
      [
        "a secret is the database's",
        { "application.secrets": { DATABASE_PASSWORD: { parameter: "/a" } } },
        "application.secrets.DATABASE_PASSWORD",
      ],
      [
        "a secret is a variable also",
        { "application.secrets": { TOKEN: { parameter: "/a" } }, "application.environment": { TOKEN: "x" } },
        "application.secrets.TOKEN",
      ],
      [
        "a variable is the database's",
        { "application.environment": { DATABASE_HOST: "x" } },
        "application.environment.DATABASE_HOST",
      ],
    ],
    [["a variable is the application's", { "application.environment": { LOG_LEVEL: "debug" } }]],
  ),
];
