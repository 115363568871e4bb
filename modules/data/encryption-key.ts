import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { type KeyUsersProps, keyUsers } from "./key-users";

export interface EncryptionKeyProps extends KeyUsersProps {
  /** Days between scheduled deletion and the end of the key. */
  readonly deletionWindowDays: number;
  /** Let Terraform refuse every plan that would delete or replace the key. @default false */
  readonly preventDestroy?: boolean;
}

/** The environment's customer managed key. IAM policies of the account decide who may use it, besides services of AWS. */
export class EncryptionKey extends Construct {
  readonly key: KmsKey;
  readonly alias: KmsAlias;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { deletionWindowDays, prefix } = props;
    const users = keyUsers(this, props);
    const policy = users.document([
      {
        sid: "AccountDecides",
        principals: [{ type: "AWS", identifiers: [users.root] }],
        actions: ["kms:*"],
        resources: ["*"],
      },
    ]);
    this.key = new KmsKey(this, "key", {
      description: `Data of ${prefix}`,
      enableKeyRotation: true,
      deletionWindowInDays: deletionWindowDays,
      policy: policy.json,
      tags: { Name: prefix },
      ...(props.preventDestroy && { lifecycle: { preventDestroy: true } }),
    });
    this.alias = new KmsAlias(this, "alias", { name: `alias/${prefix}`, targetKeyId: this.key.keyId });
  }
}
