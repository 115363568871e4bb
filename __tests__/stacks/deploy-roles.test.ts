import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Consumer, Environment } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import {
  githubActions,
  githubRepository,
  gitlab,
  gitlabProject,
  hcpTerraform,
  ownerWithAccount,
} from "../../modules/deploy-roles/issuers";
import { deployRoleArn } from "../../modules/deploy-roles/names";
import { ATTACHED_POLICIES, covers } from "../../modules/deploy-roles/permissions";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { scannedStacks } from "../../upkeep/check/scan/stack-json";
import { withVariants } from "../../upkeep/generate/iam/variants";
import { type Block, consumerOf, environmentOf } from "../synth";

const hcp = { type: "hcp", hcp: { organization: "acme", project: "Private apps" } } as const;
const environment = environmentOf({}, "dev");

function synthesize(
  issuer = githubActions("octo/private-app", environment),
  existingIdentityProvider = false,
  owner: Environment | Consumer = environment,
  linked?: Environment,
) {
  return inTemporaryFolder("deploy-roles", (outdir) => {
    const app = new App({ outdir, stackTraces: false });
    new DeployRolesStack(app, { owner, accountId: "111122223333", issuer, existingIdentityProvider, linked });
    app.synth();
    const json = readFileSync(join(outdir, `stacks/deploy-roles-${owner.name}/cdk.tf.json`), "utf8");
    return JSON.parse(json) as Block;
  });
}

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly condition?: { variable: string; test: string; values: string[] }[];
}

const statements = (json: Block, name: string): Statement[] => {
  const [document] = Object.entries(json.data.aws_iam_policy_document as Block)
    .filter(([id]) => id.includes(name))
    .map(([, block]) => block);
  return document?.statement ?? [];
};
const allowed = (list: Statement[]) => list.filter(({ effect }) => effect !== "Deny").flatMap(({ actions }) => actions);

describe("roles of pipelines", () => {
  const json = synthesize();
  const plan = statements(json, "plan-permissions");
  const apply = statements(json, "apply-permissions");

  test("trust one repository in one environment, by exact names", () => {
    const conditions = (phase: string) => statements(json, `${phase}-trust`)[0]?.condition;
    const audience = {
      test: "StringEquals",
      variable: "token.actions.githubusercontent.com:aud",
      values: ["sts.amazonaws.com"],
    };
    const subject = (name: string) => ({
      test: "StringEquals",
      variable: "token.actions.githubusercontent.com:sub",
      values: [`repo:octo/private-app:environment:${name}`],
    });
    expect(conditions("plan")).toEqual([audience, subject("dev-plan")]);
    expect(conditions("apply")).toEqual([audience, subject("dev")]);
  });

  test("trust immutable subject claims by owner and repository id, and both forms during a change-over", () => {
    const both = ["octo/private-app", "octo@123456/private-app@456789"].map(githubRepository);
    const roles = synthesize(githubActions(both, environment));
    expect(statements(roles, "apply-trust")[0]?.condition?.[1]).toMatchObject({
      test: "StringEquals",
      values: ["repo:octo/private-app:environment:dev", "repo:octo@123456/private-app@456789:environment:dev"],
    });
  });

  test.each([
    "octo/*",
    "octo@*/app@1",
    "octo@1/app",
    "octo/app@1",
    "octo",
    "octo@x/app@1",
    "a/b/c",
    "octo@1/app@2:ref",
  ])("trust no repository that is not named exactly: %s", (repository) =>
    expect(() => githubRepository(repository)).toThrow(/owner@id\/repository@id/),
  );

  test("trust no GitLab project with a wildcard", () => {
    expect(gitlabProject("group/sub/project")).toBe("group/sub/project");
    expect(() => gitlabProject("group/*")).toThrow(/group\/project/);
  });

  test("let planning change nothing, not even the lock of a state", () => {
    const writes = plan.filter(({ actions }) =>
      actions.some((action) => !/:(Describe|Get|List|BatchGet|Validate)/.test(action) && action !== "kms:Decrypt"),
    );
    expect(writes).toEqual([]);
  });

  test("let planning read the manifest of the environment's image, which the docker provider asks for itself", () => {
    expect(plan.find(({ actions }) => actions.includes("ecr:BatchGetImage"))?.resources).toEqual([
      "arn:aws:ecr:eu-central-1:111122223333:repository/private-app-dev-*",
    ]);
  });

  test("let planning read the CAs of clients, where the environment stores them", () => {
    const listeners = [
      {
        port: 443,
        certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
      },
    ];
    const readsOf = (mutualTls: NonNullable<Environment["compute"]["loadBalancer"]["mutualTls"]>) => {
      const owner = environmentOf({ compute: { loadBalancer: { listeners, mutualTls } } }, "dev");
      const found = statements(synthesize(undefined, false, owner), "plan-permissions");
      return found.find(({ sid }) => sid === "ReadClientCas")?.resources;
    };
    const caBundle = "config/examples/mutual-tls/consumers-ca.pem";
    expect(readsOf({ mode: "verify", caBundle, revocationLists: [] })).toEqual([
      "arn:aws:s3:::private-app-dev-clients-*/*",
    ]);
    expect(readsOf({ mode: "passthrough", revocationLists: [] })).toBeUndefined();
  });

  test("let applying change the further Regions of endpoint services, for which there is no API operation", () => {
    expect(apply.find(({ actions }) => actions.includes("vpce:AllowMultiRegion"))?.resources).toEqual([
      "arn:aws:ec2:eu-central-1:111122223333:vpc-endpoint-service/*",
    ]);
  });

  test("let planning read no content but states, assets and the database secret", () => {
    const content = (action: string) =>
      plan.filter(({ actions }) => actions.some((pattern) => covers(pattern, action)));
    expect(content("secretsmanager:GetSecretValue").flatMap(({ resources }) => resources)).toEqual([
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:private-app-dev-database-*",
    ]);
    expect(content("s3:GetObject").flatMap(({ resources }) => resources)).toEqual([
      "arn:aws:s3:::private-app-dev-static-*/*",
      "arn:aws:s3:::private-app-dev-tfstate-111122223333/dev/*",
    ]);
    for (const action of ["dynamodb:GetItem", "dynamodb:Scan", "sqs:ReceiveMessage", "logs:GetLogEvents"]) {
      expect(content(action)).toEqual([]);
    }
  });

  test("let applying change roles of the environment only, pass them to known services, and never its own", () => {
    const change = apply.find(({ sid }) => sid === "ChangeOwnRoles");
    expect(change?.resources).toEqual([
      "arn:aws:iam::111122223333:role/private-app-dev-*",
      "arn:aws:iam::111122223333:instance-profile/private-app-dev-*",
    ]);
    expect(apply.find(({ sid }) => sid === "PassOwnRoles")?.condition?.[0]?.variable).toBe("iam:PassedToService");
    const denied = apply.find(({ sid }) => sid === "KeepDeployRoles");
    expect(denied).toMatchObject({
      effect: "Deny",
      resources: [
        "arn:aws:iam::111122223333:role/private-app-dev-deploy-*",
        "arn:aws:iam::111122223333:role/*-deploy-plan",
        "arn:aws:iam::111122223333:role/*-deploy-apply",
      ],
    });
    expect(denied?.actions).toEqual(expect.arrayContaining(change?.actions ?? ["missing"]));
    expect(denied?.actions).toContain("iam:AttachRolePolicy");
  });

  test("let applying change no deploy roles' state in any bucket, and take on no role that it has created", () => {
    const denials = apply.filter(({ effect }) => effect === "Deny");
    expect(denials).toContainEqual(
      expect.objectContaining({
        actions: ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
        resources: ["arn:aws:s3:::*/deploy-roles.tfstate*"],
      }),
    );
    expect(denials).toContainEqual(expect.objectContaining({ actions: ["sts:AssumeRole"], resources: ["*"] }));
  });

  test("let applying attach the policies that the stacks' roles carry, and no other one", () => {
    const attach = apply.filter(
      ({ actions, effect }) => effect !== "Deny" && actions.some((pattern) => covers(pattern, "iam:AttachRolePolicy")),
    );
    expect(attach.map(({ condition }) => condition)).toEqual([
      [
        {
          test: "ArnEquals",
          variable: "iam:PolicyARN",
          values: ATTACHED_POLICIES.map((name) => `arn:aws:iam::aws:policy/${name}`),
        },
      ],
    ]);
    return inTemporaryFolder("attached", (folder) => {
      const attached = scannedStacks(withVariants({ environments: [environment], consumers: [] }), folder).flatMap(
        ({ json }) =>
          Object.values(json.resource?.aws_iam_role_policy_attachment ?? {}).map((block) =>
            String((block as Block).policy_arn).replace(/^.*:iam::aws:policy\//, ""),
          ),
      );
      expect([...new Set(attached)].sort()).toEqual([...ATTACHED_POLICIES].sort());
    });
  });

  describe("with a permissions boundary and a path", () => {
    const boundary = "arn:aws:iam::111122223333:policy/boundary";
    const bounded = environmentOf({ iam: { permissionsBoundaryArn: boundary, rolePath: "/platform/" } }, "dev");
    const list = statements(synthesize(undefined, false, bounded), "apply-permissions");
    const allowing = (action: string) =>
      list.filter(({ actions, effect }) => effect !== "Deny" && actions.some((pattern) => covers(pattern, action)));

    test.each(["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"])(
      "iam:%s is allowed only for roles that have the boundary",
      (action) => {
        const found = allowing(`iam:${action}`);
        expect(found).toHaveLength(1);
        expect(found[0]?.condition).toContainEqual({
          test: "StringEquals",
          variable: "iam:PermissionsBoundary",
          values: [boundary],
        });
      },
    );

    test("a path that makes the policy longer than IAM takes is refused", () => {
      const rolePath = `/${`${"a".repeat(49)}/`.repeat(10)}`;
      const long = environmentOf({ iam: { permissionsBoundaryArn: `${boundary}-${"b".repeat(99)}`, rolePath } }, "dev");
      expect(() => synthesize(undefined, false, long)).toThrow(/IAM takes 10240: shorten iam\.rolePath/);
    });

    test("no boundary can be taken away, and that of a pipeline's role not be changed", () => {
      expect(allowing("iam:DeleteRolePermissionsBoundary")).toEqual([]);
      expect(list.find(({ sid }) => sid === "KeepDeployRoles")?.actions).toContain("iam:PutRolePermissionsBoundary");
    });

    test("names of roles have the path in front", () => {
      const arns = list
        .filter(({ effect }) => effect !== "Deny")
        .flatMap(({ resources }) => resources)
        .filter((arn) => arn.includes(":role/"));
      expect(arns.filter((arn) => !arn.includes(":role/platform/private-app-dev-"))).toEqual([]);
      expect(deployRoleArn(bounded, "apply")).toBe(
        "arn:aws:iam::111122223333:role/platform/private-app-dev-deploy-apply",
      );
    });
  });

  test.each([
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "organizations:LeaveOrganization",
    "sts:AssumeRole",
  ])("do not allow %s", (action) => expect(allowed(apply).some((pattern) => covers(pattern, action))).toBe(false));

  test("change resources in the environment's Region only", () => {
    expect(apply.find(({ sid }) => sid === "ChangeInRegion")?.condition).toEqual([
      { test: "StringEquals", variable: "aws:RequestedRegion", values: ["eu-central-1"] },
    ]);
  });

  test("use an identity provider that is there already, if told so", () => {
    expect(json.resource.aws_iam_openid_connect_provider).toBeDefined();
    const existing = synthesize(undefined, true);
    expect(existing.resource.aws_iam_openid_connect_provider).toBeUndefined();
    expect(JSON.stringify(existing)).toContain(
      "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    );
  });

  test("trust HCP Terraform per workspace and phase, and keep their own state out of it", () => {
    const inHcp = environmentOf({ backend: hcp }, "dev");
    const roles = synthesize(hcpTerraform(inHcp), false, inHcp);
    expect(statements(roles, "apply-trust")[0]?.condition?.[1]).toEqual({
      test: "StringEquals",
      variable: "app.terraform.io:sub",
      values: ["network", "data", "compute", "privatelink-service"].map(
        (stack) => `organization:acme:project:Private apps:workspace:private-app-${stack}-dev:run_phase:apply`,
      ),
    });
    expect(Object.keys(roles.terraform.backend)).toEqual(["local"]);
    expect(() => hcpTerraform(environment)).toThrow(/--hcp: .*dev\.yaml has backend\.type s3/);
  });

  test("let only deploy jobs of the default branch apply from GitLab", () => {
    const roles = synthesize(gitlab("group/private-app", "gitlab.com", "main", environment));
    const [audience, subject] = statements(roles, "apply-trust")[0]?.condition ?? [];
    expect(subject).toMatchObject({
      test: "StringEquals",
      values: ["project_path:group/private-app:ref_type:branch:ref:main"],
    });
    expect(audience?.values).toEqual(["aws-apply"]);
    const [planAudience, planSubject] = statements(roles, "plan-trust")[0]?.condition ?? [];
    expect(planAudience?.values).toEqual(["sts.amazonaws.com"]);
    expect(planSubject?.test).toBe("StringLike");
    const [provider] = Object.values(roles.resource.aws_iam_openid_connect_provider as Block);
    expect(provider?.client_id_list).toEqual(["sts.amazonaws.com", "aws-apply"]);
  });

  test("let no unreviewed branch of GitLab plan production, which reads the database password", () => {
    const production = environmentOf({ stage: "production" }, "prod");
    expect(gitlab("group/app", "gitlab.com", "main", production).subjects.plan).toEqual([
      "project_path:group/app:ref_type:branch:ref:main",
    ]);
  });

  test("give an apply session the time that the first deployment of every stack takes", () => {
    const roles = Object.values(json.resource.aws_iam_role as Block) as {
      name: string;
      max_session_duration: number;
    }[];
    expect(roles.map(({ name, max_session_duration }) => [name, max_session_duration])).toEqual([
      ["private-app-dev-deploy-apply", 4 * 3600],
      ["private-app-dev-deploy-plan", 3600],
    ]);
  });

  test("fail when the account is not written down, or no one is named", () => {
    const { accountId: _, ...without } = environment;
    const configuration = { environments: [without], consumers: [] };
    expect(() => ownerWithAccount(configuration, { env: "dev" })).toThrow(
      /environments\/dev\.yaml: accountId is missing/,
    );
    expect(() => ownerWithAccount(configuration, {})).toThrow(/--env <name> or --consumer <name>/);
    expect(() => ownerWithAccount(configuration, { consumer: "team" })).toThrow(/Unknown consumer "team"/);
  });
});

describe("roles of a consumer's pipelines", () => {
  const base = { region: "eu-central-1", accountId: "111122223333", vpc: { cidr: "10.90.0.0/24" } } as const;
  const consumer = consumerOf(
    {
      ...base,
      backend: { type: "s3" },
      service: { environment: "dev" },
      dns: { mode: "private-hosted-zone", name: "app.example.internal" },
    },
    "team",
  );
  const { owner, linked } = ownerWithAccount(
    { environments: [environment], consumers: [consumer] },
    { consumer: "team" },
  );
  const json = synthesize(githubActions("octo/app", owner), false, owner, linked);
  const apply = statements(json, "apply-permissions");

  test("have the names that the workspaces expect, and trust environments of their own", () => {
    const roles = Object.values(json.resource.aws_iam_role as Block) as { name: string }[];
    expect(roles.map(({ name }) => name)).toEqual(["consumer-team-deploy-apply", "consumer-team-deploy-plan"]);
    expect(statements(json, "apply-trust")[0]?.condition?.[1]?.values).toEqual([
      "repo:octo/app:environment:consumer-team",
    ]);
  });

  test("change the endpoint's services alone, and never a role", () => {
    expect(allowed(apply).filter((action) => /:\*$/.test(action))).toEqual(["ec2:*", "route53:*"]);
    for (const action of [
      "iam:CreateRole",
      "iam:PassRole",
      "secretsmanager:GetSecretValue",
      "rds:DescribeDBInstances",
    ]) {
      expect(allowed(apply).some((pattern) => covers(pattern, action))).toBe(false);
    }
  });

  test("read the outputs of the service's stack, and no other state of the environment", () => {
    const reads = statements(json, "plan-permissions").filter(({ actions }) => actions.includes("s3:GetObject"));
    expect(reads.flatMap(({ resources }) => resources)).toEqual([
      "arn:aws:s3:::consumer-team-tfstate-111122223333/consumers/team/*",
      "arn:aws:s3:::private-app-dev-tfstate-111122223333/dev/privatelink-service.tfstate",
    ]);
  });

  test.each([
    ["its own states in the same Region", {}, ["eu-central-1"]],
    ["its own states in another Region", { region: "eu-west-1" }, ["eu-west-1", "eu-central-1"]],
    ["states of its own elsewhere", { backend: hcp }, ["eu-central-1"]],
  ] as const)("decrypt the state of the service's stack beside %s", (_, changed, regions) => {
    const far = consumerOf({ ...base, service: { environment: "dev", region: "eu-central-1" }, ...changed }, "team");
    const plan = statements(synthesize(githubActions("octo/app", far), false, far, environment), "plan-permissions");
    const decrypting = plan.filter(({ actions }) => actions.includes("kms:Decrypt"));
    expect(decrypting.map(({ condition: [via] = [], resources }) => [resources, via?.values])).toEqual(
      regions.map((region) => [
        [expect.stringContaining(`:kms:${region}:111122223333:key/*`)],
        [`s3.${region}.amazonaws.com`],
      ]),
    );
  });

  test("connect to another Region's service, for which there is no API operation", () => {
    const service = { name: "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", region: "eu-west-1" } as const;
    const far = consumerOf({ ...base, service });
    const across = statements(synthesize(githubActions("octo/app", far), false, far), "apply-permissions");
    expect(across.find(({ actions }) => actions.includes("vpce:AllowMultiRegion"))?.resources).toEqual([
      "arn:aws:ec2:eu-central-1:111122223333:vpc-endpoint/*",
    ]);
    expect(allowed(apply)).not.toContain("vpce:AllowMultiRegion");
  });

  test("trust the consumer's workspace in HCP Terraform", () => {
    const inHcp = consumerOf({ ...base, service: { environment: "dev" }, backend: hcp }, "team");
    expect(hcpTerraform(inHcp).subjects.apply).toEqual([
      "organization:acme:project:Private apps:workspace:consumer-endpoint-team:run_phase:apply",
    ]);
  });
});

test("both roles of pipelines may ask an existing bucket for its Region", () => {
  const staticAssets = { use: "existing" as const, existing: { bucket: "our-assets" } };
  const owner = environmentOf({ data: { staticAssets } }, "dev");
  const roles = synthesize(githubActions("octo/private-app", owner), false, owner);
  for (const name of ["plan-permissions", "apply-permissions"]) {
    const list = statements(roles, name).find(({ sid }) => sid === "ListBuckets");
    expect(list?.resources.map((arn) => arn.replace(/^.*:::/, ""))).toEqual(["private-app-dev-*", "our-assets"]);
  }
});
