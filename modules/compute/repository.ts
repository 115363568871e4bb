import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Fn } from "cdktf";
import { Construct } from "constructs";

export interface RepositoryProps {
  /** Name of the repository. */
  readonly name: string;
  readonly kmsKeyArn: string;
  /** Number of images kept. */
  readonly keepImages: number;
  /** Let destroy delete a repository that still holds images. */
  readonly forceDelete: boolean;
}

/** ECR repository: a tag never changes its image, each push is scanned. */
export class Repository extends Construct {
  readonly repository: EcrRepository;

  constructor(scope: Construct, id: string, { forceDelete, keepImages, kmsKeyArn, name }: RepositoryProps) {
    super(scope, id);
    this.repository = new EcrRepository(this, "repository", {
      name,
      imageTagMutability: "IMMUTABLE",
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
