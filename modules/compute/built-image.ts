import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Image } from "@cdktf/provider-docker/lib/image";
import { DockerProvider, type DockerProviderRegistryAuth } from "@cdktf/provider-docker/lib/provider";
import { RegistryImage } from "@cdktf/provider-docker/lib/registry-image";
import { AssetType, TerraformAsset, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { projectPath } from "../../config/project";
import type { Environment } from "../../config/schema";
import { copyContext } from "../../operations/image/build-context";
import { contentTag } from "../../operations/image/content-tag";

export interface BuiltImageProps {
  readonly options: NonNullable<Environment["application"]["image"]["build"]>;
  readonly cpuArchitecture: Environment["compute"]["cpuArchitecture"];
  readonly region: string;
  readonly repository: EcrRepository;
}

const platforms = { ARM64: "linux/arm64", X86_64: "linux/amd64" } as const;

/**
 * Builds the image with the local Docker engine and pushes it to ECR. Its tag is a hash of what goes into it, so that
 * unchanged content builds and pushes nothing.
 */
export class BuiltImage extends Construct {
  /** The image by digest. */
  readonly uri: string;
  /** Hash of what goes into the image. */
  readonly tag: string;
  readonly image: Image;
  readonly registryImage: RegistryImage;

  constructor(scope: Construct, id: string, { cpuArchitecture, options, region, repository }: BuiltImageProps) {
    super(scope, id);
    new DockerProvider(this, "docker", { registryAuth: [this.registryAuth(options.login, region)] });

    const platform = platforms[cpuArchitecture];
    const context = projectPath(options.context);
    this.tag = contentTag({
      context,
      dockerfile: options.dockerfile,
      buildArguments: options.arguments,
      platform,
    });
    const staged = projectPath("dist", "image-context", this.tag);
    copyContext(context, staged, options.dockerfile);
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
  private registryAuth(login: BuiltImageProps["options"]["login"], region: string): DockerProviderRegistryAuth {
    const account = new DataAwsCallerIdentity(this, "account", {}).accountId;
    const suffix = new DataAwsPartition(this, "partition", {}).dnsSuffix;
    const address = `${account}.dkr.ecr.${region}.${suffix}`;
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
