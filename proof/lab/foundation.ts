import { join } from "node:path";
import type { Environment } from "../../config/schema";
import { installRest, missingPackages } from "../../engine/npm-packages.cjs";
import { Skipped, type Step } from "../../engine/show";
import { findTerraform, type TerraformBinary } from "../../engine/terraform/binary";
import { Interrupted, type Interruption } from "../../engine/terraform/interruption";
import type { ProviderRequirement } from "../../engine/terraform/mirrors";
import { runProcess } from "../../engine/terraform/process";
import { type Providers, prepareProviders } from "../../engine/terraform/providers";
import { findImageTools, type ImageTools } from "../rehearse/image-tools";
import { type Emulator, ensurePythonEnvironment, startEmulator } from "./emulator";
import { REHEARSALS, type RunFolder } from "./run-folder";

/** What stacks are applied with. */
export interface Foundation extends ImageTools {
  readonly binary: TerraformBinary;
  readonly providers: Providers;
  readonly emulator: Emulator;
}

export interface FoundationOptions {
  readonly project: string;
  readonly run: RunFolder;
  readonly environment: Environment;
  readonly requirements: readonly ProviderRequirement[];
  /** TCP port of the emulator; 0 for a free one. */
  readonly port: number;
  readonly useDocker: boolean;
  readonly interruption: Interruption;
  readonly show: (steps: readonly Step[]) => Promise<void>;
  /** Told what has to be stopped at the end, last first. */
  readonly onStarted: (stop: () => Promise<void>) => void;
}

/** Builds what a rehearsal stands on, its parts side by side: type-check, Terraform with providers, registry, emulator. */
export async function layFoundation(options: FoundationOptions): Promise<Foundation> {
  const { project, run, environment, interruption, show, onStarted } = options;
  const builds = environment.application.image.build !== undefined;
  const packages = missingPackages() === undefined ? undefined : installRest();
  const image = builds ? findImageTools(options) : Promise.resolve<ImageTools>({});

  let terraform: { binary: TerraformBinary; providers: Providers } | undefined;
  let emulator: Emulator | undefined;
  await show([
    ...(packages
      ? [
          {
            title: "npm packages",
            run: async (update: (text: string) => void) => {
              update("installing the development dependencies");
              await packages;
              return "installed";
            },
          },
        ]
      : []),
    {
      title: "TypeScript",
      run: async () => {
        const installed = await orInterrupted(Promise.allSettled([packages]), interruption);
        if (installed.some(({ status }) => status === "rejected")) return new Skipped("the compiler is not installed");
        return orInterrupted(checkTypes(project, run, interruption), interruption);
      },
    },
    {
      title: "Terraform",
      run: async (update) => {
        const binary = await findTerraform();
        const folder = join(project, REHEARSALS, "providers");
        const providers = await prepareProviders({
          binary,
          requirements: options.requirements,
          folder,
          onProgress: update,
          interruption,
        });
        terraform = { binary, providers };
        const versions = providers.installed.map(({ requirement }) => nameAndVersion(requirement));
        return [`${binary.product} ${binary.version}`, ...versions].join(", ");
      },
    },
    ...(builds
      ? [
          {
            title: "Docker",
            run: async () => {
              const { registry, noImage, localBases } = await image;
              if (registry === undefined) return new Skipped(noImage ?? "no image is built");
              return `registry ${registry.address}${localBases === undefined ? "" : ", base images of this machine's Node.js"}`;
            },
          },
        ]
      : []),
    {
      title: "Emulated AWS",
      run: async (update) => {
        await orInterrupted(ensurePythonEnvironment(update), interruption);
        const { registry } = await image;
        const started = await startEmulator({
          port: options.port,
          logFile: join(run.logs, "emulator.log"),
          ...(environment.accountId === undefined ? {} : { accountId: environment.accountId }),
          ...(registry === undefined ? {} : { registryHost: registry.address }),
        });
        onStarted(() => started.stop());
        emulator = started;
        return started.endpoint;
      },
    },
  ]);
  if (terraform === undefined || emulator === undefined) throw new Interrupted();
  return { ...terraform, emulator, ...(await image) };
}

async function checkTypes(project: string, run: RunFolder, interruption: Interruption): Promise<string> {
  const logFile = join(run.logs, "types.log");
  const compiler = join(project, "node_modules/typescript/bin/tsc");
  const { exitCode, stdout } = await runProcess(process.execPath, [compiler, "--noEmit", "--pretty", "false"], {
    cwd: project,
    env: process.env,
    logFile,
    interruption,
  });
  if (exitCode === 0) return "type check passed";
  const errors = stdout.split("\n").filter((line) => line !== "");
  throw new Error(
    ["the type-check found errors:", ...errors.slice(0, 10).map((line) => `  ${line}`), `  log: ${logFile}`].join("\n"),
  );
}

function nameAndVersion({ source, version }: ProviderRequirement): string {
  return `${source.split("/").at(-1)} ${version}`;
}

/** Ends the wait for work that can't be stopped itself as soon as an interrupt comes. */
export async function orInterrupted<T>(work: Promise<T>, { stop }: Interruption): Promise<T> {
  // The work has begun: its failure, e.g. of a process that the interrupt has ended, is then of no interest to anyone.
  work.catch(() => {});
  if (stop.aborted) throw new Interrupted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Interrupted());
    stop.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop.removeEventListener("abort", onAbort);
  }
}
