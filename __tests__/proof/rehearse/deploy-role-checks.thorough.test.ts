import { join } from "node:path";
import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { AttachRolePolicyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { stateBucket } from "../../../config/derive";
import { type Emulator, startEmulator } from "../../../proof/lab/emulator";
import { deployRoleChecks } from "../../../proof/rehearse/deploy-role-checks";
import { environmentOf } from "../../synth";
import { temporaryFolder } from "../../temporary-folder";

const environment = environmentOf({}, "dev");
const region = environment.region;
const keys = { plan: "planning", apply: "applying" };

const folder = temporaryFolder("roles");
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    logFile: join(folder, "emulator.log"),
    accountId: environment.accountId ?? "",
  });
}, 300_000);
afterAll(async () => {
  await emulator.stop();
});
beforeEach(() => emulator.reset());

const settings = (accessKeyId: string, inRegion = region) => ({
  endpoint: emulator.endpoint,
  region: inRegion,
  credentials: { accessKeyId, secretAccessKey: "secret" },
  forcePathStyle: true,
  maxAttempts: 1,
});
const checks = () =>
  deployRoleChecks({ accountId: environment.accountId, owners: [{ owner: environment, keys }], folder, emulator });
const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const createRole = (iam: IAMClient, RoleName: string) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));

describe("the pipelines' roles, held against recorded calls", () => {
  test("pass where every call is allowed on its resource, by IAM's own names", async () => {
    const bucket = { Bucket: stateBucket(environment), Key: "dev/network.tfstate" };
    const apply = new S3Client(settings("applying"));
    await apply.send(
      new CreateBucketCommand({ ...bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
    );
    await apply.send(new PutObjectCommand({ ...bucket, Body: "{}" }));
    await new S3Client(settings("planning")).send(new GetObjectCommand(bucket));
    await new EC2Client(settings("planning")).send(new DescribeVpcsCommand({}));
    const iam = new IAMClient(settings("applying"));
    await createRole(iam, "private-app-dev-task");
    expect((await checks()).map(({ status }) => status)).toEqual(["pass", "pass"]);
  });

  test("fail with action, resource and call where a resource or a condition does not fit", async () => {
    const iam = new IAMClient(settings("applying"));
    await createRole(iam, "private-app-prod-task");
    await createRole(iam, "private-app-dev-task");
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: "private-app-dev-task",
        PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    );
    await new EC2Client(settings("applying", "eu-west-1")).send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    await new EC2Client(settings("planning")).send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const [plan, apply] = await checks();
    expect(plan).toMatchObject({ status: "fail", saw: expect.stringContaining("ec2:CreateVpc on *") });
    const lines = apply?.saw.split("\n").map((line) => line.replace(/ \(.*/, "")) ?? [];
    expect(lines).toEqual([
      "ec2:CreateVpc on *",
      "iam:AttachRolePolicy on arn:aws:iam::111122223333:role/private-app-dev-task",
      "iam:CreateRole on arn:aws:iam::111122223333:role/private-app-prod-task",
    ]);
  });

  test("leave out other accounts, and what the provider does without", async () => {
    const iam = new IAMClient({
      ...settings("applying"),
      credentials: { accessKeyId: "elsewhere", secretAccessKey: "secret" },
    });
    await iam.send(new CreateUserCommand({ UserName: "somebody" }));
    expect((await checks()).map(({ status }) => status)).toEqual(["pass", "pass"]);
  });
});
