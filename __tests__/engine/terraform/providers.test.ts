import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { findTerraform } from "../../../engine/terraform/binary";
import { prepareProviders, reasonOf, whyNotInstalled } from "../../../engine/terraform/providers";
import { temporaryFolder } from "../../temporary-folder";

const NOWHERE = { source: "registry.example.invalid/none/nothing", version: "1.2.3" };

test("the reason is Terraform's own sentence, in one line", () => {
  const offline = `
Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider
hashicorp/archive: could not connect to registry.terraform.io: failed to
request discovery document: Get
"https://registry.terraform.io/.well-known/terraform.json": dial tcp: no such host

To see which modules are currently depending on hashicorp/archive and what
versions are specified, run the following command:
    terraform providers
`;
  expect(reasonOf(offline)).toBe(
    "could not connect to registry.terraform.io: failed to request discovery document: Get " +
      '"https://registry.terraform.io/.well-known/terraform.json": dial tcp: no such host',
  );
  const boxed = "╷\n│ Error: Invalid provider\n│ \n│ The mirror is\n│ empty.\n╵\n";
  expect(reasonOf(boxed)).toBe("The mirror is empty.");
  expect(reasonOf("terraform: cannot execute\n")).toBe("terraform: cannot execute");
});

describe("a provider that can't be installed", () => {
  const folder = temporaryFolder("providers");

  test("is named with the reason and the way out", async () => {
    const { missing, installed } = await prepareProviders({
      binary: await findTerraform(),
      requirements: [NOWHERE],
      folder,
    });
    expect(installed).toEqual([]);
    const [said = ""] = missing.map(whyNotInstalled);
    expect(said).toContain("provider registry.example.invalid/none/nothing 1.2.3 can't be installed: could not");
    expect(said).toContain("registry.example.invalid");
    expect(said).toContain("TF_PROVIDER_MIRROR");
  }, 60_000);
});

test("runs beside each other keep their own Terraform configuration", async () => {
  return inTemporaryFolder("providers", async (folder) => {
    const binary = await findTerraform();
    const files = await Promise.all(
      ["network_mirror", "direct"].map(async (kind) => {
        const own = join(folder, kind);
        const text = `provider_installation {\n  ${kind} {${kind === "direct" ? "" : '\n    url = "https://example.invalid/"\n  '}}\n}\n`;
        writeFileSync(own, text);
        const { env } = await prepareProviders({
          binary,
          requirements: [],
          folder,
          env: { ...process.env, TF_CLI_CONFIG_FILE: own },
        });
        return [env.TF_CLI_CONFIG_FILE ?? "", text] as const;
      }),
    );
    for (const [file, text] of files) expect(readFileSync(file, "utf8")).toBe(text);
  });
});
