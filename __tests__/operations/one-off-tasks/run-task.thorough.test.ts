import { join } from "node:path";
import { CloudWatchLogsClient, GetLogEventsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { type RunTaskOptions, runTask } from "../../../operations/one-off-tasks/run-task";
import { describeWithPostgres, startPostgres } from "../../container/support/postgres";
import { programsWith, type Running } from "../../container/support/programs";

const target = {
  clusterArn: "arn:aws:ecs:eu-central-1:111122223333:cluster/app-dev",
  taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/app-dev-data-load:7",
  capacityProvider: "app-dev-ec2",
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupIds: ["sg-1"],
  logGroupName: "/app-dev/data-load",
  logStreamPrefix: "task",
  containerName: "app",
};
const taskArn = "arn:aws:ecs:eu-central-1:111122223333:task/app-dev/0123456789abcdef";

const ecs = mockClient(ECSClient);
const logs = mockClient(CloudWatchLogsClient);
let printed: string[];

beforeEach(() => {
  ecs.reset();
  logs.reset();
  printed = [];
});

const run = (options: Partial<RunTaskOptions> = {}) =>
  runTask({
    ecs: new ECSClient({ region: "eu-central-1" }),
    logs: new CloudWatchLogsClient({ region: "eu-central-1" }),
    target,
    startedBy: "load-data",
    print: (line) => printed.push(line),
    pollMilliseconds: 10,
    ...options,
  });

const noLog = () =>
  logs.on(GetLogEventsCommand).rejects(new ResourceNotFoundException({ message: "no such stream", $metadata: {} }));

test("the task runs on the cluster's capacity, in the private subnets, without a public address", async () => {
  ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn }] });
  ecs.on(DescribeTasksCommand).resolves({
    tasks: [{ lastStatus: "STOPPED", containers: [{ name: "app", exitCode: 0 }] }],
  });
  noLog();
  expect(await run()).toBe(0);
  expect(ecs.commandCalls(RunTaskCommand)[0]?.args[0].input).toMatchObject({
    cluster: target.clusterArn,
    taskDefinition: target.taskDefinitionArn,
    capacityProviderStrategy: [{ capacityProvider: "app-dev-ec2" }],
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"], securityGroups: ["sg-1"], assignPublicIp: "DISABLED" },
    },
  });
});

test("fails with ECS's own reasons when the task can't be started", async () => {
  ecs
    .on(RunTaskCommand)
    .resolves({ failures: [{ reason: "RESOURCE:MEMORY", arn: "arn:aws:ecs:container-instance/1" }] });
  await expect(run()).rejects.toThrow("ECS can't start the task: RESOURCE:MEMORY (arn:aws:ecs:container-instance/1)");
});

test("fails with ECS's own reasons when the container never ran", async () => {
  ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn }] });
  ecs.on(DescribeTasksCommand).resolves({
    tasks: [
      {
        lastStatus: "STOPPED",
        stoppedReason: "ResourceInitializationError: unable to pull secrets",
        containers: [{ name: "app" }],
      },
    ],
  });
  noLog();
  await expect(run()).rejects.toThrow(
    "the task stopped before its container ran: ResourceInitializationError: unable to pull",
  );
});

test("a task that ECS does not know yet is waited for, and one that it forgets is named", async () => {
  ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn }] });
  ecs
    .on(DescribeTasksCommand)
    .resolvesOnce({ tasks: [], failures: [{ arn: taskArn, reason: "MISSING" }] })
    .resolvesOnce({ tasks: [{ lastStatus: "RUNNING" }] })
    .resolvesOnce({ tasks: [{ lastStatus: "STOPPED", containers: [{ name: "app", exitCode: 0 }] }] })
    .resolves({ tasks: [] });
  noLog();
  expect(await run()).toBe(0);
  await expect(run({ unknownMilliseconds: 20 })).rejects.toThrow(`ECS doesn't know ${taskArn}`);
});

test("an interrupt stops the task and waits until it has stopped", async () => {
  const interrupt = new AbortController();
  ecs.on(RunTaskCommand).resolves({ tasks: [{ taskArn }] });
  ecs.on(DescribeTasksCommand).callsFake(() => {
    interrupt.abort();
    const stopped = ecs.commandCalls(StopTaskCommand).length > 0;
    return {
      tasks: [
        stopped ? { lastStatus: "STOPPED", containers: [{ name: "app", exitCode: 143 }] } : { lastStatus: "RUNNING" },
      ],
    };
  });
  noLog();
  expect(await run({ interrupt: interrupt.signal })).toBe(143);
  expect(ecs.commandCalls(StopTaskCommand)).toHaveLength(1);
  expect(printed).toContain("interrupted: stopping the task");
});

describeWithPostgres("with the real task on a real PostgreSQL", () => {
  const there = programsWith(startPostgres);

  /** ECS and CloudWatch Logs that run the program of the image on this machine, its lines two a page. */
  function runHere(environment: Record<string, string>): void {
    let load: Running | undefined;
    let exitCode: number | null | undefined;
    ecs.on(DescribeTaskDefinitionCommand).resolves({
      taskDefinition: { containerDefinitions: [{ name: "app", command: ["node", "load-data.mjs"] }] },
    });
    ecs.on(RunTaskCommand).callsFake(({ overrides }: RunTaskCommandInput) => {
      const command = overrides?.containerOverrides?.[0]?.command ?? ["node", "load-data.mjs"];
      expect(command.slice(0, 2)).toEqual(["node", "load-data.mjs"]);
      load = there.programs.start("load-data", command.slice(2), environment, join(__dirname, "../../../container"));
      exitCode = undefined;
      void load.exit.then((code) => {
        exitCode = code;
      });
      return { tasks: [{ taskArn }] };
    });
    ecs.on(DescribeTasksCommand).callsFake(() => ({
      tasks: [
        exitCode === undefined
          ? { lastStatus: "RUNNING" }
          : { lastStatus: "STOPPED", containers: [{ name: "app", exitCode: exitCode ?? 137 }] },
      ],
    }));
    logs
      .on(GetLogEventsCommand)
      .callsFake(({ logStreamName, nextToken = "0" }: { logStreamName: string; nextToken?: string }) => {
        expect(logStreamName).toBe("task/app/0123456789abcdef");
        const lines = load?.lines ?? [];
        const from = Number(nextToken);
        const to = Math.min(from + 2, lines.length);
        return {
          events: lines.slice(from, to).map((line) => ({ message: JSON.stringify(line) })),
          nextForwardToken: String(to),
        };
      });
  }

  test("dry run, load and failure: the lines are the task's, each once, and so is the exit code", async () => {
    const database = await there.server.createDatabase();
    runHere(there.server.environment(database));
    expect(await run({ append: ["--dry-run"] })).toBe(0);
    expect(printed.filter((line) => line.startsWith("would"))).toEqual([
      "would apply migrations/001_item.sql",
      "would apply migrations/002_item_changed_at.sql",
      "would load seed/item.sql",
    ]);

    printed = [];
    expect(await run()).toBe(0);
    expect(printed.filter((line) => /^(migration|seed|done)/.test(line))).toEqual([
      "migration migrations/001_item.sql",
      "migration migrations/002_item_changed_at.sql",
      "seed seed/item.sql",
      "done: 2 migrations applied, 0 already there, 1 seed files loaded",
    ]);

    printed = [];
    runHere({ ...there.server.environment(database), DATABASE_PASSWORD: "wrong" });
    expect(await run()).toBe(1);
    expect(printed.slice(-2)).toEqual([
      expect.stringMatching(/^error: can't connect to localhost:.*user name and password of the secret/),
      "task ended with exit code 1",
    ]);
  });
});
