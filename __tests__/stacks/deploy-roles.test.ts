import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { covers } from "../../modules/deploy-roles/permissions";
import { environmentWithAccount, githubActions, gitlab, hcpTerraform } from "../../operations/deploy-roles/issuers";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { type Block, environmentOf } from "../synth";

const hcp = { type: "hcp", hcp: { organization: "acme", project: "Private apps" } } as const;
const environment = environmentOf({}, "dev");

function synthesize(
  issuer = githubActions("octo/private-app", environment),
  existingIdentityProvider = false,
  of = environment,
) {
  const outdir = mkdtempSync(join(tmpdir(), "deploy-roles-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    new DeployRolesStack(app, { environment: of, accountId: "111122223333", issuer, existingIdentityProvider });
    app.synth();
    return JSON.parse(readFileSync(join(outdir, "stacks/deploy-roles-dev/cdk.tf.json"), "utf8")) as Block;
  } finally {
    rmSync(outdir, { recursive: true });
  }
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

  test("let planning change nothing but the lock of a state", () => {
    const writes = plan.filter(({ actions }) =>
      actions.some((action) => !/:(Describe|Get|List)/.test(action) && action !== "kms:Decrypt"),
    );
    expect(writes).toEqual([
      expect.objectContaining({
        actions: ["s3:PutObject", "s3:DeleteObject"],
        resources: ["arn:aws:s3:::private-app-dev-tfstate-111122223333/dev/*.tflock"],
      }),
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
      resources: ["arn:aws:iam::111122223333:role/private-app-dev-deploy-*"],
    });
    expect(denied?.actions).toEqual(expect.arrayContaining(change?.actions ?? ["missing"]));
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

  test("let only the default branch apply from GitLab", () => {
    const roles = synthesize(gitlab("group/private-app", "gitlab.com", "main"));
    expect(statements(roles, "apply-trust")[0]?.condition?.[1]).toMatchObject({
      test: "StringEquals",
      values: ["project_path:group/private-app:ref_type:branch:ref:main"],
    });
    expect(statements(roles, "plan-trust")[0]?.condition?.[1]?.test).toBe("StringLike");
  });

  test("fail when the account is not written down", () => {
    const { accountId: _, ...without } = environment;
    expect(() => environmentWithAccount({ environments: [without], consumers: [] }, "dev")).toThrow(
      /dev\.yaml: accountId is missing/,
    );
  });
});
