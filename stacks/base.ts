import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { stateBucket } from "../config/derive";
import type { Consumer, Environment } from "../config/schema";
import { hcpWorkspace, type StackName, stackId } from "../config/stack-ids";
import { ResolvedOnceStack } from "./resolved-once";

/** What every stack of this project has: one AWS provider with default tags, and one backend. */
export class PatternStack extends ResolvedOnceStack {
  /** Tags of every resource, for the few places that the provider's default tags do not reach. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly #iam: Environment["iam"];

  constructor(scope: Construct, name: StackName, owner: Environment | Consumer) {
    super(scope, stackId(name, owner));
    this.#iam = owner.iam;
    this.defaultTags = {
      ...("project" in owner ? { project: owner.project, environment: owner.name } : { consumer: owner.name }),
      stack: this.node.id,
      "managed-by": "cdktf",
      ...owner.tags,
    };
    new AwsProvider(this, "aws", {
      region: owner.region,
      defaultTags: [{ tags: { ...this.defaultTags } }],
      ...(owner.accountId ? { allowedAccountIds: [owner.accountId] } : {}),
    });
    this.addBackend(name, owner);
  }

  /** CDKTF calls it once every construct is there, so that no role can be forgotten. */
  override prepareStack(): void {
    const tooManyTags = Object.keys(this.defaultTags).length > TAGS_OF_AN_OBJECT;
    for (const node of this.node.findAll()) {
      confine(node, this.#iam);
      if (tooManyTags) withoutDefaultTags(node);
    }
    super.prepareStack();
  }

  private addBackend(name: StackName, owner: Environment | Consumer): void {
    switch (owner.backend.type) {
      case "s3": {
        const bucket = stateBucket(owner);
        if (!bucket) throw new Error(`${this.node.id}: the s3 backend needs backend.s3.bucket or accountId`);
        const folder = "project" in owner ? owner.name : `consumers/${owner.name}`;
        const backend = new S3Backend(this, {
          bucket,
          key: `${folder}/${name}.tfstate`,
          region: owner.region,
          // No `encrypt`: without a key of its own it asks for SSE-S3, which overrides the bucket's default, the KMS key.
        });
        // S3BackendConfig knows only the deprecated DynamoDB lock.
        backend.addOverride("use_lockfile", true);
        return;
      }
      case "hcp": {
        const { hcp } = owner.backend;
        if (!hcp) throw new Error(`${this.node.id}: the hcp backend needs backend.hcp`);
        const backend = new CloudBackend(this, {
          hostname: hcp.hostname,
          organization: hcp.organization,
          workspaces: new NamedCloudWorkspace(hcpWorkspace(owner, this.node.id), hcp.project),
        });
        // CDKTF would start `terraform version` in each synth; the commands check the version before they run Terraform.
        backend.node.validate = () => [];
        return;
      }
      case "local":
        // Relative to the stack's directory, so in the project folder: synth may replace the output folder at any time.
        new LocalBackend(this, { path: `../../../terraform.${this.node.id}.tfstate` });
    }
  }
}

/** Source: Amazon S3 User Guide, "Categorizing your objects using tags". */
const TAGS_OF_AN_OBJECT = 10;

/** Objects take fewer tags than all else. Terraform gives them the default tags, or none; their buckets have all. */
function withoutDefaultTags(node: IConstruct): void {
  if (node instanceof S3Object) node.putOverrideProvider({ defaultTags: { tags: {} } });
}

/** Gives roles and instance profiles the boundary and the path that the organization demands. */
function confine(node: IConstruct, { permissionsBoundaryArn, rolePath }: Environment["iam"]): void {
  if (node instanceof IamRole && permissionsBoundaryArn !== undefined)
    node.permissionsBoundary = permissionsBoundaryArn;
  if ((node instanceof IamRole || node instanceof IamInstanceProfile) && rolePath !== "/") node.path = rolePath;
}
