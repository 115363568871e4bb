import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface TryImageProps {
  /** Reference of an image that the engine has or can pull. */
  readonly image: string;
  /** Environment of the Docker client, e.g. with `DOCKER_HOST`. */
  readonly env: NodeJS.ProcessEnv;
  /** Environment variables of the container. */
  readonly settings: Readonly<Record<string, string>>;
  /** Command that ends with 0 once the container is healthy. @default the sample application's */
  readonly healthCheck?: readonly string[];
}

export interface Trial {
  /** Seconds from the start until the container was healthy. */
  readonly healthySeconds: number;
  /** User and group that the process ran as. */
  readonly user: string;
  /** Exit code after SIGTERM. */
  readonly exitCode: number;
}

const START_TIMEOUT_MS = 20_000;

/**
 * Runs a container the way the task definition does (read-only root file system, no capabilities, not root), waits until
 * it is healthy, then stops it as ECS would. It has no network but its own loopback: nothing it depends on is there.
 *
 * @throws Error with the container's log if it doesn't become healthy
 */
export async function tryImage({ env, healthCheck, image, settings }: TryImageProps): Promise<Trial> {
  const docker = async (...args: string[]) => (await run("docker", args, { env })).stdout.trim();
  const start = performance.now();
  const container = await docker(
    "run",
    "--detach",
    ...["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=none"],
    ...Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    image,
  );
  try {
    const check = healthCheck ?? ["node", "health-check.mjs"];
    while (!(await succeeds(docker("exec", container, ...check)))) {
      const running = (await docker("inspect", "--format={{.State.Running}}", container)) === "true";
      if (!running || performance.now() - start > START_TIMEOUT_MS) {
        const { stderr, stdout } = await run("docker", ["logs", "--tail=20", container], { env });
        throw new Error(`${image} ${running ? "did not become healthy" : "ended"}: ${(stdout + stderr).trim()}`);
      }
      await sleep(200);
    }
    const healthySeconds = (performance.now() - start) / 1000;
    await docker("stop", "--time=30", container);
    const [user = "", exitCode] = (
      await docker("inspect", "--format={{.Config.User}} {{.State.ExitCode}}", container)
    ).split(" ");
    return { healthySeconds, user, exitCode: Number(exitCode) };
  } finally {
    await docker("rm", "--force", "--volumes", container);
  }
}

async function succeeds(command: Promise<unknown>): Promise<boolean> {
  return command.then(
    () => true,
    () => false,
  );
}
