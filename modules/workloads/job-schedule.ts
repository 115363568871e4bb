import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import type { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Construct } from "constructs";
import { ownAccount } from "../own-account";
import { serviceTrust } from "./service-trust";

export interface JobScheduleProps {
  /** Name of the schedule, and first part of its role's. */
  readonly name: string;
  readonly group: SchedulerScheduleGroup;
  readonly stateMachine: SfnStateMachine;
  /** `cron(…)` or `rate(…)`. */
  readonly expression: string;
  readonly timeZone: string;
}

/** EventBridge schedule that starts a job's state machine; its role may do that and nothing else. */
export class JobSchedule extends Construct {
  readonly schedule: SchedulerSchedule;
  readonly role: IamRole;

  constructor(scope: Construct, id: string, props: JobScheduleProps) {
    super(scope, id);
    const accountId = ownAccount(this);
    this.role = new IamRole(this, "role", {
      name: `${props.name}-schedule`,
      assumeRolePolicy: serviceTrust(this, "scheduler.amazonaws.com", accountId),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "start-job",
      role: this.role.name,
      policy: new DataAwsIamPolicyDocument(this, "policy-document", {
        statement: [{ sid: "StartJob", actions: ["states:StartExecution"], resources: [props.stateMachine.arn] }],
      }).json,
    });
    this.schedule = new SchedulerSchedule(this, "schedule", {
      name: props.name,
      groupName: props.group.name,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: props.stateMachine.arn,
        roleArn: this.role.arn,
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
      },
      dependsOn: [policy],
    });
  }
}
