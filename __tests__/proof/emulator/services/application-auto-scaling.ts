import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  ListTagsForResourceCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import type { Context } from "../network";

export function applicationAutoScaling(context: () => Context): void {
  test("a service is brought within its bounds, and the activity says so", async () => {
    const { settings } = context();
    const ecs = new ECSClient(settings);
    const ResourceId = await service(ecs, "bounds", 1);
    const scaling = new ApplicationAutoScalingClient(settings);
    const target = { ServiceNamespace: "ecs", ResourceId, ScalableDimension: "ecs:service:DesiredCount" } as const;
    for (const [MinCapacity, MaxCapacity, desiredCount] of [
      [1, 4, 1],
      [3, 4, 3],
      [1, 2, 2],
    ] as const) {
      await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity, MaxCapacity }));
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster: "bounds", services: ["app"] }));
      expect(services).toMatchObject([{ desiredCount }]);
    }
    const { ServiceNamespace } = target;
    const { ScalingActivities } = await scaling.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace, ResourceId }),
    );
    expect(ScalingActivities?.map(({ Cause, Description }) => [Description, Cause])).toEqual([
      ["Setting desired count to 2.", "maximum capacity was set to 2"],
      ["Setting desired count to 3.", "minimum capacity was set to 3"],
    ]);
  });

  test("tags of a scalable target are listed, added and removed", async () => {
    const { settings } = context();
    const ecs = new ECSClient(settings);
    const ResourceId = await service(ecs, "scaled", 0);
    const scaling = new ApplicationAutoScalingClient(settings);
    const { ScalableTargetARN } = await scaling.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: "ecs",
        ResourceId,
        ScalableDimension: "ecs:service:DesiredCount",
        MinCapacity: 1,
        MaxCapacity: 4,
        Tags: { project: "demo" },
      }),
    );
    const list = async () =>
      (await scaling.send(new ListTagsForResourceCommand({ ResourceARN: ScalableTargetARN }))).Tags;
    expect(await list()).toEqual({ project: "demo" });
    await scaling.send(new TagResourceCommand({ ResourceARN: ScalableTargetARN, Tags: { owner: "platform" } }));
    await scaling.send(new UntagResourceCommand({ ResourceARN: ScalableTargetARN, TagKeys: ["project"] }));
    expect(await list()).toEqual({ owner: "platform" });
    await expect(
      scaling.send(new ListTagsForResourceCommand({ ResourceARN: `${ScalableTargetARN}0` })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
}

/** @returns the resource id of a service in a cluster of its own */
async function service(ecs: ECSClient, name: string, desiredCount: number): Promise<string> {
  await ecs.send(new CreateClusterCommand({ clusterName: name }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      containerDefinitions: [{ name: "app", image: "app", memory: 128 }],
    }),
  );
  await ecs.send(new CreateServiceCommand({ cluster: name, serviceName: "app", taskDefinition: name, desiredCount }));
  return `service/${name}/app`;
}
