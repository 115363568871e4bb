import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStacks, type Show } from "../../../engine/run-stacks";
import { runStack } from "../../../operations/hcp/run";
import { startFakeHcp } from "./server";

const quietly: Show = async (_, steps) => {
  const outcomes = await Promise.allSettled(steps.map(({ run }) => run(() => undefined)));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
};

test("a run that fails keeps the stacks that need it from being touched", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hcp-"));
  writeFileSync(join(directory, "cdk.tf.json"), "{}");
  const hcp = await startFakeHcp({ statuses: ["planning", "errored"] });
  const stack = (name: string, dependencies: string[]) => ({
    id: name,
    directory,
    dependencies,
    hostname: "x",
    organization: "acme",
    workspace: `private-app-${name}`,
    zipsWhilePlanning: false,
  });
  const options = {
    dryRun: false,
    approve: async () => true,
    discardWaiting: false,
    message: "test",
    onProgress: () => undefined,
    timeoutMinutes: 1,
    pollSeconds: 0.001,
  };
  try {
    const running = runStacks([stack("network-dev", []), stack("data-dev", ["network-dev"])], quietly, "", {}, (each) =>
      runStack(each, { address: hcp.address, token: "t" }, options),
    );
    await expect(running).rejects.toThrow(/^network-dev: the run failed/);
    expect(hcp.calls().filter((call) => call.includes("private-app-data-dev"))).toEqual([]);
  } finally {
    await hcp.stop();
    rmSync(directory, { recursive: true });
  }
});
