import { changedAttributes } from "../../../engine/terraform/resources";
import { drift, ofNewAmi, summary } from "../../../operations/drift/drift";

const plan = (changes: [action: string, address: string][], changedOutputs: string[] = []) => ({
  changed: true,
  changes: changes.map(([action, address]) => ({ action, address })),
  changedOutputs,
});

describe("drift", () => {
  test("is every change but reads", () => {
    expect(
      drift(
        plan([
          ["update", "aws_lb.alb"],
          ["read", "data.aws_ssm_parameter.ami"],
        ]),
      ),
    ).toEqual(["update aws_lb.alb"]);
  });

  test("is not the image that this machine has not built, but the one in the registry is", () => {
    expect(drift(plan([["create", "docker_image.image"]], ["image"]))).toEqual([]);
    expect(
      drift(
        plan([
          ["create", "docker_image.image"],
          ["create", "docker_registry_image.image"],
        ]),
      ),
    ).toEqual(["create docker_registry_image.image"]);
  });

  test("is an output that changes while no resource does", () => {
    expect(drift(plan([], ["serviceName"]))).toEqual(["output serviceName"]);
  });

  describe("a newer AMI is no drift", () => {
    const template = "update aws_launch_template.instances";
    const group = "update aws_autoscaling_group.instances";
    const planJson = (changedTags: boolean) =>
      JSON.stringify({
        resource_changes: [
          {
            address: "aws_launch_template.instances",
            change: {
              before: { image_id: "ami-1", latest_version: 3, tags: { a: "1" } },
              after: { image_id: "ami-2", tags: { a: changedTags ? "2" : "1" } },
              after_unknown: { latest_version: true, tags: {} },
            },
          },
          {
            address: "aws_autoscaling_group.instances",
            change: {
              // The provider plans an empty text where the state has none.
              before: { launch_template: [{ version: "3" }], max_size: 3, reservation: [{ preference: null }] },
              after: { launch_template: [{}], max_size: 3, reservation: [{ preference: "" }] },
              after_unknown: { launch_template: [{ version: true }] },
            },
          },
        ],
      });

    test("nor is the group that follows it", () => {
      expect(ofNewAmi([template, group, "update aws_lb.alb"], changedAttributes(planJson(false)))).toEqual([
        template,
        group,
      ]);
    });

    test("but whatever else has changed in the launch template is", () => {
      expect(ofNewAmi([template, group], changedAttributes(planJson(true)))).toEqual([]);
    });

    test("and it is told beside the differences", () => {
      const text = summary("dev", [{ id: "compute-dev", differences: [], newAmi: true, plan: "" }]);
      expect(text).toMatch(/\| `compute-dev` \| a newer AMI is there/);
    });
  });

  test("is told per stack, with the plans below", () => {
    const text = summary("dev", [
      { id: "network-dev", differences: [], plan: "" },
      { id: "data-dev", differences: ["update aws_kms_key.key"], plan: "~ rotation" },
    ]);
    expect(text).toMatch(/\| `data-dev` \| `update aws_kms_key\.key` \|\n\| `network-dev` \| none \|/);
    expect(text).toContain("~ rotation");
  });
});
