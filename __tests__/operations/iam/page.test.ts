import { readFileSync } from "node:fs";
import { loadConfiguration } from "../../../config/load";
import { projectPath } from "../../../config/project";
import { iamPage, PAGE, unexplained } from "../../../operations/iam/page";
import type { Listed } from "../../../operations/iam/statements";
import type { Statement } from "../../../operations/scan/policies";

const { statements, text } = iamPage(loadConfiguration());

test(`${PAGE} is what \`npm run docs:iam\` writes`, () => {
  expect(readFileSync(projectPath(PAGE), "utf8")).toBe(text);
});

test("each wildcard of a role is explained, and each explanation has a wildcard", () => {
  expect(unexplained(statements)).toEqual({ statements: [], unused: [] });
});

test("statements that only options add are listed", () => {
  const places = statements.map(({ place, statement }) => `${place} ${statement.sid ?? ""}`);
  expect(places).toEqual(
    expect.arrayContaining([
      "privatelink-service/alb-ip-sync/permissions LambdaInVpc",
      "compute/application-task/task-policy-document ExecuteCommandChannels",
    ]),
  );
});

describe("a planted wildcard", () => {
  const planted = (statement: Statement): Listed => ({
    place: "compute/planted",
    stack: "compute",
    kind: "identity",
    belongsTo: [],
    environments: ["dev"],
    statement,
  });

  test.each([
    ["on everything", { actions: ["s3:GetObject"], resources: ["*"] }],
    ["beside an action that AWS can't narrow", { actions: ["sts:GetCallerIdentity", "kms:Decrypt"], resources: ["*"] }],
    ["on a stranger's buckets", { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::other-*/*"] }],
    ["before the environment's name", { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::*-<prefix>-logs"] }],
    ["as all but some", { actions: ["s3:GetObject"], not_resources: ["arn:aws:s3:::other"] }],
    ["under the name of a choice elsewhere", { sid: "Read", actions: ["ec2:Describe*"], resources: ["*"] }],
  ])("%s is found", (_, statement) => {
    expect(unexplained([...statements, planted(statement)]).statements).toHaveLength(1);
  });

  test.each([
    ["below the environment's name", { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::<prefix>-static-*/*"] }],
    ["that denies", { effect: "Deny", actions: ["s3:*"], resources: ["*"] }],
  ])("%s is not", (_, statement) => {
    expect(unexplained([...statements, planted(statement)]).statements).toEqual([]);
  });
});
