import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { DataResource, Fn, type IResolvable, ref, TerraformStack } from "cdktf";
import { Construct } from "constructs";

export interface DatabaseCredentialsProps {
  readonly prefix: string;
  readonly kmsKeyArn: string;
  readonly userName: string;
  /** Raising it generates a new password. */
  readonly passwordVersion: number;
  /** Days that a deleted secret can be restored; 0 deletes at once. */
  readonly recoveryDays: number;
  /** Let Terraform refuse every plan that would delete or replace the secret. @default false */
  readonly preventDestroy?: boolean;
}

/**
 * User name and generated password in Secrets Manager. The password passes through Terraform as ephemeral and
 * write-only values alone: it is in no state, no plan and no log.
 */
export class DatabaseCredentials extends Construct {
  /** JSON with `username` and `password`. */
  readonly secret: SecretsmanagerSecret;
  readonly version: SecretsmanagerSecretVersion;
  /**
   * The stored password, for write-only arguments. It is read back rather than passed on: when a run dies between
   * secret and database, the next run must give the database what is stored, not another random value.
   */
  readonly storedPassword: IResolvable;

  constructor(scope: Construct, id: string, props: DatabaseCredentialsProps) {
    super(scope, id);
    // CDKTF has no ephemeral blocks.
    const stack = TerraformStack.of(this);
    stack.addOverride("ephemeral.aws_secretsmanager_random_password.database", {
      password_length: 32,
      exclude_punctuation: true,
    });

    this.secret = new SecretsmanagerSecret(this, "secret", {
      // Not an exact name: one that was deleted remains taken until its recovery days are over.
      namePrefix: `${props.prefix}-database-`,
      description: "Master user of the database",
      kmsKeyId: props.kmsKeyArn,
      recoveryWindowInDays: props.recoveryDays,
      ...(props.preventDestroy && { lifecycle: { preventDestroy: true } }),
    });
    // Nothing compares what is write-only: without this, the secret would keep the old name when another one replaces the
    // database.
    const userName = new DataResource(this, "user-name", { input: { userName: props.userName } });
    // CDKTF would start `terraform version` in each synth; the commands check the version before they run Terraform.
    userName.node.validate = () => [];
    this.version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: this.secret.id,
      secretStringWo: Fn.jsonencode({
        username: props.userName,
        password: ref("ephemeral.aws_secretsmanager_random_password.database.random_password"),
      }),
      secretStringWoVersion: props.passwordVersion,
      // The address as text: CDKTF writes a resource as an expression, which Terraform does not take here.
      lifecycle: { replaceTriggeredBy: [`${DataResource.tfResourceType}.${userName.friendlyUniqueId}`] },
    });

    stack.addOverride("ephemeral.aws_secretsmanager_secret_version.database", {
      secret_id: this.secret.id,
      version_id: this.version.versionId,
    });
    this.storedPassword = ref(
      "jsondecode(ephemeral.aws_secretsmanager_secret_version.database.secret_string).password",
    );
  }
}
