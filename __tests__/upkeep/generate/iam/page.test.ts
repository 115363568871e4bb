import { loadConfiguration } from "../../../../config/load";
import type { Statement } from "../../../../upkeep/check/scan/policies";
import { iamPage, unexplained } from "../../../../upkeep/generate/iam/page";
import { BEARERS, type Bearer, bearerOf } from "../../../../upkeep/generate/iam/purposes";
import { inWords } from "../../../../upkeep/generate/iam/references";
import type { Listed } from "../../../../upkeep/generate/iam/statements";

const { statements, text } = iamPage(loadConfiguration());

test("references read as names of resources", () => {
  expect(inWords("${aws_s3_bucket.static-assets_bucket_4A1D1F33.arn}/*")).toBe("<S3 bucket static-assets>/*");
  expect(
    inWords(
      "${data.terraform_remote_state.cross-stack-reference-input-data-dev.outputs.cross-stack-output-aws_kms_keykey_4A1D1F33arn}",
    ),
  ).toBe("<KMS key>");
  expect(text).not.toMatch(/\{aws_|aws_\w+_[0-9A-F]{8}/);
});

test("each policy belongs to a role or resource with a purpose", () => {
  expect(() => bearerOf("compute/planted")).toThrow("purposes.ts");
  expect([...new Set(statements.map(({ place }) => bearerOf(place)))].sort(byPlace)).toEqual(
    [...BEARERS].sort(byPlace),
  );
});

const byPlace = (a: Bearer, b: Bearer) => (a.place < b.place ? -1 : 1);

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
