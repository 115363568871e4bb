import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { grantedStatements, type Permission } from "../../config/grants";
import type { Environment } from "../../config/schema";
import { applicationContainer } from "../../config/schema/sidecar";
import { type ContainerProps, containerDefinition } from "./container";
import { ExecutionRole, tasksTrust } from "./execution-role";

/** What is the same for every task of an environment. */
export interface TaskEnvironment {
  readonly region: string;
  readonly launchType: Environment["compute"]["launchType"];
  readonly cpuArchitecture: Environment["compute"]["cpuArchitecture"];
  readonly kmsKeyArn: string;
  readonly logRetentionDays: number;
}

export interface TaskProps extends TaskEnvironment {
  /** Name of the task definition's family; the roles' names begin with it. */
  readonly family: string;
  readonly logGroupName: string;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly containers: readonly ContainerProps[];
  /** What the file allows the task, in a policy of its own. */
  readonly permissions?: Readonly<Record<string, Permission>>;
}

/** Name of the container in every task definition. */
export const containerName = applicationContainer;

/** A task definition with its log group and its two roles: the one by which ECS starts it, and the task's own. */
export class Task extends Construct {
  readonly taskDefinition: EcsTaskDefinition;
  readonly taskRole: IamRole;
  /** What the tasks may do as long as they run; none where they may do nothing. */
  readonly taskPolicies: readonly IamRolePolicy[];
  readonly executionRole: ExecutionRole;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: TaskProps) {
    super(scope, id);
    const { containers, cpuArchitecture, family, kmsKeyArn, launchType, region } = props;
    const parts = [...new Set(containers.flatMap((container) => container.parts))];
    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: props.logGroupName,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    this.executionRole = new ExecutionRole(this, "execution-role", {
      name: `${family}-execution`,
      images: containers.map(({ image }) => image),
      logGroup: this.logGroup,
      statements: parts.flatMap(({ startStatements }) => startStatements ?? []),
    });
    this.taskRole = new IamRole(this, "task-role", { name: `${family}-task`, assumeRolePolicy: tasksTrust(this) });
    this.taskPolicies = [
      ...this.addPolicy(
        "task-policy",
        "application",
        parts.flatMap((part) => part.statements ?? []),
      ),
      ...this.addPolicy("permissions", "permissions", grantedStatements(props.permissions ?? {})),
    ];

    const volume = parts.flatMap(({ volumes }) => volumes ?? []);
    const log = { groupName: this.logGroup.name, region };
    this.taskDefinition = new EcsTaskDefinition(this, "task-definition", {
      family,
      requiresCompatibilities: [launchType],
      networkMode: "awsvpc",
      cpu: String(props.cpu),
      memory: String(props.memoryMib),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture },
      executionRoleArn: this.executionRole.role.arn,
      taskRoleArn: this.taskRole.arn,
      ...(volume.length > 0 && { volume }),
      containerDefinitions: Fn.jsonencode(containers.map((container) => containerDefinition(container, log))),
      // A roll-back, by ECS or by hand, needs the revision before, and so does who read the stack's outputs before an
      // apply and starts a task after it: ECS starts no tasks of a deregistered one.
      skipDestroy: true,
      dependsOn: [this.executionRole.policy],
    });
  }

  /** A policy of the task role; none without statements. */
  private addPolicy(
    id: string,
    name: string,
    statement: readonly DataAwsIamPolicyDocumentStatement[],
  ): readonly IamRolePolicy[] {
    if (statement.length === 0) return [];
    const document = new DataAwsIamPolicyDocument(this, `${id}-document`, { statement: [...statement] });
    return [new IamRolePolicy(this, id, { name, role: this.taskRole.name, policy: document.json })];
  }
}
