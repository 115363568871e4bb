import { projectPath } from "../../config/project";
import type { Environment } from "../../config/schema";
import { whyNoDocker } from "../../engine/docker";
import { isAtLeast, MINIMUM_PYTHON, MINIMUM_TERRAFORM } from "../../engine/minimum-versions";
import { findTerraform } from "../../engine/terraform/binary";
import type { Interruption } from "../../engine/terraform/interruption";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { runProcess } from "../../engine/terraform/process";
import { type MissingProvider, prepareProviders } from "../../engine/terraform/providers";
import { stacksInMemory } from "../../synth/synthesize";
import type { Finding } from "./finding";

export function checkNode(): Finding {
  return {
    thing: "Node.js",
    status: "found",
    saw: process.versions.node,
    for: "every command",
    get: "https://nodejs.org",
  };
}

/** Terraform, and each provider that the environment's stacks need. */
export async function checkTerraform(environment: Environment, interruption: Interruption): Promise<Finding[]> {
  const purpose = { for: "npm start, deploy and every command that reads a state" };
  let binary: Awaited<ReturnType<typeof findTerraform>>;
  try {
    binary = await findTerraform();
  } catch (error) {
    return [
      {
        thing: "Terraform",
        status: "missing",
        saw: (error as Error).message.split(":")[0] ?? "",
        ...purpose,
        get: `Terraform ≥ ${MINIMUM_TERRAFORM} from https://developer.hashicorp.com/terraform/install, or OpenTofu from https://opentofu.org`,
      },
    ];
  }
  const json = Object.values(stacksInMemory({ environments: [environment], consumers: [] }));
  const providers = await prepareProviders({
    binary,
    requirements: requiredProviders(json),
    folder: projectPath(".rehearsal/providers"),
    interruption,
  });
  return [
    { thing: binary.product, status: "found", saw: binary.version, ...purpose, get: "" },
    ...providers.installed.map(
      ({ from, requirement }): Finding => ({
        thing: `provider ${requirement.source.split("/").at(-1)}`,
        status: "found",
        saw: `${requirement.version} from ${from}`,
        ...purpose,
        get: "",
      }),
    ),
    ...providers.missing.map(missingProvider),
  ];
}

/** A rehearsal does without any provider but AWS's; a deployment does not. */
function missingProvider({ requirement, why }: MissingProvider): Finding {
  const name = requirement.source.split("/").at(-1);
  return {
    thing: `provider ${name}`,
    status: name === "aws" ? "missing" : "not available",
    saw: `${requirement.version}: ${why}`,
    for: name === "aws" ? "npm start and deploy" : "deploy (npm start replaces it)",
    get: "let Terraform reach a registry, or name a folder of packages in TF_PROVIDER_MIRROR",
  };
}

export async function checkPython(env: NodeJS.ProcessEnv = process.env): Promise<Finding> {
  const about = {
    thing: "Python",
    for: "npm start (the emulated AWS) and check scan",
    get: `Python ≥ ${MINIMUM_PYTHON} with venv, e.g. apt install python3-venv`,
  };
  try {
    const version = await runProcess("python3", ["-c", "import sys, venv, ensurepip; print(sys.version.split()[0])"], {
      cwd: projectPath(),
      env,
    });
    if (version.exitCode !== 0) {
      return { ...about, status: "missing", saw: version.stderr.trim().split("\n").at(-1) ?? "python3 does not work" };
    }
    const saw = version.stdout.trim();
    return { ...about, status: isAtLeast(saw, MINIMUM_PYTHON) ? "found" : "missing", saw };
  } catch {
    return { ...about, status: "missing", saw: "python3 is not in PATH" };
  }
}

export async function checkDocker({ application }: Environment): Promise<Finding> {
  const builds = application.image.build !== undefined;
  const why = await whyNoDocker();
  return {
    thing: "Docker",
    status: why === undefined ? "found" : "not available",
    saw: why ?? "the engine answers",
    for: builds
      ? "deploy, which builds the image (npm start replaces it)"
      : "nothing here: application.image.uri is given",
    get: "start a Docker engine, or name it in DOCKER_HOST; or give application.image.uri",
  };
}
