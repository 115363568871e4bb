import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { Network } from "../network/network";
import { byName, containerName, logsTo } from "./application-task";
import { AwsApiEgress } from "./aws-api-egress";
import { databaseSettings, type TaskDatabase } from "./database-settings";
import { ExecutionRole, tasksTrust } from "./execution-role";

export interface DataLoadTaskProps {
  readonly prefix: string;
  readonly region: string;
  readonly compute: Environment["compute"];
  /** What the container runs. */
  readonly command: readonly string[];
  readonly imageUri: string;
  readonly repositoryArn?: string;
  readonly kmsKeyArn: string;
  readonly database: TaskDatabase;
  readonly network: Network;
  readonly logRetentionDays: number;
}

/**
 * One-off task that migrates the database and loads seed data: the application's image with another command. It reaches
 * the database and nothing else, and its own role allows nothing.
 */
export class DataLoadTask extends Construct {
  readonly taskDefinition: EcsTaskDefinition;
  readonly taskRole: IamRole;
  readonly executionRole: ExecutionRole;
  readonly securityGroup: SecurityGroup;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: DataLoadTaskProps) {
    super(scope, id);
    const { compute, database, kmsKeyArn, network, prefix, region } = props;
    const name = `${prefix}-data-load`;
    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: `/${prefix}/data-load`,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    this.executionRole = new ExecutionRole(this, "execution-role", {
      name: `${name}-execution`,
      repositoryArn: props.repositoryArn,
      logGroup: this.logGroup,
      secretArn: database.secretArn,
      kmsKeyArn,
      region,
    });
    this.taskRole = new IamRole(this, "task-role", { name: `${name}-task`, assumeRolePolicy: tasksTrust(this) });
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "Data load: nothing in, database and AWS services out",
      vpcId: network.vpc.id,
      tags: { Name: name },
    });
    // On EC2 the instance's agents fetch image and secret and write the log; on Fargate that takes the task's interface.
    if (compute.launchType === "FARGATE") {
      new AwsApiEgress(this, "aws-api-egress", { network, securityGroup: this.securityGroup });
    }

    const { environment, secrets } = databaseSettings(database);
    this.taskDefinition = new EcsTaskDefinition(this, "task-definition", {
      family: name,
      requiresCompatibilities: [compute.launchType],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: compute.cpuArchitecture },
      executionRoleArn: this.executionRole.role.arn,
      taskRoleArn: this.taskRole.arn,
      containerDefinitions: Fn.jsonencode([
        {
          name: containerName,
          image: props.imageUri,
          essential: true,
          command: props.command,
          user: "1000:1000",
          readonlyRootFilesystem: true,
          linuxParameters: { capabilities: { drop: ["ALL"], add: [] } },
          environment: byName(environment),
          secrets,
          logConfiguration: logsTo(this.logGroup, region),
        },
      ]),
      dependsOn: [this.executionRole.policy],
    });
  }
}
