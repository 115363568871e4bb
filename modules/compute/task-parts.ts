import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { allSecrets } from "../../config/derive";
import type { Environment } from "../../config/schema";
import type { ProcessOptions } from "../../config/schema/container";
import { executeCommandFolders, fileSystemFolder } from "../../config/task-folders";
import type { TaskOptions } from "../../config/tasks";
import type { DatabasePart, FileSystemPart, StaticAssetsPart } from "../data/parts";

/** A secret that ECS puts into an environment variable when a container starts. */
export interface ContainerSecret {
  readonly name: string;
  /** ARN of a secret, with key and version, or of a parameter. */
  readonly valueFrom: string;
}

/** A folder of a container, and the volume that is mounted there. */
interface MountPoint {
  readonly sourceVolume: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

/**
 * What a store or a feature adds to the containers that use it, and to the roles of their task. Tasks of every kind are
 * put together from such parts, so that each has what it uses and no more.
 */
export interface TaskPart {
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly ContainerSecret[];
  /** What ECS itself needs to start the task. */
  readonly startStatements?: readonly DataAwsIamPolicyDocumentStatement[];
  /** What the task may do while it runs. */
  readonly statements?: readonly DataAwsIamPolicyDocumentStatement[];
  readonly volumes?: readonly EcsTaskDefinitionVolume[];
  readonly mountPoints?: readonly MountPoint[];
  /** The container keeps the Linux capabilities that containers usually have. @default false */
  readonly keepsCapabilities?: boolean;
}

/** The database: its address, and user name and password from Secrets Manager. */
export function usesDatabase(database: DatabasePart, { region }: { region: string }): TaskPart {
  const { secretKeyArn, secretVersionId = "", userName } = database;
  const fromSecret = (key: string) => `${database.secretArn}:${key}::${secretVersionId}`;
  return {
    environment: {
      // Where there is no word, an image takes PostgreSQL.
      ...(database.engine === "mysql" && { DATABASE_ENGINE: "mysql" }),
      DATABASE_HOST: database.address,
      DATABASE_PORT: String(database.port),
      DATABASE_NAME: database.name,
      ...(userName !== undefined && { DATABASE_USERNAME: userName }),
    },
    secrets: [
      { name: "DATABASE_PASSWORD", valueFrom: fromSecret("password") },
      ...(userName === undefined ? [{ name: "DATABASE_USERNAME", valueFrom: fromSecret("username") }] : []),
    ],
    startStatements: [
      { sid: "ReadSecret", actions: ["secretsmanager:GetSecretValue"], resources: [database.secretArn] },
      ...(secretKeyArn
        ? [
            {
              sid: "DecryptSecret",
              actions: ["kms:Decrypt"],
              resources: [secretKeyArn],
              condition: [via("secretsmanager", region)],
            },
          ]
        : []),
    ],
  };
}

/** Static assets, read with the task's role. */
export function usesStaticAssets(
  { bucketArn, bucketName, keyArn, prefix }: StaticAssetsPart,
  { region }: { region: string },
): TaskPart {
  return {
    environment: { STATIC_BUCKET: bucketName, ...(prefix && { STATIC_PREFIX: prefix }) },
    statements: [
      {
        sid: "ListStaticAssets",
        actions: ["s3:ListBucket"],
        resources: [bucketArn],
        ...(prefix && { condition: [{ test: "StringLike", variable: "s3:prefix", values: [`${prefix}*`] }] }),
      },
      { sid: "ReadStaticAssets", actions: ["s3:GetObject"], resources: [`${bucketArn}/${prefix ?? ""}*`] },
      ...(keyArn
        ? [
            {
              sid: "DecryptStaticAssets",
              actions: ["kms:Decrypt"],
              resources: [keyArn],
              condition: [via("s3", region)],
            },
          ]
        : []),
    ],
  };
}

/** The file system, mounted over TLS with the task's role. */
export function usesFileSystem({ accessPointArn, accessPointId, arn, id }: FileSystemPart): TaskPart {
  return {
    environment: { FILE_SYSTEM_PATH: fileSystemFolder },
    volumes: [
      {
        name: "files",
        efsVolumeConfiguration: {
          fileSystemId: id,
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId, iam: "ENABLED" },
        },
      },
    ],
    mountPoints: [{ sourceVolume: "files", containerPath: fileSystemFolder, readOnly: false }],
    statements: [
      {
        sid: "MountFileSystem",
        actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        resources: [arn],
        condition: [{ test: "StringEquals", variable: "elasticfilesystem:AccessPointArn", values: [accessPointArn] }],
      },
    ],
  };
}

/**
 * ECS Exec: the agent's folders, the channel of a session, its log, and the key of both; the agent acts as the task.
 * Source: Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec", logging and IAM permissions; the
 * actions on `*` have no resource types, or are asked for all log groups.
 */
export function usesExecuteCommand(
  { readOnlyRootFilesystem }: ProcessOptions,
  { kmsKeyArn, logGroupArn }: { kmsKeyArn: string; logGroupArn: string },
): TaskPart {
  const folders = readOnlyRootFilesystem ? Object.entries(executeCommandFolders) : [];
  return {
    volumes: folders.map(([name]) => ({ name })),
    mountPoints: folders.map(([sourceVolume, containerPath]) => ({ sourceVolume, containerPath, readOnly: false })),
    // The agent runs as root in the container; which capabilities it needs is not documented (AWS's own question:
    // aws/containers-roadmap, issue 1360), so it keeps the usual ones. The application's own user has none in any case.
    keepsCapabilities: true,
    statements: [
      {
        sid: "ExecuteCommandChannels",
        actions: [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        resources: ["*"],
      },
      { sid: "ExecuteCommandEncryption", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [kmsKeyArn] },
      { sid: "ExecuteCommandLogGroups", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
      {
        sid: "ExecuteCommandLog",
        actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resources: [`${logGroupArn}:*`],
      },
    ],
  };
}

/** Only by way of a service, which is how AWS uses a key for its caller. */
const via = (service: string, region: string) => ({
  test: "StringEquals",
  variable: "kms:ViaService",
  values: [`${service}.${region}.amazonaws.com`],
});

interface SecretsPlace {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
}

const parameterArn = (parameter: string, { account, partition, region }: SecretsPlace) =>
  parameter.startsWith("arn:") ? parameter : `arn:${partition}:ssm:${region}:${account}:parameter${parameter}`;

/** Secrets of the file that a container gets, put into environment variables by ECS. */
export const usesSecrets = (secrets: Environment["application"]["secrets"], place: SecretsPlace): TaskPart => ({
  secrets: Object.entries(secrets).map(([name, { jsonKey, parameter, secretsManager = "" }]) => ({
    name,
    valueFrom: parameter ? parameterArn(parameter, place) : jsonKey ? `${secretsManager}:${jsonKey}::` : secretsManager,
  })),
});

/** What ECS needs to read the secrets of all containers: rights on exactly these and their keys; and their version. */
export function readsSecrets(options: TaskOptions, place: SecretsPlace): TaskPart {
  const { secretsKmsKeyArns, secretsVersion } = options;
  const given = allSecrets(options);
  const secretArns = [...new Set(given.flatMap(({ secretsManager }) => secretsManager ?? []))];
  const parameters = given.flatMap(({ parameter }) => parameter ?? []);
  const parameterArns = [...new Set(parameters.map((parameter) => parameterArn(parameter, place)))];
  const viaBoth = {
    test: "StringEquals",
    variable: "kms:ViaService",
    values: ["secretsmanager", "ssm"].map((service) => `${service}.${place.region}.amazonaws.com`),
  };
  const statement = (sid: string, action: string, resources: readonly string[]) =>
    resources.length > 0 ? [{ sid, actions: [action], resources: [...resources] }] : [];
  return {
    environment: secretsVersion === undefined ? {} : { SECRETS_VERSION: String(secretsVersion) },
    startStatements: [
      ...statement("ReadSecrets", "secretsmanager:GetSecretValue", secretArns),
      ...statement("ReadParameters", "ssm:GetParameters", parameterArns),
      ...statement("DecryptSecrets", "kms:Decrypt", secretsKmsKeyArns).map((each) => ({
        ...each,
        condition: [viaBoth],
      })),
    ],
  };
}
