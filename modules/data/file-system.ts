import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { EfsAccessPoint } from "@cdktf/provider-aws/lib/efs-access-point";
import { EfsFileSystem } from "@cdktf/provider-aws/lib/efs-file-system";
import { EfsFileSystemPolicy } from "@cdktf/provider-aws/lib/efs-file-system-policy";
import { EfsMountTarget } from "@cdktf/provider-aws/lib/efs-mount-target";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";

export interface FileSystemProps {
  readonly prefix: string;
  readonly options: Environment["data"]["fileSystem"];
  readonly vpcId: string;
  /** One subnet per zone; each gets a mount target. */
  readonly subnetIds: readonly string[];
  readonly kmsKeyArn: string;
}

/** NFS, the only port of a mount target. */
export const nfsPort = 2049;

/**
 * EFS with a mount target in every zone and one access point. Its security group has no rule: who may mount it says so
 * in his own stack.
 */
export class FileSystem extends Construct {
  readonly fileSystem: EfsFileSystem;
  readonly accessPoint: EfsAccessPoint;
  readonly mountTargets: readonly EfsMountTarget[];
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { kmsKeyArn, options, prefix, subnetIds, vpcId }: FileSystemProps) {
    super(scope, id);
    const name = `${prefix}-files`;
    this.fileSystem = new EfsFileSystem(this, "file-system", {
      encrypted: true,
      kmsKeyId: kmsKeyArn,
      throughputMode: options.throughputMode,
      lifecyclePolicy: [
        { transitionToIa: afterDays(options.transitionToInfrequentAccessDays) },
        { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
      ],
      tags: { Name: name },
    });
    this.addPolicy();

    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "File system: NFS from tasks",
      vpcId,
      tags: { Name: name },
    });
    this.mountTargets = subnetIds.map(
      (subnetId, zone) =>
        new EfsMountTarget(this, `mount-target-${zone + 1}`, {
          fileSystemId: this.fileSystem.id,
          subnetId,
          securityGroups: [this.securityGroup.id],
        }),
    );
    this.accessPoint = new EfsAccessPoint(this, "access-point", {
      fileSystemId: this.fileSystem.id,
      posixUser: { uid: options.userId, gid: options.groupId },
      rootDirectory: {
        path: options.path,
        creationInfo: { ownerUid: options.userId, ownerGid: options.groupId, permissions: "0750" },
      },
      tags: { Name: name },
    });
  }

  /**
   * A file system without policy lets every client of its network mount it. With this one, only identities that IAM
   * allows, over TLS, through a mount target. Source: Amazon EFS User Guide, "Using IAM to control file system data access".
   */
  private addPolicy(): void {
    const account = new DataAwsCallerIdentity(this, "account", {}).accountId;
    const partition = new DataAwsPartition(this, "partition", {}).partition;
    const document = new DataAwsIamPolicyDocument(this, "policy-document", {
      statement: [
        {
          sid: "AccountDecides",
          principals: [{ type: "AWS", identifiers: [`arn:${partition}:iam::${account}:root`] }],
          actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          resources: [this.fileSystem.arn],
          condition: [{ test: "Bool", variable: "elasticfilesystem:AccessedViaMountTarget", values: ["true"] }],
        },
        {
          sid: "DenyClearText",
          effect: "Deny",
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["*"],
          resources: [this.fileSystem.arn],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
      ],
    });
    new EfsFileSystemPolicy(this, "policy", { fileSystemId: this.fileSystem.id, policy: document.json });
  }
}

/** EFS names its lifecycle steps in words. */
const afterDays = (days: number): string => (days === 1 ? "AFTER_1_DAY" : `AFTER_${days}_DAYS`);
