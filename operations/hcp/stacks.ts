import { environmentNamed } from "../../config/environment-named";
import type { Configuration } from "../../config/schema";
import { environmentStackIds, stackId } from "../../config/stack-ids";
import { readStackJson, type SynthesizedStack } from "../../synth/stacks";

/** A stack that HCP Terraform runs, with what its `cloud` block says. */
export interface HcpStack extends SynthesizedStack {
  readonly hostname: string;
  readonly organization: string;
  readonly workspace: string;
  readonly project?: string;
  /** Terraform makes a zip file while it plans, which is gone where plan and apply run on different machines. */
  readonly zipsWhilePlanning: boolean;
}

interface CloudJson {
  readonly data?: { readonly archive_file?: unknown };
  readonly terraform?: {
    readonly cloud?: {
      readonly hostname: string;
      readonly organization: string;
      readonly workspaces: { readonly name: string; readonly project?: string };
    };
  };
}

/**
 * Picks the stacks of an environment, and of the consumers that use it, that HCP Terraform runs.
 *
 * @param stacks all synthesized stacks, in order
 * @throws Error if there is no such environment, or its state is not in HCP Terraform
 */
export function hcpStacks(
  stacks: readonly SynthesizedStack[],
  configuration: Configuration,
  environmentName: string,
): HcpStack[] {
  const { consumers } = configuration;
  const environment = environmentNamed(configuration, environmentName);
  if (environment.backend.type !== "hcp") {
    throw new Error(
      `config/environments/${environmentName}.yaml: backend.type is ${environment.backend.type}; HCP Terraform runs only stacks with backend.type hcp (docs/terraform-cloud.md). For the others: npx ecs-privatelink deploy --env ${environmentName}`,
    );
  }
  const names = new Set([
    ...environmentStackIds(environment),
    ...consumers
      .filter(({ service }) => service.environment === environmentName)
      .map((consumer) => stackId("consumer-endpoint", consumer)),
  ]);
  return stacks.filter(({ id }) => names.has(id)).flatMap(asHcpStack);
}

function asHcpStack(stack: SynthesizedStack): HcpStack[] {
  const { data, terraform } = readStackJson(stack) as CloudJson;
  const cloud = terraform?.cloud;
  if (cloud === undefined) return [];
  const { hostname, organization, workspaces } = cloud;
  const { name: workspace, project } = workspaces;
  return [
    {
      ...stack,
      hostname,
      organization,
      workspace,
      ...(project === undefined ? {} : { project }),
      zipsWhilePlanning: data?.archive_file !== undefined,
    },
  ];
}
