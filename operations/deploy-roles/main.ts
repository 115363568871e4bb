import { relative } from "node:path";
import { App } from "cdktf";
import { Command, Option } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { runCommand } from "../command";
import { readStacks } from "../terraform/stacks";
import { environmentWithAccount, githubActions, gitlab, hcpTerraform } from "./issuers";

interface Options {
  readonly env: string;
  readonly github?: string;
  readonly gitlab?: string;
  readonly gitlabHost: string;
  readonly defaultBranch: string;
  readonly hcp?: boolean;
  readonly existingIdentityProvider: boolean;
}

/** Beside `cdktf.out`, so that a synth of the app leaves it alone. */
const OUTDIR = "cdktf.out-deploy-roles";

void new Command("npm run deploy-roles --")
  .description(
    "Writes the Terraform JSON of the two roles (plan: reads, apply: changes) that a pipeline takes on with OpenID\n" +
      "Connect, without any stored key. An administrator of the account applies it; no pipeline may.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .addOption(new Option("--github <owner/repository>", "trust GitHub Actions").conflicts(["gitlab", "hcp"]))
  .addOption(new Option("--gitlab <group/project>", "trust GitLab CI").conflicts(["github", "hcp"]))
  .addOption(new Option("--hcp", "trust runs of HCP Terraform").conflicts(["github", "gitlab"]))
  .option("--gitlab-host <host>", "host of GitLab", "gitlab.com")
  .option("--default-branch <name>", "GitLab: branch whose pipelines may apply", "main")
  .option("--existing-identity-provider", "the account has the identity provider of this issuer already", false)
  .action((options: Options) => runCommand("deploy-roles", () => Promise.resolve(write(options))))
  .parseAsync();

function write(options: Options): number {
  const environment = environmentWithAccount(loadConfiguration({ files: process.env.CONFIG }), options.env);
  const outdir = projectPath(OUTDIR);
  const app = new App({ outdir, stackTraces: false });
  new DeployRolesStack(app, {
    environment,
    accountId: environment.accountId,
    issuer: issuer(options, environment),
    existingIdentityProvider: options.existingIdentityProvider,
  });
  app.synth();
  const directory = relative(process.cwd(), readStacks(outdir)[0]?.directory ?? outdir);
  console.log(
    [
      `Wrote ${directory}. With administrator credentials of account ${environment.accountId}, and after npm run bootstrap:`,
      `  terraform -chdir=${directory} init`,
      `  terraform -chdir=${directory} apply`,
    ].join("\n"),
  );
  return 0;
}

function issuer(
  { github, gitlab: project, gitlabHost, defaultBranch, hcp }: Options,
  environment: Parameters<typeof hcpTerraform>[0],
) {
  if (github !== undefined) return githubActions(slashed("--github", github, "owner/repository"), environment);
  if (project !== undefined) return gitlab(slashed("--gitlab", project, "group/project"), gitlabHost, defaultBranch);
  if (hcp) return hcpTerraform(environment);
  throw new Error("say who is trusted: --github <owner/repository>, --gitlab <group/project> or --hcp");
}

/** A name with a wildcard would trust strangers. */
function slashed(flag: string, value: string, form: string): string {
  if (/^[\w.-]+(\/[\w.-]+)+$/.test(value)) return value;
  throw new Error(`${flag}: "${value}" is not of the form ${form}`);
}
