import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { copyContext } from "../../../modules/compute/image/build-context";
import { makeLocalBaseImages } from "../../../operations/image/local-base-image";
import { tryImage } from "../../../operations/image/try-image";
import { temporaryFolder } from "../../temporary-folder";

const project = join(__dirname, "../../..");
const image = `ecs-privatelink-test:${process.pid}`;

const settings = {
  DATABASE_HOST: "database.example",
  DATABASE_NAME: "app",
  DATABASE_USERNAME: "app_admin",
  DATABASE_PASSWORD: "secret",
  FILE_SYSTEM_PATH: "/mnt/app",
  STATIC_BUCKET: "static-assets",
  AWS_REGION: "eu-central-1",
};

/** Why no container can be run here; undefined if one can. */
function whyNot(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  try {
    execFileSync("docker", ["version"], { stdio: "ignore", timeout: 5_000 });
    return undefined;
  } catch {
    return "no Docker engine answers";
  }
}

const reason = whyNot();
const withDocker = reason === undefined ? describe : describe.skip;

withDocker(`the sample application as a container${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const folder = temporaryFolder("image");
  beforeAll(async () => {
    const buildArguments = await makeLocalBaseImages({ project, folder: join(folder, "base"), env: process.env });
    const context = join(folder, "context");
    copyContext(join(project, "container"), context);
    const flags = Object.entries(buildArguments).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    execFileSync("docker", ["build", "--quiet", "--network=none", ...flags, "--tag", image, context], {
      stdio: "pipe",
    });
  }, 300_000);
  afterAll(() => {
    execFileSync("docker", ["image", "rm", "--force", image], { stdio: "ignore" });
  });

  test("is healthy with nothing but a read-only disk, as non-root, and stops with 0 when asked", async () => {
    const trial = await tryImage({ image, env: process.env, settings });
    expect(trial).toEqual({ healthySeconds: expect.any(Number), user: "1000:1000", exitCode: 0 });
  }, 300_000);

  test("fails with the container's log when a setting is missing", async () => {
    const { DATABASE_NAME: _, ...others } = settings;
    await expect(tryImage({ image, env: process.env, settings: others })).rejects.toThrow(
      /ended: .*DATABASE_NAME: not set, must not be empty/,
    );
  }, 300_000);
});
