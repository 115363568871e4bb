import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { EfsAccessPoint } from "@cdktf/provider-aws/lib/efs-access-point";
import { EfsFileSystem } from "@cdktf/provider-aws/lib/efs-file-system";
import { EfsFileSystemPolicy } from "@cdktf/provider-aws/lib/efs-file-system-policy";
import { EfsMountTarget } from "@cdktf/provider-aws/lib/efs-mount-target";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { ownAccount, ownPartition } from "../own-account";
import type { FileSystemPart } from "./parts";

export interface FileSystemProps {
  readonly prefix: string;
  readonly options: Environment["data"]["fileSystem"];
  readonly vpcId: string;
  /** One subnet per zone; each gets a mount target. */
  readonly subnetIds: readonly string[];
  readonly kmsKeyArn: string;
  /** Let Terraform refuse every plan that would delete or replace the file system. @default false */
  readonly preventDestroy?: boolean;
}

/** NFS, the only port of a mount target. */
export const nfsPort = 2049;

/**
 * EFS with a mount target in every zone and one access point. Its security group has no rules: each client's stack adds
 * its own.
 */
export class FileSystem extends Construct {
  readonly fileSystem: EfsFileSystem;
  readonly accessPoint: EfsAccessPoint;
  readonly mountTargets: readonly EfsMountTarget[];
  readonly securityGroup: SecurityGroup;
  readonly part: FileSystemPart;

  constructor(scope: Construct, id: string, props: FileSystemProps) {
    super(scope, id);
    const { kmsKeyArn, options, prefix, subnetIds, vpcId } = props;
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
      ...(props.preventDestroy && { lifecycle: { preventDestroy: true } }),
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
      // Every change replaces it, and tasks that start while there is none fail.
      lifecycle: { createBeforeDestroy: true },
    });
    this.part = {
      id: this.fileSystem.id,
      arn: this.fileSystem.arn,
      accessPointId: this.accessPoint.id,
      accessPointArn: this.accessPoint.arn,
      securityGroupId: this.securityGroup.id,
    };
  }

  /**
   * A file system without policy lets every client of its network mount it. With this one, only identities that IAM
   * allows, over TLS, through a mount target. Source: Amazon EFS User Guide, "Using IAM to control file system data access".
   */
  private addPolicy(): void {
    const account = ownAccount(this);
    const partition = ownPartition(this);
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
