import { existsSync } from "node:fs";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Image } from "@cdktf/provider-docker/lib/image";
import { DockerProvider, type DockerProviderRegistryAuth } from "@cdktf/provider-docker/lib/provider";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { AssetType, TerraformAsset, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { ecrRegistry } from "../../config/ecr";
import { projectPath } from "../../config/project";
import type { Region } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { written } from "../literal";
import { ownAccount } from "../own-account";
import { copyContext } from "./image/build-context";
import { contentTag } from "./image/content-tag";

export interface BuiltImageProps {
  readonly options: NonNullable<Environment["application"]["image"]["build"]>;
  readonly cpuArchitecture: Environment["compute"]["cpuArchitecture"];
  readonly region: Region;
  readonly repository: EcrRepository;
}

const platforms = { ARM64: "linux/arm64", X86_64: "linux/amd64" } as const;

/**
 * Builds the image with the local Docker engine and pushes it to ECR. Its tag is a hash of its sources, so that
 * unchanged content pushes nothing. An engine that lacks the image, such as a fresh runner's, builds it with each apply.
 */
export class BuiltImage extends Construct {
  /** The image by digest. */
  readonly uri: string;
  /** Hash of the sources of the image. */
  readonly tag: string;
  readonly image: Image;
  readonly registryImage: RegistryImage;

  constructor(scope: Construct, id: string, { cpuArchitecture, options, region, repository }: BuiltImageProps) {
    super(scope, id);
    new DockerProvider(this, "docker", { registryAuth: [this.registryAuth(options.login, region)] });

    const platform = platforms[cpuArchitecture];
    const context = projectPath(written(options.context));
    const dockerfile = written(options.dockerfile);
    this.tag = contentTag({
      context,
      dockerfile,
      buildArguments: Object.fromEntries(
        Object.entries(options.arguments).map(([name, value]) => [name, written(value)]),
      ),
      platform,
    });
    const staged = projectPath("dist", "image-context", this.tag);
    // Its name is the hash of its content. Another synth may be reading it.
    if (!existsSync(staged)) copyContext(context, staged, dockerfile);
    const asset = new TerraformAsset(this, "context", {
      path: staged,
      type: AssetType.DIRECTORY,
      assetHash: this.tag,
    });

    const triggers = { content: this.tag };
    this.image = new Image(this, "image", {
      name: `${repository.repositoryUrl}:${this.tag}`,
      platform,
      keepLocally: true,
      triggers,
      buildAttribute: {
        context: `\${path.module}/${asset.path}`,
        dockerfile: options.dockerfile,
        buildArgs: options.arguments,
        platform,
      },
    });
    this.registryImage = new RegistryImage(this, "registry-image", {
      name: this.image.name,
      // A replacement destroys first: tasks still running the old image must be able to pull it. ECR's lifecycle
      // policy removes it later.
      keepRemotely: true,
      triggers,
    });
    this.uri = `${repository.repositoryUrl}@${this.registryImage.sha256Digest}`;
  }

  /** The data source for ECR's token would write it into the state; neither of these does. */
  private registryAuth(login: BuiltImageProps["options"]["login"], region: Region): DockerProviderRegistryAuth {
    const account = ownAccount(this);
    const address = ecrRegistry(account, region);
    if (login === "docker-config") return { address };
    const token = new TerraformVariable(this, "ecrToken", {
      type: "string",
      sensitive: true,
      description: "Output of `aws ecr get-login-password`, given at plan and at apply",
    });
    token.addOverride("ephemeral", true);
    token.overrideLogicalId("ecr_token");
    return { address, username: "AWS", password: token.stringValue };
  }
}
