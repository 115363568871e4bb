import { projectPath } from "../../config/project";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { findTerraform } from "../../engine/terraform/binary";
import { prepareProviders } from "../../engine/terraform/providers";
import { terraformTest } from "../../proof/lab/terraform-test";

/** `terraformTest` with the AWS provider that the project uses, in a folder that is removed afterwards. */
export async function testTogether(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const binary = await findTerraform();
  return inTemporaryFolder("terraform-test", async (folder) => {
    const providers = await prepareProviders({
      binary,
      requirements: [{ source: "registry.terraform.io/hashicorp/aws", version: "5.100.0" }],
      // Not the folder of the other tests, which may run at the same time.
      folder: projectPath(".rehearsal", "providers-of-terraform-test"),
    });
    return await terraformTest({ files, folder, binary, providers });
  });
}
