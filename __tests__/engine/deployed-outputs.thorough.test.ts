import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { projectPath } from "../../config/project";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deployed-outputs-"));
  // A state on this machine, so that Terraform itself can read it here.
  const document = parseDocument(readFileSync(projectPath("config/environments/dev.yaml"), "utf8"));
  document.setIn(["backend"], { type: "local" });
  document.setIn(["application", "image"], { uri: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1" });
  writeFileSync(join(folder, "dev.yaml"), document.toString());
});
afterEach(() => rmSync(folder, { recursive: true }));

function loadData() {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [projectPath("cli/ecs-privatelink.mjs"), "load-data", "--env", "dev"],
    {
      encoding: "utf8",
      env: { ...process.env, CONFIG: join(folder, "dev.yaml"), CDKTF_OUTDIR: join(folder, "out") },
    },
  );
  return { status, said: stdout + stderr };
}

const OVERRIDE = "out/stacks/compute-dev/mine_override.tf.json";

test("on a fresh machine the state is read without any provider; a folder of another backend is not changed", () => {
  const fresh = loadData();
  expect(fresh.said).toContain("compute-dev has no output dataLoad: it is not deployed");
  expect(fresh.status).toBe(1);
  const directory = join(folder, "out/stacks/compute-dev");
  expect(existsSync(join(directory, ".terraform"))).toBe(false);
  expect(existsSync(join(directory, ".state/.terraform/providers"))).toBe(false);

  const backend = { type: "s3", config: { bucket: "of-another-time", key: "x", region: "eu-central-1" }, hash: 1 };
  mkdirSync(join(directory, ".terraform"));
  writeFileSync(join(directory, ".terraform/terraform.tfstate"), JSON.stringify({ version: 3, backend }));
  const again = loadData();
  expect(again.said).toContain("compute-dev has no output dataLoad: it is not deployed");
  expect(again.said).not.toMatch(/migrate-state/);
}, 300_000);

test("the outputs of a state with resources are read, also where an override file names another backend", () => {
  loadData();
  writeFileSync(join(folder, OVERRIDE), JSON.stringify({ terraform: { backend: { local: {} } } }));
  const state = {
    version: 4,
    terraform_version: "1.11.0",
    serial: 1,
    lineage: "x",
    outputs: { dataLoad: { value: "not what the command expects", type: "string" } },
    resources: [
      {
        mode: "managed",
        type: "aws_vpc",
        name: "vpc",
        provider: 'provider["registry.terraform.io/hashicorp/aws"]',
        instances: [{ schema_version: 1, attributes: { id: "vpc-1" } }],
      },
    ],
  };
  writeFileSync(join(folder, "out/stacks/compute-dev/terraform.tfstate"), JSON.stringify(state));
  const read = loadData();
  expect(read.said).not.toContain("has no output dataLoad");
  expect(read.said).not.toContain("output failed");
}, 300_000);
