import { type Changes, changed } from "../changed";
import { environment, type Files } from "../support";
import { aConsumer, anEnvironment, type RuleCases } from "./cases";

const named = (name: string, changes: Changes): Files => ({ environments: { [name]: changed(environment, changes) } });

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
    rule: "namesDoNotBeginLikeAwsOwn",
    fails: [
      {
        when: "load balancers would be called internal-",
        files: named("dev", { project: "internal" }),
        path: "project",
        says: /begin with internal-/,
      },
      {
        when: "buckets would be called sthree-",
        files: named("dev", { project: "sthree" }),
        path: "project",
        says: /begin with sthree-/,
      },
    ],
    passes: [{ when: "the name only contains such a word", files: named("dev", { project: "my-internal" }) }],
  },
  anEnvironment(
    "environmentTagsStandBesideOwn",
    /this project sets itself|S3 objects take ten/,
    [
      ["a tag is one of the project's own", { tags: { stack: "x" } }, "tags.stack"],
      ["there are more than S3 objects take", { tags: { a: "", b: "", c: "", d: "", e: "", f: "", g: "" } }, "tags"],
    ],
    [["there are six others", { tags: { a: "", b: "", c: "", d: "", e: "", f: "" } }]],
  ),
  aConsumer(
    "consumerTagsStandBesideOwn",
    /this project sets itself/,
    [["a tag is one of the project's own", { tags: { consumer: "x" } }, "tags.consumer"]],
    [["a tag is another", { tags: { team: "x" } }]],
  ),
  anEnvironment(
    "variablesStandBesideOwn",
    /which every task gets/,
    [
      [
        "a variable is the database's",
        { "application.environment": { DATABASE_HOST: "x" } },
        "application.environment.DATABASE_HOST",
      ],
    ],
    [["a variable is the application's", { "application.environment": { LOG_LEVEL: "debug" } }]],
  ),
];
