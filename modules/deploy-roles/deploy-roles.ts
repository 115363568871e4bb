import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { resourcePrefix, stateBucket } from "../../config/derive";
import { partition } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { type DeployPhase, deployRoleName } from "./names";
import { CHANGED_SERVICES, PASSED_TO, READS, ROLE_CHANGES, SERVICE_LINKED } from "./permissions";

/** Who may take on the roles: identities that a service vouches for with OpenID Connect. */
export interface TrustedIssuer {
  /** Host (and path) that issues the tokens, e.g. `token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The `aud` claim. */
  readonly audience: string;
  /** Exact `sub` claims per phase; a `*` in one stands for anything. */
  readonly subjects: Readonly<Record<DeployPhase, readonly string[]>>;
}

export interface DeployRolesProps {
  readonly environment: Environment;
  /** Account that the roles are in. */
  readonly accountId: string;
  readonly issuer: TrustedIssuer;
  /** The account has the identity provider already; there can be one per issuer. */
  readonly existingIdentityProvider: boolean;
}

/** One hour: the longest apply of a stack takes a fraction of it. */
const SESSION_SECONDS = 3600;

/**
 * Two roles for a pipeline: one that reads, one that changes. Apart from the stacks that they deploy, so that no
 * pipeline can widen its own rights.
 */
export class DeployRoles extends Construct {
  readonly roles: Readonly<Record<DeployPhase, IamRole>>;
  private readonly arn: (service: string, resource: string, account?: boolean) => string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeployRolesProps,
  ) {
    super(scope, id);
    const { environment, accountId } = props;
    const aws = partition(environment.region);
    this.arn = (service, resource, account = true) =>
      `arn:${aws}:${service}:${account && service !== "iam" && service !== "s3" ? environment.region : ""}:${service === "s3" ? "" : accountId}:${resource}`;
    const identityProvider = props.existingIdentityProvider
      ? this.arn("iam", `oidc-provider/${props.issuer.issuer}`)
      : new IamOpenidConnectProvider(this, "identity-provider", {
          url: `https://${props.issuer.issuer}`,
          clientIdList: [props.issuer.audience],
        }).arn;
    this.roles = {
      plan: this.role("plan", identityProvider, this.readStatements("plan")),
      apply: this.role("apply", identityProvider, [...this.readStatements("apply"), ...this.changeStatements()]),
    };
  }

  private role(phase: DeployPhase, identityProvider: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRole {
    const { environment, issuer } = this.props;
    const subjects = issuer.subjects[phase];
    const trust = new DataAwsIamPolicyDocument(this, `${phase}-trust`, {
      statement: [
        {
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: [{ type: "Federated", identifiers: [identityProvider] }],
          condition: [
            { test: "StringEquals", variable: `${issuer.issuer}:aud`, values: [issuer.audience] },
            {
              test: subjects.some((subject) => subject.includes("*")) ? "StringLike" : "StringEquals",
              variable: `${issuer.issuer}:sub`,
              values: [...subjects],
            },
          ],
        },
      ],
    });
    const role = new IamRole(this, phase, {
      name: deployRoleName(environment, phase),
      description: `Pipelines that ${phase === "plan" ? "look at what would change in" : "deploy"} ${resourcePrefix(environment)}`,
      assumeRolePolicy: trust.json,
      maxSessionDuration: SESSION_SECONDS,
    });
    new IamRolePolicy(this, `${phase}-policy`, {
      name: phase,
      role: role.id,
      policy: new DataAwsIamPolicyDocument(this, `${phase}-permissions`, { statement }).json,
    });
    return role;
  }

  /** Both phases refresh; the plan role may write nothing but the lock of a state. */
  private readStatements(phase: DeployPhase): DataAwsIamPolicyDocumentStatement[] {
    const { environment } = this.props;
    const prefix = resourcePrefix(environment);
    const key = phase === "apply" ? "*" : "*.tflock";
    const bucket = environment.backend.type === "s3" ? stateBucket(environment) : undefined;
    const states = bucket && this.arn("s3", `${bucket}/${environment.name}`);
    return [
      { sid: "Read", actions: [...READS], resources: ["*"] },
      {
        sid: "ReadImageParameter",
        actions: ["ssm:GetParameter"],
        resources: [`arn:${partition(environment.region)}:ssm:${environment.region}::parameter/aws/service/*`],
      },
      { sid: "ListBuckets", actions: ["s3:ListBucket"], resources: [this.arn("s3", `${prefix}-*`)] },
      {
        sid: "ReadStaticAssets",
        actions: ["s3:GetObject", "s3:GetObjectTagging"],
        resources: [this.arn("s3", `${prefix}-static-*/*`)],
      },
      // Terraform reads the password back in every plan, to give the database what is stored; it keeps it nowhere.
      {
        sid: "ReadDatabaseSecret",
        actions: ["secretsmanager:GetSecretValue"],
        resources: [this.arn("secretsmanager", `secret:${prefix}-database-*`)],
      },
      {
        sid: "DecryptThroughServices",
        actions: ["kms:Decrypt"],
        resources: [this.arn("kms", "key/*")],
        condition: [
          {
            test: "StringEquals",
            variable: "kms:ViaService",
            values: ["secretsmanager", "s3"].map((service) => `${service}.${environment.region}.amazonaws.com`),
          },
        ],
      },
      ...(bucket && states
        ? [
            { sid: "ListStates", actions: ["s3:ListBucket"], resources: [this.arn("s3", bucket)] },
            { sid: "ReadStates", actions: ["s3:GetObject"], resources: [`${states}/*`] },
            { sid: "WriteStates", actions: ["s3:PutObject", "s3:DeleteObject"], resources: [`${states}/${key}`] },
          ]
        : []),
    ];
  }

  private changeStatements(): DataAwsIamPolicyDocumentStatement[] {
    const { environment } = this.props;
    const prefix = resourcePrefix(environment);
    const ownRoles = [this.arn("iam", `role/${prefix}-*`), this.arn("iam", `instance-profile/${prefix}-*`)];
    const bucket = stateBucket(environment);
    return [
      {
        sid: "ChangeInRegion",
        actions: CHANGED_SERVICES.map((service) => `${service}:*`),
        resources: ["*"],
        condition: [{ test: "StringEquals", variable: "aws:RequestedRegion", values: [environment.region] }],
      },
      { sid: "ChangeRecords", actions: ["route53:*"], resources: ["*"] },
      { sid: "ChangeOwnRoles", actions: [...ROLE_CHANGES], resources: ownRoles },
      {
        sid: "PassOwnRoles",
        actions: ["iam:PassRole"],
        resources: [this.arn("iam", `role/${prefix}-*`)],
        condition: [{ test: "StringEquals", variable: "iam:PassedToService", values: [...PASSED_TO] }],
      },
      {
        sid: "CreateServiceLinkedRoles",
        actions: ["iam:CreateServiceLinkedRole"],
        resources: ["*"],
        condition: [{ test: "StringEquals", variable: "iam:AWSServiceName", values: [...SERVICE_LINKED] }],
      },
      // A pipeline that could change its own roles could give itself anything.
      {
        sid: "KeepDeployRoles",
        effect: "Deny",
        actions: [...ROLE_CHANGES, "iam:PassRole"],
        resources: [this.arn("iam", `role/${prefix}-deploy-*`)],
      },
      ...(bucket && environment.backend.type === "s3"
        ? [
            {
              sid: "KeepStateOfDeployRoles",
              effect: "Deny",
              actions: ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
              resources: [this.arn("s3", `${bucket}/${environment.name}/deploy-roles.tfstate*`)],
            },
          ]
        : []),
    ];
  }
}
