import { moduleFiles } from "../../../operations/export-consumer/files";
import { VARIABLES } from "../../../operations/export-consumer/variables";

const files = moduleFiles();
const json = (file: string) => JSON.parse(files[file] ?? "null");

describe("exported module", () => {
  test("is complete", () => {
    expect(Object.keys(files)).toEqual([
      "main.tf.json",
      "variables.tf.json",
      "outputs.tf.json",
      "versions.tf.json",
      "README.md",
      "tests/module.tftest.hcl",
    ]);
  });

  test("leaves provider, backend and state to the caller", () => {
    const all = Object.values(files).join("\n");
    expect(json("main.tf.json").provider).toBeUndefined();
    expect(all).not.toContain("terraform_remote_state");
    expect(all).not.toContain('"backend"');
    expect(json("versions.tf.json").terraform.required_providers.aws.source).toBe("hashicorp/aws");
  });

  test("holds nothing of CDKTF: no metadata, no hashes in addresses", () => {
    expect(files["main.tf.json"]).not.toContain("metadata");
    expect(files["main.tf.json"]).not.toMatch(/_[0-9A-F]{8}\b/);
    expect(Object.keys(json("main.tf.json").resource.aws_vpc_endpoint)).toEqual(["consumer_endpoint"]);
  });

  test("every variable has a type and a description, and is in the README", () => {
    const { variable } = json("variables.tf.json");
    expect(Object.keys(variable)).toEqual(Object.keys(VARIABLES));
    for (const [name, { description, type }] of Object.entries<{ description: string; type: string }>(variable)) {
      expect(type).toBeTruthy();
      expect(description).toBeTruthy();
      expect(files["README.md"]).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  test("every reference is to a variable that is declared", () => {
    const referenced = files["main.tf.json"]?.matchAll(/\bvar\.(\w+)/g) ?? [];
    for (const [, name = ""] of referenced) expect(Object.keys(VARIABLES)).toContain(name);
  });

  test("every output has a description, and is in the README", () => {
    const { output } = json("outputs.tf.json");
    expect(Object.keys(output)).toEqual(["endpoint_id", "state", "dns_names", "next_step", "security_group_id"]);
    for (const [name, { description }] of Object.entries<{ description: string }>(output)) {
      expect(files["README.md"]).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  test("optional variables that may be null say so", () => {
    const { variable } = json("variables.tf.json");
    expect(variable.service_region).toMatchObject({ default: null, nullable: true });
    expect(variable.ports).toMatchObject({ default: [80], nullable: false });
    expect("default" in variable.service_name).toBe(false);
  });
});
