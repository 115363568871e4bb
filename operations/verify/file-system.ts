import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAccessPointsCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from "@aws-sdk/client-efs";
import { creates, uses, zoneCount } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { deployCommand, output, type Target } from "./target";

/** Of a file system that exists also: it has to be where the tasks are. */
export function fileSystemItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  if (!uses(environment, "fileSystem")) return [];
  const deploy = creates(environment, "fileSystem")
    ? deployCommand(target, "data")
    : "ask the owner of the file system for what is missing";
  const efs = new EFSClient(clientOptions);
  const fileSystemId = () => output(target, "data", "fileSystemId");
  return [
    {
      item: "file system is available and encrypted",
      next: deploy,
      async look() {
        const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId: fileSystemId() }));
        const { Encrypted, LifeCycleState } = theOnly(FileSystems, "file system");
        return {
          good: LifeCycleState === "available" && Encrypted === true,
          saw: `${LifeCycleState}, encrypted ${Encrypted}`,
        };
      },
    },
    {
      item: "mount targets are available in every Availability Zone",
      next: deploy,
      async look() {
        const { MountTargets = [] } = await efs.send(new DescribeMountTargetsCommand({ FileSystemId: fileSystemId() }));
        const zones = new Set(MountTargets.map(({ AvailabilityZoneId }) => AvailabilityZoneId)).size;
        const found = tally(
          MountTargets,
          ({ LifeCycleState }) => LifeCycleState === "available",
          ({ LifeCycleState, MountTargetId }) => `${MountTargetId} ${LifeCycleState}`,
        );
        return {
          good: found.good && zones === zoneCount(environment),
          saw: `${found.saw} in ${zones} zones`,
        };
      },
    },
    {
      item: "access point is available",
      next: deploy,
      async look() {
        const { AccessPoints = [] } = await efs.send(new DescribeAccessPointsCommand({ FileSystemId: fileSystemId() }));
        return tally(
          AccessPoints,
          ({ LifeCycleState }) => LifeCycleState === "available",
          ({ AccessPointId, LifeCycleState }) => `${AccessPointId} ${LifeCycleState}`,
        );
      },
    },
    {
      item: "file system is mounted by tasks",
      next: `see the stopped tasks' reasons: aws ecs describe-tasks; the mount's security groups: npx ecs-privatelink paths --env ${environment.name}`,
      async look() {
        if (target.emulated) return { good: undefined, saw: "an emulated file system has no clients" };
        const now = Date.now();
        const { Datapoints = [] } = await new CloudWatchClient(clientOptions).send(
          new GetMetricStatisticsCommand({
            Namespace: "AWS/EFS",
            MetricName: "ClientConnections",
            Dimensions: [{ Name: "FileSystemId", Value: fileSystemId() }],
            StartTime: new Date(now - 15 * 60_000),
            EndTime: new Date(now),
            Period: 300,
            Statistics: ["Sum"],
          }),
        );
        const connections = Math.max(0, ...Datapoints.map(({ Sum = 0 }) => Sum));
        return { good: connections > 0, saw: `${connections} client connections in the last 15 minutes` };
      },
    },
  ];
}
