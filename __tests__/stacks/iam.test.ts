import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { projectPath } from "../../config/project";
import type { EnvironmentInput } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { githubActions } from "../../modules/deploy-roles/issuers";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { type Block, environmentOf, type StackJson, synthesize } from "../synth";

const boundary = "arn:aws:iam::111122223333:policy/boundary";

/** Every stack of an environment with all parts that have a role of their own, and its pipelines' roles. */
function everyStack(iam: EnvironmentInput["iam"]): StackJson[] {
  const consumers = { acme: { principals: ["arn:aws:iam::444455556666:root"], expectConnected: true } };
  const environment = environmentOf(
    {
      iam,
      compute: { launchType: "EC2" },
      network: { cidr: "10.20.0.0/16" },
      jobs: { nightly: { command: ["report"], schedule: "rate(1 day)" } },
      privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", consumers },
    },
    "dev",
  );
  return inTemporaryFolder("iam", (outdir) => {
    const app = new App({ outdir, stackTraces: false });
    new DeployRolesStack(app, {
      owner: environment,
      accountId: "111122223333",
      issuer: githubActions("octo/private-app", environment),
      existingIdentityProvider: false,
    });
    app.synth();
    const roles = JSON.parse(readFileSync(join(outdir, "stacks/deploy-roles-dev/cdk.tf.json"), "utf8")) as StackJson;
    return [...Object.values(synthesize({ environments: [environment], consumers: [] }).stacks), roles];
  });
}

const all = (stacks: readonly StackJson[], type: string): Block[] =>
  stacks.flatMap(({ resource }) => Object.values(resource[type] ?? {}));

test("every role of every stack has the boundary and the path, those of pipelines included", () => {
  const stacks = everyStack({ permissionsBoundaryArn: boundary, rolePath: "/platform/" });
  const roles = all(stacks, "aws_iam_role");
  expect(roles.map(({ name, path, permissions_boundary }) => [name, path, permissions_boundary]).sort()).toEqual(
    roles.map(({ name }) => [name, "/platform/", boundary]).sort(),
  );
  expect(all(stacks, "aws_iam_instance_profile").map(({ path }) => path)).toEqual(["/platform/"]);
});

test("the stacks looked at have every role that a module can make", () => {
  const makers = readdirSync(projectPath("modules"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(projectPath("modules", file), "utf8").matchAll(/new IamRole\(/g)].map(() => file),
    );
  const roles = all(everyStack({}), "aws_iam_role");
  // Two makers make three each: execution role and task role of application, data load and job. Two make two: the
  // pipelines' roles of two phases, and those of the two functions.
  expect(roles).toHaveLength(makers.length + 6);
});

test("without an organization's demands roles have neither", () => {
  for (const role of all(everyStack({}), "aws_iam_role")) {
    expect(role).not.toHaveProperty("path");
    expect(role).not.toHaveProperty("permissions_boundary");
  }
});
