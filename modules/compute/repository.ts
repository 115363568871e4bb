import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Fn } from "cdktf";
import { Construct } from "constructs";

export interface RepositoryProps {
  /** Name of the repository. */
  readonly name: string;
  readonly kmsKeyArn: string;
  /** Number of images kept, tagged or not; the service and its roll-back need the latest ones. */
  readonly keepImages: number;
  /** Allow destroy to delete a repository that still holds images. */
  readonly forceDelete: boolean;
}

/**
 * ECR repository; each push is scanned. Tasks name their image by digest, so what a tag points to decides nothing, and
 * tags may move: an image that is built again from the same files has another digest under the same tag, and an immutable
 * tag would refuse its push (decision 12).
 */
export class Repository extends Construct {
  readonly repository: EcrRepository;

  constructor(scope: Construct, id: string, { forceDelete, keepImages, kmsKeyArn, name }: RepositoryProps) {
    super(scope, id);
    this.repository = new EcrRepository(this, "repository", {
      name,
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: kmsKeyArn }],
      forceDelete,
    });
    new EcrLifecyclePolicy(this, "lifecycle-policy", {
      repository: this.repository.name,
      policy: Fn.jsonencode({
        rules: [
          {
            rulePriority: 1,
            description: `Keep the last ${keepImages} images`,
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keepImages },
            action: { type: "expire" },
          },
        ],
      }),
    });
  }
}
