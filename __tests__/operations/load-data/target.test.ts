import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTarget, regionOf } from "../../../operations/load-data/target";

const dataLoad = {
  clusterArn: "arn:aws:ecs:eu-central-1:111122223333:cluster/app-dev",
  taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/app-dev-data-load:7",
  capacityProvider: "FARGATE",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  logGroupName: "/app-dev/data-load",
  logStreamPrefix: "task",
  containerName: "app",
};

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "target-"));
  mkdirSync(join(outdir, "stacks/compute-dev"), { recursive: true });
});
afterEach(() => rmSync(outdir, { recursive: true }));

test("the target comes from the compute stack's output", async () => {
  const directories: string[] = [];
  const target = await readTarget("dev", outdir, async (directory) => {
    directories.push(directory);
    return { dataLoad, serviceName: "app-dev" };
  });
  expect(target).toEqual(dataLoad);
  expect(directories).toEqual([join(outdir, "stacks/compute-dev")]);
  expect(regionOf(target.clusterArn)).toBe("eu-central-1");
});

test("fails with the next step when the environment was never synthesized", async () => {
  await expect(readTarget("prod", outdir, async () => ({}))).rejects.toThrow(
    /compute-prod not found; .* there are: compute-dev\. If "prod" has a file in config: npx cdktf synth, then npx cdktf deploy compute-prod/,
  );
});

test("fails with the next step when the stack was never deployed, or by an older version", async () => {
  await expect(readTarget("dev", outdir, async () => ({}))).rejects.toThrow(
    "compute-dev has no output dataLoad: npx cdktf deploy compute-dev",
  );
  await expect(readTarget("dev", outdir, async () => ({ dataLoad: { clusterArn: "arn" } }))).rejects.toThrow(
    "compute-dev has an output dataLoad of another version: npx cdktf deploy compute-dev",
  );
});

test("fails with Terraform's words and the next step when the directory is not initialized", async () => {
  const readOutputs = () => Promise.reject(new Error("can't read the outputs: Backend initialization required"));
  await expect(readTarget("dev", outdir, readOutputs)).rejects.toThrow(
    /Backend initialization required\n.*terraform -chdir=.*compute-dev init/,
  );
});
