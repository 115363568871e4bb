import { drift, summary } from "../../../operations/drift/drift";

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

  test("is told per stack, with the plans below", () => {
    const text = summary("dev", [
      { id: "network-dev", differences: [], plan: "" },
      { id: "data-dev", differences: ["update aws_kms_key.key"], plan: "~ rotation" },
    ]);
    expect(text).toMatch(/\| `data-dev` \| `update aws_kms_key\.key` \|\n\| `network-dev` \| none \|/);
    expect(text).toContain("~ rotation");
  });
});
