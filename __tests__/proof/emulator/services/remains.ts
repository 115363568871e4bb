import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { CreateDBInstanceCommand, DeleteDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type Context, given, settingsFor } from "../network";

export function remains(context: () => Context): void {
  test("what exists in any Region is listed until it is deleted; what AWS provides is not", async () => {
    const { emulator } = context();
    const ec2 = new EC2Client({ ...settingsFor(emulator), region: "eu-west-1" });
    const listed = async () =>
      (await emulator.remains()).exists.filter(({ region, service }) => region === "eu-west-1" && service === "ec2");
    // the default VPC and its subnets are there from the first call on
    expect(await listed()).toEqual([]);

    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.65.0.0/16" }));
    const VpcId = given(Vpc?.VpcId);
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.65.0.0/24" }));
    expect(await listed()).toEqual(
      expect.arrayContaining([
        {
          service: "ec2",
          account: emulator.accountId,
          region: "eu-west-1",
          kind: "vpcs",
          id: VpcId,
          state: "available",
        },
        expect.objectContaining({ kind: "subnets", id: expect.stringContaining(given(Subnet?.SubnetId)) }),
      ]),
    );
    await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    expect(await listed()).toEqual([]);
  });

  test("a database is listed until it is deleted; its automated snapshots and default groups are not", async () => {
    const { emulator } = context();
    const rds = new RDSClient({ ...settingsFor(emulator), region: "eu-west-2" });
    const listed = async () =>
      (await emulator.remains()).exists.filter(({ region, service }) => region === "eu-west-2" && service === "rds");
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "remaining",
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "somebody",
        MasterUserPassword: "of-a-test-only",
      }),
    );
    expect((await listed()).map(({ kind }) => kind)).toEqual(["databases"]);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "remaining", SkipFinalSnapshot: true }));
    expect(await listed()).toEqual([]);
  });

  test("a key in its waiting period is listed apart", async () => {
    const { emulator, settings } = context();
    const kms = new KMSClient(settings);
    const KeyId = given((await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const { exists, pendingDeletion } = await emulator.remains();
    expect(exists.map((each) => each.id)).not.toContain(KeyId);
    expect(pendingDeletion).toContainEqual(
      expect.objectContaining({ service: "kms", kind: "keys", id: KeyId, state: "PendingDeletion" }),
    );
  });

  test("assuming a role leaves nothing behind", async () => {
    const { emulator, settings } = context();
    const account = "444444444444";
    await new STSClient(settings).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/visitor`, RoleSessionName: "visit" }),
    );
    expect((await emulator.remains()).exists.filter((each) => each.account === account)).toEqual([]);
  });
}
