import { DataAwsEfsAccessPoint } from "@cdktf/provider-aws/lib/data-aws-efs-access-point";
import { DataAwsEfsFileSystem } from "@cdktf/provider-aws/lib/data-aws-efs-file-system";
import type { DataAwsSecurityGroup } from "@cdktf/provider-aws/lib/data-aws-security-group";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { existingSecurityGroup } from "./existing-security-group";
import type { FileSystemPart } from "./parts";

export interface ExistingFileSystemProps {
  /** With `existing`. */
  readonly options: Environment["data"]["fileSystem"];
  readonly vpcId: string;
}

/**
 * An EFS file system that exists, and its access point. It is only looked up; Terraform's plan stops where it is not
 * encrypted, or where the access point is of another file system or lets tasks act as root.
 */
export class ExistingFileSystem extends Construct {
  readonly part: FileSystemPart;
  readonly fileSystem: DataAwsEfsFileSystem;
  readonly accessPoint: DataAwsEfsAccessPoint;
  readonly securityGroup: DataAwsSecurityGroup;

  constructor(scope: Construct, id: string, { options: { existing }, vpcId }: ExistingFileSystemProps) {
    super(scope, id);
    if (!existing) throw new Error("data.fileSystem.existing is missing");
    const option = "data.fileSystem.existing.securityGroupId";
    this.securityGroup = existingSecurityGroup(this, { option, securityGroupId: existing.securityGroupId, vpcId });
    this.fileSystem = new DataAwsEfsFileSystem(this, "file-system", {
      fileSystemId: existing.id,
      lifecycle: {
        postcondition: [
          {
            condition: "${self.encrypted}",
            errorMessage:
              "The file system ${self.file_system_id} is not encrypted: copy its files to one that is. An existing file system cannot be encrypted.",
          },
        ],
      },
    });
    this.accessPoint = new DataAwsEfsAccessPoint(this, "access-point", {
      accessPointId: existing.accessPointId,
      lifecycle: {
        postcondition: [
          {
            condition: `\${self.file_system_id == "${existing.id}"}`,
            errorMessage: `The access point \${self.access_point_id} is of \${self.file_system_id}, not of data.fileSystem.existing.id ${existing.id}: correct one of them.`,
          },
          {
            condition: "${length(self.posix_user) == 1 && alltrue([for user in self.posix_user : user.uid > 0])}",
            errorMessage:
              "The access point ${self.access_point_id} sets no POSIX user, or root: create one with the user and group of the application.",
          },
        ],
      },
    });
    this.part = {
      id: this.fileSystem.id,
      arn: this.fileSystem.arn,
      accessPointId: this.accessPoint.id,
      accessPointArn: this.accessPoint.arn,
      securityGroupId: this.securityGroup.id,
    };
  }
}
