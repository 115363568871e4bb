import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { ownAccount, ownPartition } from "../own-account";
import type { RunTarget } from "./run-target";
import { serviceTrust } from "./service-trust";

export interface JobRunsProps {
  /** Name of the state machine, and first part of its role's. */
  readonly name: string;
  readonly region: string;
  readonly target: RunTarget;
  readonly timeoutMinutes: number;
  /** How often a failed run is repeated; one that took too long is not. */
  readonly retries: number;
}

/**
 * Runs of a job that a schedule starts. ECS itself knows no timeout, and who calls RunTask learns nothing about the exit
 * code; a state machine waits for the end of the task, stops one that takes too long, and counts what failed.
 * Source: AWS Step Functions Developer Guide, "Run Amazon ECS or Fargate tasks with Step Functions".
 */
export class JobRuns extends Construct {
  readonly stateMachine: SfnStateMachine;
  readonly role: IamRole;

  constructor(scope: Construct, id: string, props: JobRunsProps) {
    super(scope, id);
    const partition = ownPartition(this);
    const accountId = ownAccount(this);
    this.role = new IamRole(this, "role", {
      name: `${props.name}-runs`,
      assumeRolePolicy: serviceTrust(this, "states.amazonaws.com", accountId),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "run-task",
      role: this.role.name,
      policy: new DataAwsIamPolicyDocument(this, "policy-document", {
        statement: statements(props, `arn:${partition}`, accountId),
      }).json,
    });
    this.stateMachine = new SfnStateMachine(this, "state-machine", {
      name: props.name,
      roleArn: this.role.arn,
      definition: Fn.jsonencode(definition(props, `arn:${partition}:states:::`)),
      tags: { Name: props.name },
      // Step Functions tries the role's rights when the state machine is created.
      dependsOn: [policy],
    });
  }
}

/** Seconds before the first repetition; each further one waits twice as long. */
const retrySeconds = 60;

/** Source: Amazon States Language; integrations `ecs:runTask.sync` and, for the other two, the AWS SDK's. */
function definition({ retries, target, timeoutMinutes }: JobRunsProps, integration: string) {
  const cluster = target.cluster.arn;
  return {
    StartAt: "Run",
    States: {
      Run: {
        Type: "Task",
        Resource: `${integration}ecs:runTask.sync`,
        TimeoutSeconds: timeoutMinutes * 60,
        Parameters: {
          Cluster: cluster,
          TaskDefinition: target.taskDefinition.arn,
          CapacityProviderStrategy: target.capacityProviderStrategy.map(({ base, capacityProvider, weight }) => ({
            CapacityProvider: capacityProvider,
            Weight: weight,
            ...(base === undefined ? {} : { Base: base }),
          })),
          NetworkConfiguration: {
            AwsvpcConfiguration: {
              Subnets: target.subnetIds,
              SecurityGroups: [target.securityGroup.id],
              AssignPublicIp: "DISABLED",
            },
          },
          PropagateTags: "TASK_DEFINITION",
        },
        ...(retries === 0
          ? {}
          : {
              Retry: [
                { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 },
                { ErrorEquals: ["States.ALL"], MaxAttempts: retries, IntervalSeconds: retrySeconds, BackoffRate: 2 },
              ],
            }),
        Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Find" }],
        End: true,
      },
      // Step Functions cancels a task whose time is over "as best it can": what still runs is stopped in any case.
      Find: {
        Type: "Task",
        Resource: `${integration}aws-sdk:ecs:listTasks`,
        Parameters: { Cluster: cluster, Family: target.taskDefinition.family },
        Next: "Stop",
      },
      Stop: {
        Type: "Map",
        ItemsPath: "$.TaskArns",
        ItemProcessor: {
          StartAt: "StopTask",
          States: {
            StopTask: {
              Type: "Task",
              Resource: `${integration}aws-sdk:ecs:stopTask`,
              Parameters: { Cluster: cluster, "Task.$": "$", Reason: "timeout of the job" },
              End: true,
            },
          },
        },
        Next: "TimedOut",
      },
      TimedOut: { Type: "Fail", Error: "States.Timeout", Cause: `did not end within ${timeoutMinutes} minutes` },
    },
  };
}

/** Sources: AWS Step Functions Developer Guide, "IAM policies for calling Amazon ECS"; Service Authorization Reference, Amazon ECS. */
function statements({ region, target }: JobRunsProps, arn: string, account: string) {
  const { cluster, taskDefinition } = target;
  const regional = (service: string, resource: string) => `${arn}:${service}:${region}:${account}:${resource}`;
  const inCluster = { test: "ArnEquals", variable: "ecs:cluster", values: [cluster.arn] };
  const tasks = regional("ecs", `task/${cluster.name}/*`);
  return [
    {
      sid: "RunTask",
      actions: ["ecs:RunTask"],
      // Any revision: a run that began before a deployment may be repeated after it.
      resources: [regional("ecs", `task-definition/${taskDefinition.family}:*`)],
      condition: [inCluster],
    },
    {
      sid: "TagTask",
      actions: ["ecs:TagResource"],
      resources: [tasks],
      condition: [{ test: "StringEquals", variable: "ecs:CreateAction", values: ["RunTask"] }],
    },
    { sid: "FollowTask", actions: ["ecs:DescribeTasks", "ecs:StopTask"], resources: [tasks], condition: [inCluster] },
    // The action's only resource is the container instance, which the call does not name.
    { sid: "FindTasks", actions: ["ecs:ListTasks"], resources: ["*"], condition: [inCluster] },
    {
      sid: "PassTaskRoles",
      actions: ["iam:PassRole"],
      resources: target.roles.map((role) => role.arn),
      condition: [{ test: "StringEquals", variable: "iam:PassedToService", values: ["ecs-tasks.amazonaws.com"] }],
    },
    {
      sid: "HearOfItsEnd",
      actions: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
      resources: [regional("events", "rule/StepFunctionsGetEventsForECSTaskRule")],
    },
  ];
}
