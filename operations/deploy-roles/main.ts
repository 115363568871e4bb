import { relative } from "node:path";
import { App } from "cdktf";
import { Command, Option } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../../engine/command";
import {
  githubActions,
  githubRepository,
  gitlab,
  gitlabProject,
  hcpTerraform,
  ownerWithAccount,
  type RolesOwner,
} from "../../modules/deploy-roles/issuers";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { readStacks } from "../../synth/stacks";

interface Options {
  readonly env?: string;
  readonly consumer?: string;
  readonly github?: readonly string[];
  readonly gitlab?: string;
  readonly gitlabHost: string;
  readonly defaultBranch: string;
  readonly hcp?: boolean;
  readonly existingIdentityProvider: boolean;
}

/** Beside `cdktf.out`, so that a synth of the app leaves it alone. */
const OUTDIR = "cdktf.out-deploy-roles";

export const command = new Command("deploy-roles")
  .description(
    "Writes the Terraform JSON of the two roles (plan: reads, apply: changes) that a pipeline assumes with OpenID " +
      "Connect, without any stored key. An administrator of the account applies it; no pipeline may.",
  )
  .addOption(new Option("--env <name>", "environment: a file in config/environments").conflicts("consumer"))
  .addOption(new Option("--consumer <name>", "consumer: a file in config/consumers").conflicts("env"))
  .addOption(
    new Option(
      "--github <owner/repository...>",
      "trust GitHub Actions; owner@id/repository@id where subject claims are immutable, both while changing over",
    ).conflicts(["gitlab", "hcp"]),
  )
  .addOption(new Option("--gitlab <group/project>", "trust GitLab CI").conflicts(["github", "hcp"]))
  .addOption(new Option("--hcp", "trust runs of HCP Terraform").conflicts(["github", "gitlab"]))
  .option("--gitlab-host <host>", "host of GitLab", "gitlab.com")
  .option("--default-branch <name>", "GitLab: branch whose pipelines may apply", "main")
  .option("--existing-identity-provider", "the account has the identity provider of this issuer already", false)
  .action((options: Options) => runCommand("deploy-roles", () => Promise.resolve(write(options))));

function write(options: Options): number {
  const whose = ownerWithAccount(loadConfiguration(), options);
  const outdir = projectPath(OUTDIR);
  const app = new App({ outdir, stackTraces: false });
  const trusted = issuer(options, whose);
  new DeployRolesStack(app, {
    ...whose,
    issuer: trusted,
    existingIdentityProvider: options.existingIdentityProvider,
  });
  app.synth();
  const directory = relative(process.cwd(), readStacks(outdir)[0]?.directory ?? outdir);
  const { audiences, issuer: url, subjects } = trusted;
  console.log(
    [
      `Wrote ${directory}. It trusts ${url}:`,
      ...(["plan", "apply"] as const).map(
        (phase) => `  ${phase}: ${subjects[phase].join(", ")} (audience ${audiences[phase]})`,
      ),
      `With administrator credentials of account ${whose.accountId}, once the bucket of its state exists:`,
      `  terraform -chdir=${directory} init`,
      `  terraform -chdir=${directory} apply`,
    ].join("\n"),
  );
  return 0;
}

function issuer({ github, gitlab: project, gitlabHost, defaultBranch, hcp }: Options, { owner }: RolesOwner) {
  if (github !== undefined) return githubActions(github.map(githubRepository), owner);
  if (project !== undefined) return gitlab(gitlabProject(project), gitlabHost, defaultBranch, owner);
  if (hcp) return hcpTerraform(owner);
  throw new Error("specify whom the roles trust: --github <owner/repository>, --gitlab <group/project> or --hcp");
}
