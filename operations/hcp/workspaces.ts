import type { HcpStack } from "./stacks";

/** Roles that runs take on with the identity that HCP Terraform vouches for. */
export interface RunRoles {
  /** For the plan phase: reads only. */
  readonly plan: string;
  readonly apply: string;
}

export interface WorkspacesOptions {
  /** Roles of a stack's runs; a consumer's stack may be in another account. */
  readonly roles: (stack: HcpStack) => RunRoles;
  /** Exact version that runs use, e.g. `1.11.4`. */
  readonly terraformVersion: string;
  /** The project is there already, e.g. because another environment's definition made it. */
  readonly existingProject: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

type Block = Readonly<Record<string, unknown>>;

/** Oldest version of the tfe provider with everything that is used here. */
const TFE_PROVIDER = { source: "hashicorp/tfe", version: "~> 0.79" };

/**
 * Terraform JSON of the workspaces that run some stacks: each with its state shared to exactly the stacks that read it,
 * a run trigger from each stack that it reads, and credentials from HCP Terraform's identity (no key is stored).
 *
 * @param stacks in order, with the ids of the stacks that each reads
 * @throws Error if the stacks are not in one organization and project
 */
export function workspacesDefinition(stacks: readonly HcpStack[], options: WorkspacesOptions): Block {
  const [first] = stacks;
  if (first === undefined) throw new Error("no stack is run by HCP Terraform");
  const { hostname, organization, project } = first;
  const stranger = stacks.find(
    (stack) => stack.hostname !== hostname || stack.organization !== organization || stack.project !== project,
  );
  if (stranger !== undefined) {
    throw new Error(
      `${stranger.id} and ${first.id} are in different organizations or projects; one definition covers one of each: set the same backend.hcp in both files`,
    );
  }
  const ids = new Set(stacks.map(({ id }) => id));
  const readers = (id: string) => stacks.filter(({ dependencies }) => dependencies.includes(id));
  const links = stacks.flatMap(({ id, dependencies }) =>
    dependencies.filter((dependency) => ids.has(dependency)).map((dependency) => [id, dependency] as const),
  );
  const projectBlock = { project: { name: project, organization } };
  return {
    terraform: { required_version: ">= 1.11", required_providers: { tfe: TFE_PROVIDER } },
    provider: { tfe: { hostname, organization } },
    ...(project !== undefined && options.existingProject ? { data: { tfe_project: projectBlock } } : {}),
    resource: {
      ...(project !== undefined && !options.existingProject ? { tfe_project: projectBlock } : {}),
      tfe_workspace: byId(stacks, (stack) => workspace(stack, options)),
      tfe_workspace_settings: byId(stacks, ({ id }) => ({
        workspace_id: workspaceId(id),
        execution_mode: "remote",
        global_remote_state: false,
        project_remote_state: false,
        remote_state_consumer_ids: readers(id).map((reader) => workspaceId(reader.id)),
      })),
      tfe_variable: Object.assign({}, ...stacks.map((stack) => variables(stack.id, options.roles(stack)))),
      ...(links.length > 0
        ? {
            tfe_run_trigger: Object.fromEntries(
              links.map(([id, source]) => [
                `${id}-after-${source}`,
                { workspace_id: workspaceId(id), sourceable_id: workspaceId(source) },
              ]),
            ),
          }
        : {}),
    },
    output: {
      workspaces: {
        description: "URL of each workspace",
        value: Object.fromEntries(stacks.map(({ id }) => [id, `\${tfe_workspace.${id}.html_url}`])),
      },
    },
  };
}

function workspace({ id, workspace: name, project }: HcpStack, options: WorkspacesOptions): Block {
  const home = options.existingProject ? "data.tfe_project" : "tfe_project";
  return {
    name,
    description: `Stack ${id}`,
    ...(project === undefined ? {} : { project_id: `\${${home}.project.id}` }),
    terraform_version: options.terraformVersion,
    auto_apply: false,
    auto_apply_run_trigger: false,
    queue_all_runs: false,
    tags: { ...options.tags, stack: id },
  };
}

/** Source: https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration */
function variables(id: string, { plan, apply }: RunRoles): Record<string, Block> {
  const values = {
    TFC_AWS_PROVIDER_AUTH: "true",
    TFC_AWS_PLAN_ROLE_ARN: plan,
    TFC_AWS_APPLY_ROLE_ARN: apply,
  };
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `${id}-${key}`,
      { workspace_id: workspaceId(id), category: "env", key, value },
    ]),
  );
}

const workspaceId = (id: string) => `\${tfe_workspace.${id}.id}`;

const byId = (stacks: readonly HcpStack[], block: (stack: HcpStack) => Block) =>
  Object.fromEntries(stacks.map((stack) => [stack.id, block(stack)]));
