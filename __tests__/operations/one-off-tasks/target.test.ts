import { dataLoadTarget, jobsTarget, regionOf } from "../../../operations/one-off-tasks/target";

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

test("the target comes from the compute stack's output", () => {
  const target = dataLoadTarget("dev", { dataLoad, serviceName: "app-dev" });
  expect(target).toEqual(dataLoad);
  expect(regionOf(target.clusterArn)).toBe("eu-central-1");
});

test("fails with the next step when the stack was never deployed, or by an older version", () => {
  expect(() => dataLoadTarget("dev", {})).toThrow(
    /compute-dev has no output dataLoad: .*npx ecs-privatelink deploy --env dev/,
  );
  expect(() => dataLoadTarget("dev", { dataLoad: { clusterArn: "arn" } })).toThrow(
    "compute-dev has an output dataLoad of another version",
  );
});

test("a job is found by its name, with its timeout", () => {
  const jobs = { nightly: { ...dataLoad, timeoutMinutes: 30 } };
  expect(jobsTarget("dev", { jobs }, "nightly").timeoutMinutes).toBe(30);
  expect(() => jobsTarget("dev", { jobs }, "nightli")).toThrow('Unknown job "nightli". Available: nightly');
  expect(() => jobsTarget("dev", {}, "nightly")).toThrow("compute-dev has no output jobs");
});
