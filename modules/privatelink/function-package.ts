import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { DataArchiveFile } from "@cdktf/provider-archive/lib/data-archive-file";
import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AssetType, TerraformAsset, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { projectPath } from "../../config/project";
import { ensureLambdaBundle } from "../../lambda/bundle";
import type { FunctionName } from "../../lambda/functions";
import { literal, written } from "../literal";

/**
 * A function's code: a zip file that is there, or the bundle, zipped by Terraform.
 *
 * @param prebuilt path inside the project of a zip file
 */
export function functionPackage(
  scope: Construct,
  name: FunctionName,
  prebuilt: string | undefined,
): { filename: string; sourceCodeHash: string } {
  if (prebuilt !== undefined) {
    const path = projectPath(written(prebuilt));
    if (!existsSync(path))
      throw new Error(
        `prebuiltPackage is ${written(prebuilt)}, which does not exist: run npx ecs-privatelink build-lambda`,
      );
    const asset = new TerraformAsset(scope, "package", { path, type: AssetType.FILE });
    const sourceCodeHash = createHash("sha256").update(readFileSync(path)).digest("base64");
    return { filename: `\${path.module}/${literal(asset.path)}`, sourceCodeHash };
  }
  const asset = new TerraformAsset(scope, "bundle", { path: ensureLambdaBundle(name), type: AssetType.DIRECTORY });
  const stack = TerraformStack.of(scope);
  if (!stack.node.findAll().some((node) => node instanceof ArchiveProvider)) new ArchiveProvider(stack, "archive");
  const archive = new DataArchiveFile(scope, "archive", {
    type: "zip",
    sourceDir: `\${path.module}/${asset.path}`,
    outputPath: `\${path.module}/.build/${scope.node.id}.zip`,
    // Without it the bytes depend on the modes of the clone's files.
    outputFileMode: "0644",
  });
  return { filename: archive.outputPath, sourceCodeHash: archive.outputBase64Sha256 };
}
