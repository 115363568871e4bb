import { spawnSync } from "node:child_process";

/** Terraform or OpenTofu, whichever is installed; undefined where neither is. */
export const terraform = ["terraform", "tofu"].find((name) => spawnSync(name, ["version"]).status === 0);

/** A test that needs one of them, and is skipped without. */
export const testWithTerraform = terraform === undefined ? test.skip : test;
