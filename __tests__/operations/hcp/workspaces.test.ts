import type { Configuration } from "../../../config/schema";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { type HcpStack, hcpStacks } from "../../../operations/hcp/stacks";
import { workspacesDefinition } from "../../../operations/hcp/workspaces";
import { buildApp } from "../../../stacks/app";
import { readStacks } from "../../../synth/stacks";
import { type Block, consumerOf, environmentOf } from "../../synth";

const backend = { type: "hcp", hcp: { organization: "acme", project: "Private apps" } } as const;
const configuration: Configuration = {
  environments: [environmentOf({ backend }, "dev"), environmentOf({}, "other")],
  consumers: [
    consumerOf(
      { region: "eu-central-1", backend, service: { environment: "dev" }, vpc: { cidr: "10.9.0.0/24" } },
      "shop",
    ),
    consumerOf(
      {
        region: "eu-central-1",
        accountId: "444455556666",
        service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d4e5f6a7b8" },
        vpc: { cidr: "10.9.0.0/24" },
      },
      "stranger",
    ),
  ],
};

let stacks: HcpStack[];
let definition: Block;
beforeAll(() => {
  inTemporaryFolder("hcp", (outdir) => {
    buildApp(configuration, { outdir }).synth();
    const all = readStacks(outdir);
    expect(() => hcpStacks(all, configuration, "other")).toThrow(
      /other\.yaml: backend\.type is s3.*npx ecs-privatelink deploy/,
    );
    expect(() => hcpStacks(all, configuration, "prod")).toThrow(/Unknown environment "prod"\. Available: dev, other/);
    stacks = hcpStacks(all, configuration, "dev");
  });
  definition = workspacesDefinition(stacks, {
    roles: ({ id }) => ({ plan: `arn:plan:${id}`, apply: `arn:apply:${id}` }),
    terraformVersion: "1.11.4",
    existingProject: false,
    tags: { team: "platform" },
  });
});

/** Arguments in the documentation of provider hashicorp/tfe 0.79, of those that are not deprecated. */
const documented: Readonly<Record<string, readonly string[]>> = {
  tfe_project: ["name", "organization", "description", "tags", "auto_destroy_activity_duration"],
  tfe_workspace: [
    "name",
    "organization",
    "description",
    "project_id",
    "terraform_version",
    "auto_apply",
    "auto_apply_run_trigger",
    "queue_all_runs",
    "tags",
    "assessments_enabled",
    "allow_destroy_plan",
    "speculative_enabled",
    "working_directory",
  ],
  tfe_workspace_settings: [
    "workspace_id",
    "execution_mode",
    "agent_pool_id",
    "global_remote_state",
    "project_remote_state",
    "remote_state_consumer_ids",
  ],
  tfe_variable: ["key", "value", "category", "workspace_id", "description", "sensitive", "hcl"],
  tfe_run_trigger: ["workspace_id", "sourceable_id"],
};

describe("workspaces in HCP Terraform", () => {
  test("are those that the stacks themselves name, one per stack of the environment and of its consumers", () => {
    expect(stacks.map(({ workspace }) => workspace)).toEqual([
      "private-app-network-dev",
      "private-app-data-dev",
      "private-app-compute-dev",
      "private-app-privatelink-service-dev",
      "consumer-endpoint-shop",
    ]);
    const names = Object.values(definition.resource.tfe_workspace as Block).map(({ name }) => name);
    expect(names).toEqual(stacks.map(({ workspace }) => workspace));
  });

  test("are known to zip while planning where the Lambda's package is not built before", () => {
    expect(stacks.filter(({ zipsWhilePlanning }) => zipsWhilePlanning).map(({ id }) => id)).toEqual([
      "privatelink-service-dev",
    ]);
  });

  test("share their state with exactly the stacks that read it", () => {
    const readers = (id: string) => definition.resource.tfe_workspace_settings[id].remote_state_consumer_ids;
    const workspaceId = (id: string) => `\${tfe_workspace.${id}.id}`;
    expect(readers("network-dev")).toEqual(["data-dev", "compute-dev", "privatelink-service-dev"].map(workspaceId));
    expect(readers("data-dev")).toEqual(["compute-dev", "privatelink-service-dev"].map(workspaceId));
    expect(readers("compute-dev")).toEqual([workspaceId("privatelink-service-dev")]);
    expect(readers("privatelink-service-dev")).toEqual([workspaceId("consumer-endpoint-shop")]);
    expect(readers("consumer-endpoint-shop")).toEqual([]);
    for (const settings of Object.values(definition.resource.tfe_workspace_settings as Block)) {
      expect(settings).toMatchObject({ global_remote_state: false, project_remote_state: false });
    }
  });

  test("run again after each stack that they read, and after no other", () => {
    const triggers = Object.values(definition.resource.tfe_run_trigger as Block).map(
      ({ workspace_id, sourceable_id }) => `${sourceable_id} → ${workspace_id}`,
    );
    const wanted = stacks.flatMap(({ id, dependencies }) =>
      dependencies.map((source) => `\${tfe_workspace.${source}.id} → \${tfe_workspace.${id}.id}`),
    );
    expect(triggers.sort()).toEqual(wanted.sort());
  });

  test("never apply by themselves", () => {
    for (const workspace of Object.values(definition.resource.tfe_workspace as Block)) {
      expect(workspace).toMatchObject({ auto_apply: false, auto_apply_run_trigger: false });
    }
  });

  test("get credentials by identity, with another role to plan than to apply; no key is written down", () => {
    const variables = definition.resource.tfe_variable as Record<string, Block>;
    const of = (id: string) =>
      Object.fromEntries(
        Object.values(variables)
          .filter(({ workspace_id }) => workspace_id === `\${tfe_workspace.${id}.id}`)
          .map(({ key, value, category }) => [key, `${category} ${value}`]),
      );
    for (const { id } of stacks) {
      expect(of(id)).toEqual({
        TFC_AWS_PROVIDER_AUTH: "env true",
        TFC_AWS_PLAN_ROLE_ARN: `env arn:plan:${id}`,
        TFC_AWS_APPLY_ROLE_ARN: `env arn:apply:${id}`,
      });
    }
  });

  test("are written with arguments that the provider documents", () => {
    for (const [type, blocks] of Object.entries(definition.resource as Record<string, Record<string, Block>>)) {
      for (const block of Object.values(blocks)) {
        expect(documented[type]).toEqual(expect.arrayContaining(Object.keys(block)));
      }
    }
  });

  test("take a project that is there from a data source instead", () => {
    const existing = workspacesDefinition(stacks, {
      roles: () => ({ plan: "p", apply: "a" }),
      terraformVersion: "1.11.4",
      existingProject: true,
      tags: {},
    }) as Block;
    expect(existing.resource.tfe_project).toBeUndefined();
    expect(existing.data.tfe_project.project).toEqual({ name: "Private apps", organization: "acme" });
    expect(existing.resource.tfe_workspace["data-dev"].project_id).toBe("${data.tfe_project.project.id}");
  });

  test("fail when stacks are in different organizations", () => {
    const [first, ...rest] = stacks;
    const elsewhere = { ...(first as HcpStack), organization: "other" };
    expect(() =>
      workspacesDefinition([...rest, elsewhere], {
        roles: () => ({ plan: "", apply: "" }),
        terraformVersion: "1",
        existingProject: false,
        tags: {},
      }),
    ).toThrow(/network-dev and data-dev are in different organizations or projects/);
  });
});
