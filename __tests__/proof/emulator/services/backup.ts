import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateBackupVaultCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  GetBackupSelectionCommand,
  ListBackupSelectionsCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListTagsCommand,
} from "@aws-sdk/client-backup";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Context } from "../network";

/** As AWS Backup takes it on. */
const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

export function backup(context: () => Context): void {
  test("a plan has a selection of resources, and remains as long as it has one", async () => {
    const client = new BackupClient(context().settings);
    const { BackupPlanId } = await client.send(
      new CreateBackupPlanCommand({
        BackupPlan: { BackupPlanName: "daily", Rules: [{ RuleName: "daily", TargetBackupVaultName: "vault" }] },
      }),
    );
    const iam = new IAMClient(context().settings);
    await iam.send(new CreateRoleCommand({ RoleName: "backup", AssumeRolePolicyDocument: JSON.stringify(TRUST) }));
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup";
    await iam.send(new AttachRolePolicyCommand({ RoleName: "backup", PolicyArn }));
    const wish = { SelectionName: "data", IamRoleArn: "arn:aws:iam::123456789012:role/backup", Resources: ["*"] };
    const { SelectionId } = await client.send(
      new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection: wish }),
    );
    expect((await client.send(new GetBackupSelectionCommand({ BackupPlanId, SelectionId }))).BackupSelection).toEqual(
      wish,
    );
    expect((await client.send(new ListBackupSelectionsCommand({ BackupPlanId }))).BackupSelectionsList).toMatchObject([
      { SelectionId, SelectionName: "data" },
    ]);
    await expect(client.send(new DeleteBackupPlanCommand({ BackupPlanId }))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await client.send(new DeleteBackupSelectionCommand({ BackupPlanId, SelectionId }));
    await client.send(new DeleteBackupPlanCommand({ BackupPlanId }));
  });

  test("tags of a vault are listed", async () => {
    const client = new BackupClient(context().settings);
    const { BackupVaultArn } = await client.send(
      new CreateBackupVaultCommand({ BackupVaultName: "vault", BackupVaultTags: { project: "demo" } }),
    );
    expect((await client.send(new ListTagsCommand({ ResourceArn: BackupVaultArn }))).Tags).toEqual({ project: "demo" });
  });

  test("a vault holds no recovery point, since nothing runs on a schedule", async () => {
    const client = new BackupClient(context().settings);
    await client.send(new CreateBackupVaultCommand({ BackupVaultName: "empty" }));
    const content = (BackupVaultName: string) =>
      client.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName }));
    expect((await content("empty")).RecoveryPoints).toEqual([]);
    await expect(content("none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
}
