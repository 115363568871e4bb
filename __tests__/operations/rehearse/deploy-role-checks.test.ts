import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedCalls } from "../../../operations/emulator/emulator";
import { deployRoleChecks } from "../../../operations/rehearse/deploy-role-checks";
import { environmentOf } from "../../synth";

const call = (name: string, account = "111122223333"): RecordedCalls => {
  const [service = "", action = ""] = name.split(":");
  return { service, action, account, region: "eu-central-1", accessKeyId: "key", status: 200, count: 1 };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roles-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const statuses = (planning: RecordedCalls[], applying: RecordedCalls[]) =>
  deployRoleChecks(environmentOf({}, "dev"), folder, { planning, applying }).map(
    ({ status, saw }) => `${status}: ${saw}`,
  );

describe("the pipelines' roles, held against recorded calls", () => {
  test("pass where every call is allowed, by IAM's own names", () => {
    const reads = ["ec2:DescribeVpcs", "s3:HeadObject", "s3:GetBucketEncryption"].map((name) => call(name));
    expect(statuses(reads, [...reads, call("ecs:CreateCluster"), call("iam:CreateRole")])).toEqual([
      "pass: 3 actions",
      "pass: 5 actions",
    ]);
  });

  test("fail with the names of the actions that a role lacks", () => {
    const made = [call("ecs:CreateCluster"), call("iam:CreateUser")];
    expect(statuses(made, made)).toEqual(["fail: ecs:CreateCluster, iam:CreateUser", "fail: iam:CreateUser"]);
  });

  test("leave out what another account's consumer does", () => {
    expect(statuses([call("iam:CreateUser", "444455556666")], [])).toEqual(["pass: 0 actions", "pass: 0 actions"]);
  });
});
