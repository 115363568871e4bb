import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inTemporaryFolder } from "../../../../config/temporary-folder";
import { findTerraform } from "../../../../engine/terraform/binary";
import { projectVersion } from "../../../../engine/version";
import { EXAMPLES } from "../../../../operations/consumers/export/examples";
import { moduleFiles } from "../../../../operations/consumers/export/files";
import { VARIABLES } from "../../../../operations/consumers/export/variables";

const files = moduleFiles();
const text = (file: string): string => files[file] ?? "";

/** Names of the blocks of a kind in a file. */
const blocksOf = (file: string, kind: string): string[] =>
  [...text(file).matchAll(new RegExp(`^${kind} (.+) \\{`, "gm"))].map(([, names = ""]) => names.replaceAll('"', ""));

describe("exported module", () => {
  test("is complete, in Terraform's own language", () => {
    expect(Object.keys(files)).toEqual([
      "main.tf",
      "variables.tf",
      "outputs.tf",
      "versions.tf",
      "README.md",
      "LICENSE",
      "examples/simple/main.tf",
      "examples/private-dns/main.tf",
      "examples/cross-region/main.tf",
      "examples/own-vpc/main.tf",
      "test-connection.sh",
      "Dockerfile",
      "tests/module.tftest.hcl",
      "tests/examples.tftest.hcl",
    ]);
  });

  test("is formatted as `terraform fmt` does", async () => {
    const { command } = await findTerraform();
    return inTemporaryFolder("consumer-module", (folder) => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      const { status, stdout } = spawnSync(command, ["fmt", "-check", "-diff", "-recursive", folder], {
        encoding: "utf8",
      });
      expect(stdout).toBe("");
      expect(status).toBe(0);
    });
  });

  test("leaves provider, backend and state to the caller", () => {
    const own = ["main.tf", "variables.tf", "outputs.tf", "versions.tf"].map(text).join("\n");
    expect(own).not.toMatch(/^provider /m);
    expect(own).not.toContain("terraform_remote_state");
    expect(own).not.toContain("backend");
    expect(text("versions.tf")).toContain('source  = "hashicorp/aws"');
  });

  test("holds nothing of CDKTF: no metadata, no tokens, no hashes in addresses", () => {
    expect(text("main.tf")).not.toMatch(/metadata|TfToken|_[0-9A-F]{8}\b/);
    expect(blocksOf("main.tf", "resource")).toContain("aws_vpc_endpoint consumer_endpoint");
  });

  test("says which version and commit it is made from, and has a licence", () => {
    const { commit = "", version } = projectVersion();
    for (const file of ["main.tf", "versions.tf", "README.md", "examples/simple/main.tf"])
      expect(text(file)).toContain(`ecs-privatelink ${version}, commit ${commit}`);
    expect(text("LICENSE")).toContain("Apache License");
  });

  test("every variable has a type and a description, and is in the README", () => {
    expect(blocksOf("variables.tf", "variable")).toEqual(Object.keys(VARIABLES));
    for (const [name, { description, type }] of Object.entries(VARIABLES)) {
      expect(text("variables.tf")).toContain(`type        = ${type}`);
      expect(text("README.md")).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  test("every reference is to a variable that is declared", () => {
    const referenced = text("main.tf").matchAll(/\bvar\.(\w+)/g);
    for (const [, name = ""] of referenced) expect(Object.keys(VARIABLES)).toContain(name);
    for (const name of Object.keys(VARIABLES)) expect(text("main.tf")).toContain(`var.${name}`);
  });

  test("every output has a description, and is in the README", () => {
    const outputs = blocksOf("outputs.tf", "output");
    expect(outputs).toEqual([
      ...["endpoint_id", "state", "dns_names", "next_step", "arn", "network_interface_ids"],
      ...["private_ipv4_addresses", "private_ipv6_addresses", "hosted_zone_id"],
      ...["private_hosted_zone_id", "security_group_id"],
    ]);
    expect(text("outputs.tf").match(/description +=/g)).toHaveLength(outputs.length);
    for (const name of outputs) expect(text("README.md")).toContain(`| \`${name}\` | `);
  });

  test("the README has the sections of terraform-docs, and every resource and example", () => {
    const reference = /<!-- BEGIN_TF_DOCS -->([\s\S]*)<!-- END_TF_DOCS -->/.exec(text("README.md"))?.[1] ?? "";
    expect([...reference.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      ...["Requirements", "Providers", "Modules", "Resources", "Inputs", "Outputs"],
    ]);
    for (const resource of blocksOf("main.tf", "resource")) expect(reference).toContain(resource.replace(" ", "."));
    for (const name of Object.keys(EXAMPLES)) expect(text("README.md")).toContain(`examples/${name}/main.tf`);
  });

  test("optional variables that may be null say so", () => {
    const variable = (name: string) =>
      text("variables.tf")
        .split(/^(?=variable )/m)
        .find((each) => each.includes(`"${name}"`));
    expect(variable("service_region")).toMatch(/default +=\s+null[\s\S]*nullable +=\s+true/);
    expect(variable("ports")).toMatch(/default +=\s+\[80\][\s\S]*nullable +=\s+false/);
    expect(variable("service_name")).not.toMatch(/default +=/);
  });
});
