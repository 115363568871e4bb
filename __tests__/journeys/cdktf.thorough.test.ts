import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { projectPath } from "../../config/project";
import { findTerraform } from "../../engine/terraform/binary";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { prepareProviders } from "../../engine/terraform/providers";
import { type Emulator, startEmulator } from "../../proof/lab/emulator";
import { emulatorEnvironment, emulatorOverride, OVERRIDE_FILE, stateReadBy } from "../../proof/lab/overrides";
import { readStackJson, readStacks } from "../../synth/stacks";
import { temporaryFolder } from "../temporary-folder";
import { testWithTerraform } from "../terraform/installed";

const STACK = "network-dev";

const folder = temporaryFolder("cdktf");
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ logFile: join(folder, "emulator.log"), accountId: "111122223333" });
}, 300_000);
afterAll(async () => {
  await emulator.stop();
});

/** cdktf's own command line, which starts Terraform in a pseudo-terminal. */
function cdktf(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [projectPath("node_modules/cdktf-cli/bundle/bin/cdktf"), ...args],
    {
      cwd: projectPath(),
      encoding: "utf8",
      env: { ...env, CI: "1", CHECKPOINT_DISABLE: "1", CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1", FORCE_COLOR: "0" },
    },
  );
  return { status, said: stdout + stderr };
}

testWithTerraform(
  "cdktf synth, deploy, diff and destroy work stack by stack",
  async () => {
    // A state on this machine: no stack has created a bucket.
    const document = parseDocument(readFileSync(projectPath("config/environments/dev.yaml"), "utf8"));
    document.setIn(["backend"], { type: "local" });
    writeFileSync(join(folder, "dev.yaml"), document.toString());
    const output = ["--output", join(folder, "out")];
    const synth = cdktf(["synth", ...output], { ...process.env, CONFIG: join(folder, "dev.yaml") });
    expect(synth).toMatchObject({ status: 0 });

    const stack = readStacks(join(folder, "out")).find(({ id }) => id === STACK);
    if (stack === undefined) throw new Error(`${STACK} was not synthesized: ${synth.said}`);
    const target = { endpoint: emulator.endpoint, localStates: folder };
    const override = emulatorOverride(readStackJson(stack), STACK, target, stateReadBy);
    writeFileSync(join(stack.directory, OVERRIDE_FILE), JSON.stringify(override));
    const providers = await prepareProviders({
      binary: await findTerraform(),
      requirements: requiredProviders([readStackJson(stack)]),
      folder: join(folder, "providers"),
    });
    const env = { ...emulatorEnvironment(process.env, emulator.endpoint), ...providers.env };
    // The override file would be gone after another synth; the lock of other platforms needs the registry.
    const common = [STACK, "--skip-synth", "--skip-provider-lock", ...output];
    const deployed = cdktf(["deploy", ...common, "--auto-approve"], env);
    expect(deployed.said).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/);
    expect(deployed.status).toBe(0);
    const diff = cdktf(["diff", ...common], env);
    expect(diff.said).toContain("No changes. Your infrastructure matches the configuration");
    expect(diff.status).toBe(0);
    // Stacks that were never applied read it too.
    const destroyed = cdktf(["destroy", ...common, "--auto-approve", "--ignore-missing-stack-dependencies"], env);
    expect(destroyed.said).toMatch(/Destroy complete! Resources: \d+ destroyed/);
    expect(destroyed.status).toBe(0);
    expect((await emulator.remains()).exists).toEqual([]);
  },
  600_000,
);
