import {
  ApplicationAutoScalingClient,
  ListTagsForResourceCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import type { Context } from "../network";

export function applicationAutoScaling(context: () => Context): void {
  test("tags of a scalable target are listed, added and removed", async () => {
    const { settings } = context();
    const ecs = new ECSClient(settings);
    await ecs.send(new CreateClusterCommand({ clusterName: "scaled" }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "scaled",
        containerDefinitions: [{ name: "app", image: "app", memory: 128 }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({ cluster: "scaled", serviceName: "app", taskDefinition: "scaled", desiredCount: 0 }),
    );
    const scaling = new ApplicationAutoScalingClient(settings);
    const { ScalableTargetARN } = await scaling.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: "ecs",
        ResourceId: "service/scaled/app",
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
