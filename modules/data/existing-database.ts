import { DataAwsDbInstance } from "@cdktf/provider-aws/lib/data-aws-db-instance";
import { DataAwsRdsCluster } from "@cdktf/provider-aws/lib/data-aws-rds-cluster";
import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import type { DataAwsSecurityGroup } from "@cdktf/provider-aws/lib/data-aws-security-group";
import type { Postcondition } from "cdktf";
import { Construct } from "constructs";
import { databaseEngine, databasePort } from "../../config/database-engine";
import type { Environment } from "../../config/schema";
import { existingSecurityGroup } from "./existing-security-group";
import type { DatabasePart } from "./parts";

export interface ExistingDatabaseProps {
  /** With `existing`. */
  readonly options: Environment["data"]["database"];
  readonly vpcId: string;
}

type Existing = NonNullable<Environment["data"]["database"]["existing"]>;

/**
 * A database that exists: an RDS DB instance, a cluster, or a host name. It is only looked up. Terraform's plan stops where
 * it is not what the tasks need, or where another security group or key protects it than the configuration says.
 */
export class ExistingDatabase extends Construct {
  readonly part: DatabasePart;
  readonly securityGroup: DataAwsSecurityGroup;
  readonly secret: DataAwsSecretsmanagerSecret;

  constructor(scope: Construct, id: string, { options, vpcId }: ExistingDatabaseProps) {
    super(scope, id);
    const { engine, existing, name } = options;
    const port = databasePort(options);
    if (!existing) throw new Error("data.database.existing is missing");
    const option = "data.database.existing.securityGroupId";
    this.securityGroup = existingSecurityGroup(this, { option, securityGroupId: existing.securityGroupId, vpcId });
    this.secret = this.lookUpSecret(existing);
    this.part = {
      address: this.lookUpAddress(existing, options),
      engine: databaseEngine({ engine }).dialect,
      port,
      name,
      securityGroupId: this.securityGroup.id,
      secretArn: this.secret.arn,
      ...(existing.secretKeyArn && { secretKeyArn: existing.secretKeyArn }),
      ...(existing.userName && { userName: existing.userName }),
    };
  }

  private lookUpAddress(
    { clusterIdentifier, endpoint, instanceIdentifier, securityGroupId }: Existing,
    options: ExistingDatabaseProps["options"],
  ) {
    const has = (groups: string) => conditions(options, securityGroupId, groups);
    if (instanceIdentifier !== undefined) {
      return new DataAwsDbInstance(this, "instance", {
        dbInstanceIdentifier: instanceIdentifier,
        lifecycle: {
          postcondition: [
            ...has("vpc_security_groups"),
            {
              condition: "${!self.publicly_accessible}",
              errorMessage:
                "The database ${self.db_instance_identifier} is publicly accessible: its name leads to a public address. Turn that off.",
            },
          ],
        },
      }).address;
    }
    if (clusterIdentifier !== undefined) {
      return new DataAwsRdsCluster(this, "cluster", {
        clusterIdentifier,
        lifecycle: { postcondition: has("vpc_security_group_ids") },
      }).endpoint;
    }
    return endpoint ?? "";
  }

  /** The secret's content is never read: it would be in the state. */
  private lookUpSecret({ secretArn, secretKeyArn }: Existing): DataAwsSecretsmanagerSecret {
    const isDefault = 'self.kms_key_id == "" || endswith(self.kms_key_id, "alias/aws/secretsmanager")';
    return new DataAwsSecretsmanagerSecret(this, "secret", {
      arn: secretArn,
      lifecycle: {
        postcondition: [
          secretKeyArn === undefined
            ? {
                condition: `\${${isDefault}}`,
                errorMessage:
                  "The secret ${self.arn} is encrypted with ${self.kms_key_id}: name that key in data.database.existing.secretKeyArn.",
              }
            : {
                condition: `\${self.kms_key_id != "" && endswith("${secretKeyArn}", self.kms_key_id)}`,
                errorMessage:
                  'The secret ${self.arn} is encrypted with ${self.kms_key_id == "" ? "aws/secretsmanager" : self.kms_key_id}, not with data.database.existing.secretKeyArn: correct it, or remove it for aws/secretsmanager.',
              },
        ],
      },
    });
  }
}

/** What has to hold of an instance and of a cluster. */
const conditions = (
  options: ExistingDatabaseProps["options"],
  securityGroupId: string,
  groups: string,
): Postcondition[] => [
  {
    // An Aurora cluster's is aurora-postgresql or aurora-mysql.
    condition: `\${strcontains(self.engine, "${options.engine}")}`,
    errorMessage: `The database runs \${self.engine}, not ${databaseEngine(options).title}: correct data.database.engine, or name another in data.database.existing.`,
  },
  {
    condition: "${self.storage_encrypted}",
    errorMessage:
      "The database is not encrypted: copy a snapshot of it with a key, and restore the copy. An existing database cannot be encrypted.",
  },
  {
    condition: `\${self.port == ${databasePort(options)}}`,
    errorMessage: `The database listens on port \${self.port}, not on data.database.port ${databasePort(options)}: correct the port.`,
  },
  {
    condition: `\${contains(self.${groups}, "${securityGroupId}")}`,
    errorMessage: `The database has the security groups \${join(", ", self.${groups})}, not data.database.existing.securityGroupId ${securityGroupId}: name one of these.`,
  },
];
