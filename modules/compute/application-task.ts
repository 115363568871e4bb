import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { FileSystem } from "../data/file-system";
import type { StaticAssets } from "../data/static-assets";
import { databaseSettings, type TaskDatabase } from "./database-settings";
import { ExecutionRole, tasksTrust } from "./execution-role";

export interface ApplicationTaskProps {
  readonly prefix: string;
  readonly region: string;
  readonly application: Environment["application"];
  readonly compute: Environment["compute"];
  readonly imageUri: string;
  /** Repository of the image; none when the image is not in ECR. */
  readonly repositoryArn?: string;
  readonly kmsKeyArn: string;
  readonly database: TaskDatabase;
  readonly fileSystem: FileSystem;
  readonly staticAssets: StaticAssets;
  readonly logRetentionDays: number;
}

/** Name of the container in every task definition. */
export const containerName = "app";

/** Where the file system is mounted. */
const mountPath = "/mnt/app";

/**
 * Task definition of the application: runs as non-root on a read-only root file system, mounts the file system over TLS
 * with its own identity, gets the database password from Secrets Manager at start.
 */
export class ApplicationTask extends Construct {
  readonly taskDefinition: EcsTaskDefinition;
  readonly taskRole: IamRole;
  readonly executionRole: ExecutionRole;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ApplicationTaskProps) {
    super(scope, id);
    const { application, compute, database, fileSystem, kmsKeyArn, prefix, region } = props;
    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: `/${prefix}/application`,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    this.executionRole = new ExecutionRole(this, "execution-role", {
      name: `${prefix}-app-execution`,
      repositoryArn: props.repositoryArn,
      logGroup: this.logGroup,
      secretArn: database.secretArn,
      kmsKeyArn,
      region,
    });
    this.taskRole = this.addTaskRole(props);

    const { environment, secrets } = databaseSettings(database);
    this.taskDefinition = new EcsTaskDefinition(this, "task-definition", {
      family: `${prefix}-app`,
      requiresCompatibilities: [compute.launchType],
      networkMode: "awsvpc",
      cpu: String(application.cpu),
      memory: String(application.memoryMib),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: compute.cpuArchitecture },
      executionRoleArn: this.executionRole.role.arn,
      taskRoleArn: this.taskRole.arn,
      volume: [
        {
          name: "files",
          efsVolumeConfiguration: {
            fileSystemId: fileSystem.fileSystem.id,
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: fileSystem.accessPoint.id, iam: "ENABLED" },
          },
        },
      ],
      containerDefinitions: Fn.jsonencode([
        {
          name: containerName,
          image: props.imageUri,
          essential: true,
          user: "1000:1000",
          readonlyRootFilesystem: true,
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"], add: [] } },
          portMappings: [
            { containerPort: application.containerPort, hostPort: application.containerPort, protocol: "tcp" },
          ],
          mountPoints: [{ sourceVolume: "files", containerPath: mountPath, readOnly: false }],
          environment: byName({
            ...environment,
            PORT: String(application.containerPort),
            FILE_SYSTEM_PATH: mountPath,
            STATIC_BUCKET: props.staticAssets.bucket.bucket.id,
            AWS_REGION: region,
            // What is left of the stop timeout closes the connections to the database.
            DRAIN_SECONDS: String(Math.max(1, application.stopTimeoutSeconds - 5)),
            ...application.environment,
          }),
          secrets,
          stopTimeout: application.stopTimeoutSeconds,
          healthCheck: {
            command: application.healthCheckCommand,
            interval: 15,
            timeout: 5,
            retries: 3,
            startPeriod: 30,
          },
          logConfiguration: logsTo(this.logGroup, region),
        },
      ]),
      dependsOn: [this.executionRole.policy],
    });
  }

  /** What the application itself may do: its files, its static assets, and a shell only where ECS Exec is on. */
  private addTaskRole({
    application,
    fileSystem,
    kmsKeyArn,
    prefix,
    region,
    staticAssets,
  }: ApplicationTaskProps): IamRole {
    const role = new IamRole(this, "task-role", { name: `${prefix}-app-task`, assumeRolePolicy: tasksTrust(this) });
    const bucketArn = staticAssets.bucket.bucket.arn;
    const policy = new DataAwsIamPolicyDocument(this, "task-policy-document", {
      statement: [
        { sid: "ListStaticAssets", actions: ["s3:ListBucket"], resources: [bucketArn] },
        { sid: "ReadStaticAssets", actions: ["s3:GetObject"], resources: [`${bucketArn}/*`] },
        {
          sid: "DecryptStaticAssets",
          actions: ["kms:Decrypt"],
          resources: [kmsKeyArn],
          condition: [{ test: "StringEquals", variable: "kms:ViaService", values: [`s3.${region}.amazonaws.com`] }],
        },
        {
          sid: "MountFileSystem",
          actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          resources: [fileSystem.fileSystem.arn],
          condition: [
            {
              test: "StringEquals",
              variable: "elasticfilesystem:AccessPointArn",
              values: [fileSystem.accessPoint.arn],
            },
          ],
        },
        ...(application.executeCommand ? executeCommandStatements(kmsKeyArn) : []),
      ],
    });
    new IamRolePolicy(this, "task-policy", { name: "application", role: role.name, policy: policy.json });
    return role;
  }
}

/** Log configuration of a container; streams begin with `task`. */
export const logsTo = (logGroup: CloudwatchLogGroup, region: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": logGroup.name,
    "awslogs-region": region,
    "awslogs-stream-prefix": "task",
    // A full log buffer must not stop the application.
    mode: "non-blocking",
    "max-buffer-size": "25m",
  },
});

/** Container environment in the form and the order that ECS returns, so that no plan sees a difference. */
export const byName = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Source: Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec"; the actions have no resource types. */
const executeCommandStatements = (kmsKeyArn: string) => [
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
  { sid: "ExecuteCommandEncryption", actions: ["kms:Decrypt"], resources: [kmsKeyArn] },
];
