import { ConfigurationError } from "../../config/problem";
import type { StackJson, Stacks } from "../../paths/model/stacks";
import { refuseBrokenPaths } from "../../synth/refuse-broken-paths";
import { environmentOf, synthesize } from "../synth";

const configuration = { environments: [environmentOf()], consumers: [] };
const stacks: Stacks = synthesize(configuration).stacks;

test("stacks whose paths are open pass", () => {
  expect(() => refuseBrokenPaths(stacks, configuration)).not.toThrow();
});

test("a closed path is refused at the environment's file, with the path and the command that shows its hops", () => {
  const { resource, ...rest } = stacks["data-test"] as StackJson & { resource: Record<string, unknown> };
  const { aws_efs_mount_target: _, ...withoutMountTargets } = resource;
  const broken = { ...stacks, "data-test": { ...rest, resource: withoutMountTargets } as unknown as StackJson };
  let thrown: unknown;
  try {
    refuseBrokenPaths(broken, configuration);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigurationError);
  expect((thrown as ConfigurationError).problems).toContainEqual(
    expect.objectContaining({
      file: "config/environments/test.yaml",
      allowed: "one in which every path that the pattern needs is open",
      fix: expect.stringContaining("--env test"),
    }),
  );
});
