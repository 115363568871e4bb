import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { INLINE_POLICY_CHARACTERS } from "../../config/grants";
import type { Consumer, Environment } from "../../config/schema";
import { accountArns } from "./arns";
import { consumerStatements } from "./consumer-statements";
import { environmentStatements } from "./environment-statements";
import { type DeployPhase, deployedName, deployRoleName } from "./names";

/** Who may take on the roles: identities that a service vouches for with OpenID Connect. */
export interface TrustedIssuer {
  /** Host (and path) that issues the tokens, e.g. `token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The `aud` claim per phase. Where they differ, a job that asks for the one can't use the other's role. */
  readonly audiences: Readonly<Record<DeployPhase, string>>;
  /** Exact `sub` claims per phase; a `*` in one stands for anything. */
  readonly subjects: Readonly<Record<DeployPhase, readonly string[]>>;
}

export interface DeployRolesProps {
  /** The environment or the consumer whose stacks are planned and applied. */
  readonly owner: Environment | Consumer;
  /** Account that the roles are in. */
  readonly accountId: string;
  /** Of a consumer that names an environment of this project: that environment. */
  readonly linked?: Environment;
  readonly issuer: TrustedIssuer;
  /** The account has the identity provider already; there can be one per issuer. */
  readonly existingIdentityProvider: boolean;
}

/**
 * Longest session per phase, in seconds. An apply job creates every stack of an environment with one set of
 * credentials: the first one waits for a Multi-AZ database, a service that becomes steady and, with a private DNS
 * name, up to 30 minutes for its verification.
 */
const SESSION_SECONDS: Readonly<Record<DeployPhase, number>> = { plan: 3600, apply: 4 * 3600 };

/**
 * Two roles for a pipeline: one that reads, one that changes. Apart from the stacks that they deploy, so that no
 * pipeline can widen its own rights.
 */
export class DeployRoles extends Construct {
  readonly roles: Readonly<Record<DeployPhase, IamRole>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeployRolesProps,
  ) {
    super(scope, id);
    const { accountId, issuer, linked, owner } = props;
    const identityProvider = props.existingIdentityProvider
      ? accountArns(owner.region, accountId).iam(`oidc-provider/${issuer.issuer}`)
      : new IamOpenidConnectProvider(this, "identity-provider", {
          url: `https://${issuer.issuer}`,
          clientIdList: [...new Set(Object.values(issuer.audiences))],
        }).arn;
    const statements =
      "project" in owner ? environmentStatements(owner, accountId) : consumerStatements(owner, { accountId, linked });
    this.roles = {
      plan: this.role("plan", identityProvider, statements.plan),
      apply: this.role("apply", identityProvider, statements.apply),
    };
  }

  private role(phase: DeployPhase, identityProvider: string, statement: DataAwsIamPolicyDocumentStatement[]): IamRole {
    const { issuer, owner } = this.props;
    const characters = JSON.stringify(statement).length;
    if (characters > INLINE_POLICY_CHARACTERS) {
      throw new Error(
        `${owner.name}: the policy of ${deployRoleName(owner, phase)} would have about ${characters} characters, and IAM takes ${INLINE_POLICY_CHARACTERS}: shorten iam.rolePath, or let several workloads share an image`,
      );
    }
    const subjects = issuer.subjects[phase];
    const trust = new DataAwsIamPolicyDocument(this, `${phase}-trust`, {
      statement: [
        {
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: [{ type: "Federated", identifiers: [identityProvider] }],
          condition: [
            { test: "StringEquals", variable: `${issuer.issuer}:aud`, values: [issuer.audiences[phase]] },
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
      name: deployRoleName(owner, phase),
      description: `Pipelines that ${phase === "plan" ? "look at what would change in" : "deploy"} ${deployedName(owner)}`,
      assumeRolePolicy: trust.json,
      maxSessionDuration: SESSION_SECONDS[phase],
    });
    new IamRolePolicy(this, `${phase}-policy`, {
      name: phase,
      role: role.id,
      policy: new DataAwsIamPolicyDocument(this, `${phase}-permissions`, { statement }).json,
    });
    return role;
  }
}
