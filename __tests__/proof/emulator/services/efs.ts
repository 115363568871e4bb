import {
  CreateFileSystemCommand,
  DeleteFileSystemPolicyCommand,
  DescribeBackupPolicyCommand,
  DescribeFileSystemPolicyCommand,
  EFSClient,
  PutBackupPolicyCommand,
  PutFileSystemPolicyCommand,
} from "@aws-sdk/client-efs";
import { type Context, given } from "../network";

export function efs(context: () => Context): void {
  let client: EFSClient;
  let FileSystemId: string;

  beforeAll(async () => {
    client = new EFSClient(context().settings);
    FileSystemId = given((await client.send(new CreateFileSystemCommand({ CreationToken: "data" }))).FileSystemId);
  });

  test("a backup policy is put and described", async () => {
    await expect(client.send(new DescribeBackupPolicyCommand({ FileSystemId }))).rejects.toMatchObject({
      name: "PolicyNotFound",
    });
    for (const Status of ["ENABLED", "DISABLED"] as const) {
      await client.send(new PutBackupPolicyCommand({ FileSystemId, BackupPolicy: { Status } }));
      const { BackupPolicy } = await client.send(new DescribeBackupPolicyCommand({ FileSystemId }));
      expect(BackupPolicy).toEqual({ Status });
    }
    await expect(
      client.send(
        new PutBackupPolicyCommand({ FileSystemId: "fs-0123456789abcdef0", BackupPolicy: { Status: "ENABLED" } }),
      ),
    ).rejects.toMatchObject({ name: "FileSystemNotFound" });
  });

  test("a resource policy can be deleted", async () => {
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await client.send(new PutFileSystemPolicyCommand({ FileSystemId, Policy }));
    await client.send(new DeleteFileSystemPolicyCommand({ FileSystemId }));
    await expect(client.send(new DescribeFileSystemPolicyCommand({ FileSystemId }))).rejects.toMatchObject({
      name: "PolicyNotFound",
    });
  });
}
