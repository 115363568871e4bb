import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyStack } from "../../../engine/apply-stack";
import type { Step } from "../../../engine/show";
import { findTerraform } from "../../../engine/terraform/binary";
import { Interrupted } from "../../../engine/terraform/interruption";
import { readOutputs } from "../../../engine/terraform/outputs";
import { Terraform } from "../../../engine/terraform/terraform";
import { deploy } from "../../../operations/deploy/deploy";
import { testWithTerraform } from "../../terraform/installed";

/** Terraform's built-in resource: real runs without any provider. */
const resource = (count: number, input: string) => ({
  terraform_data: Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, { input }])),
});

let folder: string;
let stop: AbortController;
let kill: AbortController;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terraform-"));
  stop = new AbortController();
  kill = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function engine(options: { readonly lockTimeout?: string } = {}): Promise<Terraform> {
  return new Terraform({
    binary: await findTerraform(),
    env: { ...process.env, TF_CLI_CONFIG_FILE: undefined, CHECKPOINT_DISABLE: "1" },
    logFolder: join(folder, "logs"),
    lockFile: "",
    interruption: { stop: stop.signal, kill: kill.signal },
    ...options,
  });
}

function write(id: string, json: object, dependencies: string[] = []) {
  const directory = join(folder, id);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(json));
  return { id, directory, dependencies };
}

const quietly = { onProgress: () => {} };
const log = (name: string) => readFileSync(join(folder, "logs", name), "utf8");

testWithTerraform(
  "a stack is applied from its saved plan with progress, planned again without change, and destroyed",
  async () => {
    const terraform = await engine();
    const stack = write("network-dev", { resource: resource(3, "a"), output: { answer: { value: 42 } } });
    const progress: string[] = [];
    const plan = await applyStack(terraform, stack, { onProgress: (text) => progress.push(text) });
    expect(plan.changes.map(({ action, address }) => `${action} ${address}`).sort()).toEqual([
      "create terraform_data.r0",
      "create terraform_data.r1",
      "create terraform_data.r2",
    ]);
    expect(progress).toEqual(expect.arrayContaining(["init", "plan", "apply", "3 of 3 resources"]));
    await expect(readOutputs(stack.directory)).resolves.toEqual({ answer: 42 });
    await expect(terraform.plan(stack, { phase: "second-plan" })).resolves.toEqual({
      changed: false,
      changes: [],
      changedOutputs: [],
    });
    await terraform.destroy(stack);
    await expect(terraform.addresses(stack)).resolves.toEqual([]);
  },
);

testWithTerraform("a second plan names what would change, outputs included", async () => {
  const terraform = await engine();
  const stack = write("network-dev", { resource: resource(1, "a"), output: { answer: { value: 1 } } });
  await applyStack(terraform, stack, quietly);
  write("network-dev", { resource: resource(1, "b"), output: { answer: { value: 2 } } });
  await expect(terraform.plan(stack)).resolves.toEqual({
    changed: true,
    changes: [{ action: "update", address: "terraform_data.r0" }],
    changedOutputs: ["answer"],
  });
});

testWithTerraform("fails with Terraform's own words, the address and the log, not with JSON", async () => {
  const terraform = await engine();
  const precondition = [{ condition: '${path.module == ""}', error_message: "one is not two" }];
  const stack = write("network-dev", { resource: { terraform_data: { r: { lifecycle: { precondition } } } } });
  await expect(applyStack(terraform, stack, quietly)).rejects.toThrow(
    `network-dev: plan failed
  error: Resource precondition failed
    at resource.terraform_data.r.lifecycle.precondition[0]
    one is not two
  log: ${join(folder, "logs", "network-dev.plan.log")}`,
  );
  expect(log("network-dev.plan.log")).toMatch(
    /Error: Resource precondition failed\n {4}resource\.terraform_data\.r\.lifecycle\.precondition\[0\]\n {4}one is not two/,
  );
});

testWithTerraform("fails in the init phase too with Terraform's own words", async () => {
  const terraform = await engine();
  const stack = write("network-dev", { resource: { terraform_data: {} } });
  await expect(terraform.init(stack)).rejects.toThrow(
    /^network-dev: init failed\n {2}error: Missing block label\n {4}at resource\n {4}At least one/,
  );
});

testWithTerraform(
  "secret outputs are read, and stay out of the logs",
  async () => {
    const terraform = await engine();
    const output = { secret: { value: "hunter2-0451", sensitive: true } };
    const stack = write("data-dev", { resource: resource(1, "a"), output });
    await applyStack(terraform, stack, quietly);
    await expect(terraform.outputs(stack)).resolves.toEqual({ secret: "hunter2-0451" });
    const logs = readdirSync(join(folder, "logs"));
    expect(logs).toContain("data-dev.output.log");
    for (const name of logs) expect(log(name)).not.toContain("hunter2-0451");
  },
  300_000,
);

testWithTerraform(
  "an interrupt lets Terraform store what it has done, give its lock back and leave no process",
  async () => {
    const terraform = await engine();
    const started = join(folder, "started");
    const provisioner = [{ "local-exec": { command: `touch ${started}; sleep 3` } }];
    const stack = write("network-dev", {
      resource: { terraform_data: { slow: { provisioner }, after: { input: "${terraform_data.slow.id}" } } },
    });
    const applying = applyStack(terraform, stack, quietly);
    await waitUntil(() => existsSync(started));
    stop.abort();
    await expect(applying).rejects.toThrow(Interrupted);
    await expect(terraform.plan(stack)).rejects.toThrow(Interrupted);
    stop = new AbortController();
    const next = await engine();
    await expect(next.addresses(stack)).resolves.toEqual(["terraform_data.slow"]);
    await applyStack(next, stack, quietly);
    await expect(next.addresses(stack)).resolves.toEqual(["terraform_data.after", "terraform_data.slow"]);
  },
  300_000,
);

testWithTerraform(
  "a second interrupt ends Terraform and everything it started at once",
  async () => {
    const terraform = await engine();
    const started = join(folder, "pid");
    const provisioner = [{ "local-exec": { command: `echo $$ > ${started}; sleep 60` } }];
    const stack = write("network-dev", { resource: { terraform_data: { slow: { provisioner } } } });
    const applying = applyStack(terraform, stack, quietly);
    await waitUntil(() => existsSync(started));
    await sleep(50);
    stop.abort();
    kill.abort();
    await expect(applying).rejects.toThrow(Interrupted);
    const pid = Number(readFileSync(started, "utf8"));
    // Whoever collects orphans may take a moment to do so.
    await waitUntil(() => !isAlive(pid));
  },
  300_000,
);

async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const show = async (_heading: string, steps: readonly Step[]) => {
  await Promise.all(steps.map((step) => step.run(() => {})));
};

/** A stack, and one that reads its output, as cross-stack references do. */
function linked(value: string) {
  const path = join(folder, "network.tfstate");
  return [
    write("network-dev", {
      terraform: { backend: { local: { path } } },
      resource: resource(1, value),
      output: { id: { value } },
    }),
    write(
      "data-dev",
      {
        data: { terraform_remote_state: { network: { backend: "local", config: { path } } } },
        resource: resource(1, "${data.terraform_remote_state.network.outputs.id}"),
      },
      ["network-dev"],
    ),
  ];
}

testWithTerraform(
  "a deployment asks once, and plans what depends on new outputs only when they are there",
  async () => {
    const terraform = await engine();
    const asked: string[] = [];
    const options = { terraform, show, print: (text: string) => asked.push(text), approve: async () => true };
    const first = await deploy({ ...options, stacks: linked("a") });
    expect(first.later).toEqual(["data-dev"]);
    expect(first.approved).toBe(true);
    expect(asked.join()).toMatch(/terraform_data\.r0 will be created[\s\S]*without asking again: data-dev/);
    await expect(terraform.addresses({ id: "data-dev", directory: join(folder, "data-dev") })).resolves.toContain(
      "terraform_data.r0",
    );

    const again = await deploy({ ...options, stacks: linked("a") });
    expect(again.approved).toBeUndefined();
    expect(again.later).toEqual([]);
  },
  300_000,
);

testWithTerraform(
  "a deployment that is not approved changes nothing",
  async () => {
    const terraform = await engine();
    const stacks = linked("a");
    const { approved } = await deploy({ terraform, show, stacks, print: () => {}, approve: async () => false });
    expect(approved).toBe(false);
    expect(existsSync(join(folder, "network.tfstate"))).toBe(false);
  },
  300_000,
);

testWithTerraform(
  "a plan that is only read takes no lock; any other plan waits for it, and fails when it has waited",
  async () => {
    const terraform = await engine({ lockTimeout: "0s" });
    const slow = { terraform_data: { slow: { provisioner: [{ "local-exec": { command: "sleep 8" } }] } } };
    const stack = write("network-dev", { resource: slow });
    await terraform.init(stack);
    const applying = terraform.apply(stack);
    while (!existsSync(join(stack.directory, ".terraform.tfstate.lock.info"))) await sleep(50);
    await expect(terraform.plan(stack, { phase: "read", lock: false })).resolves.toMatchObject({ changed: true });
    await expect(terraform.plan(stack, { phase: "locked" })).rejects.toThrow(/lock/i);
    await applying;
  },
);
