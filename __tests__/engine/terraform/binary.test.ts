import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAtLeast } from "../../../engine/minimum-versions";
import { findTerraform } from "../../../engine/terraform/binary";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "binary-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function install(name: string, says: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${says}"\n`);
  chmodSync(join(folder, name), 0o755);
}

test("Terraform is taken before OpenTofu", async () => {
  install("terraform", "Terraform v1.11.4\non linux_amd64");
  install("tofu", "OpenTofu v1.11.0");
  await expect(findTerraform({ PATH: folder })).resolves.toEqual({
    command: "terraform",
    product: "Terraform",
    version: "1.11.4",
  });
});

test("OpenTofu is taken where Terraform is too old", async () => {
  install("terraform", "Terraform v1.9.8");
  install("tofu", "OpenTofu v1.11.0");
  await expect(findTerraform({ PATH: folder })).resolves.toMatchObject({ command: "tofu" });
});

test("TERRAFORM_BINARY_NAME decides", async () => {
  install("terraform", "Terraform v1.11.4");
  install("tofu", "OpenTofu v1.11.0");
  await expect(findTerraform({ PATH: folder, TERRAFORM_BINARY_NAME: "tofu" })).resolves.toMatchObject({
    product: "OpenTofu",
  });
});

test("fails in one line that says what, why and how when there is none", async () => {
  await expect(findTerraform({ PATH: folder })).rejects.toThrow(
    /^terraform or tofu not found in PATH: .*Terraform ≥ 1\.11; install it from https:\S+ or https:\S+$/,
  );
});

test("fails in one line when all are too old", async () => {
  install("terraform", "Terraform v1.9.8");
  await expect(findTerraform({ PATH: folder })).rejects.toThrow(/^Terraform 1\.9\.8 is too old: .*≥ 1\.11 /);
});

test.each([
  ["1.11.0", true],
  ["1.12.3", true],
  ["2.0.0", true],
  ["1.9.9", false],
  ["0.15.0", false],
])("%s is at least 1.11: %s", (version, expected) => {
  expect(isAtLeast(version, "1.11")).toBe(expected);
});
