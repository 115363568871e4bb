import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { Construct } from "constructs";
import { type KeyUsersProps, keyUsers } from "./key-users";

export interface ExistingKeyProps extends KeyUsersProps {
  readonly keyArn: string;
}

/**
 * A customer managed key that exists. Its policy is its owner's: it has to let the account's IAM policies decide, and to
 * have the statements in `neededStatements`, which no plan can look at.
 */
export class ExistingKey extends Construct {
  readonly key: DataAwsKmsKey;
  /** JSON of the statements that the key's policy needs besides that for the account. */
  readonly neededStatements: string;

  constructor(scope: Construct, id: string, { keyArn, ...users }: ExistingKeyProps) {
    super(scope, id);
    this.key = new DataAwsKmsKey(this, "key", {
      keyId: keyArn,
      lifecycle: {
        postcondition: [
          {
            condition: '${self.enabled && self.key_state == "Enabled"}',
            errorMessage:
              "The key ${self.arn} is ${self.key_state}: enable it, or name another key in data.kms.keyArn.",
          },
          {
            condition: '${self.key_usage == "ENCRYPT_DECRYPT" && self.customer_master_key_spec == "SYMMETRIC_DEFAULT"}',
            errorMessage:
              "The key ${self.arn} is ${self.customer_master_key_spec} for ${self.key_usage}: give a symmetric key that encrypts.",
          },
          {
            condition: '${self.key_manager == "CUSTOMER"}',
            errorMessage:
              "AWS manages the key ${self.arn}, and its policy cannot be changed: use a customer managed key.",
          },
        ],
      },
    });
    this.neededStatements = keyUsers(this, users).document([]).json;
  }
}
