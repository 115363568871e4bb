import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { entries } from "../../cli/commands";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { githubActions, gitlab as gitlabIssuer } from "../../modules/deploy-roles/issuers";
import { environmentOf } from "../synth";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly with?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
}

interface Matrix {
  readonly environment: readonly string[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = projectPath(".github/workflows");
const files = readdirSync(folder);
const texts = new Map(files.map((file) => [file, readFileSync(`${folder}/${file}`, "utf8")]));
const workflows = new Map([...texts].map(([file, text]) => [file, parse(text) as Workflow]));
const action = readFileSync(projectPath(".github/actions/prepare/action.yml"), "utf8");

const workflow = (file: string): Workflow => {
  const found = workflows.get(file);
  if (found === undefined) throw new Error(`no workflow ${file}`);
  return found;
};
const jobs = [...workflows].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ id: `${file} ${name}`, job })),
);

describe("workflows", () => {
  test.each([...texts, ["action.yml", action] as const])(
    "%s pins every action by commit, with its version beside it",
    (_, text) => {
      const uses = [...text.matchAll(/uses: (\S+)(.*)$/gm)].filter(([, name]) => !name?.startsWith("./"));
      for (const [, name, comment] of uses) {
        expect(name).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
        expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
      }
    },
  );

  test.each([...workflows])("%s gives no job more rights than it names", (_, { permissions }) => {
    expect(permissions).toEqual({ contents: "read" });
  });

  test.each([...workflows])("%s is not started by what strangers write", (_, { on }) => {
    for (const event of ["pull_request_target", "workflow_run", "issue_comment"]) expect(on).not.toHaveProperty(event);
  });

  test.each(jobs)("$id ends by itself, and keeps no credentials in the checkout", ({ job }) => {
    if (job.uses !== undefined) return;
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
    for (const step of job.steps ?? []) {
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with).toEqual({ "persist-credentials": false });
    }
  });

  test("only jobs of a protected environment get an identity, besides the one that signs a release", () => {
    const withIdentity = jobs.filter(({ job }) => job.uses === undefined && job.permissions?.["id-token"] === "write");
    expect(withIdentity.map(({ id, job }) => `${id}: ${job.environment}`).sort()).toEqual([
      "apply.yml apply: ${{ inputs.environment }}",
      "drift.yml drift: ${{ matrix.environment }}-plan",
      "plan.yml plan: ${{ inputs.environment }}-plan",
      "release.yml terraform-json: undefined",
    ]);
  });

  test("the environments are those that the roles trust", () => {
    const { subjects } = githubActions("owner/repository", environmentOf({}, "dev"));
    expect(subjects.plan).toEqual([expect.stringMatching(/:environment:dev-plan$/)]);
    expect(subjects.apply).toEqual([expect.stringMatching(/:environment:dev$/)]);
  });

  test("a pull request of a fork plans nothing, and who writes comments runs no code of it", () => {
    const { plan, comment } = workflow("pull-request.yml").jobs as Record<string, Job & { if?: string }>;
    expect(plan?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository &&");
    expect(plan?.if).toContain("github.event.pull_request.user.login != 'dependabot[bot]'");
    expect(comment?.permissions).toEqual({ "pull-requests": "write" });
    expect(comment?.steps?.some(({ uses }) => uses?.includes("checkout") || uses?.startsWith("./"))).toBe(false);
  });

  test("code that is not reviewed yet plans no production, whose plan reads the database password", () => {
    const { plan } = workflow("pull-request.yml").jobs as Record<string, Job & { strategy?: { matrix: Matrix } }>;
    const production = loadConfiguration().environments.filter(({ stage }) => stage === "production");
    expect(plan?.strategy?.matrix.environment.length).toBeGreaterThan(0);
    for (const { name } of production) expect(plan?.strategy?.matrix.environment).not.toContain(name);
  });

  test("an image is built on a runner of its own architecture", () => {
    const inputs = (workflow("apply.yml").on.workflow_call as { inputs: Record<string, { default?: string }> }).inputs;
    const applied = Object.values(workflow("deploy.yml").jobs).filter(({ uses }) => uses?.endsWith("apply.yml"));
    const environments = applied.map(({ with: given }) => {
      const environment = loadConfiguration().environments.find(({ name }) => name === given?.environment);
      return { environment, runner: given?.runner ?? inputs.runner?.default };
    });
    expect(environments.length).toBeGreaterThan(0);
    for (const { environment, runner } of environments) {
      if (environment?.application.image.build === undefined) continue;
      expect(runner?.endsWith("-arm")).toBe(environment.compute.cpuArchitecture === "ARM64");
    }
  });

  test("credentials last longer than the job that applies, and no longer than the role allows", () => {
    const { apply } = workflow("apply.yml").jobs;
    const seconds = Number(apply?.steps?.find(({ uses }) => uses === "./.github/actions/prepare")?.with?.duration);
    expect(seconds).toBeGreaterThan((apply?.["timeout-minutes"] ?? 0) * 60);
    expect(seconds).toBeLessThanOrEqual(4 * 3600);
    expect(action).toContain("role-duration-seconds: ${{ inputs.duration }}");
  });

  test("production is planned after development is applied, and applied after that plan", () => {
    const { jobs } = workflow("deploy.yml");
    const order = Object.entries(jobs).map(([name, { needs, uses }]) => [name, needs, uses?.split("/").at(-1)]);
    expect(order).toEqual([
      ["plan-dev", undefined, "plan.yml"],
      ["dev", "plan-dev", "apply.yml"],
      ["plan-prod", "dev", "plan.yml"],
      ["prod", "plan-prod", "apply.yml"],
    ]);
  });

  test("no expression is put into a script", () => {
    for (const { job } of jobs) for (const { run = "" } of job.steps ?? []) expect(run).not.toContain("${{");
  });
});

describe("commands of pipelines", () => {
  const gitlab = readFileSync(projectPath("docs/gitlab-ci.yml"), "utf8");
  const called = [...texts.values(), action, gitlab].flatMap((text) =>
    [
      ...text.matchAll(
        /npx ecs-privatelink ([a-z][\w-]*(?: (?:run|workspaces|environment|consumer|cdktn|aws-v6|hcl)\b)?)/g,
      ),
    ].map(([, name]) => name ?? ""),
  );

  test.each([...new Set(called)])("npx ecs-privatelink %s exists", (name) => {
    // A word that several commands share is completed by a variable of the job.
    expect(entries.filter((entry) => entry.name === name || entry.name.startsWith(`${name} `))).not.toEqual([]);
  });

  test("GitLab's deploy jobs alone ask for the audience that the apply role trusts", () => {
    type GitlabJob = { readonly id_tokens?: { readonly AWS_ID_TOKEN: { readonly aud: string } } };
    const audiences = Object.entries(parse(gitlab) as Record<string, GitlabJob>).flatMap(([name, job]) =>
      job?.id_tokens === undefined ? [] : [[name, job.id_tokens.AWS_ID_TOKEN.aud]],
    );
    const issuer = gitlabIssuer("group/project", "gitlab.com", "main", environmentOf({}, "dev"));
    expect(audiences).toEqual([
      [".aws", issuer.audiences.plan],
      [".deploy", issuer.audiences.apply],
    ]);
    expect(issuer.audiences.apply).not.toBe(issuer.audiences.plan);
  });

  test("GitLab's pipeline gives every job a stage that there is", () => {
    type GitlabJob = { readonly stage?: string; readonly extends?: string };
    const { stages, ...entries } = parse(gitlab) as Record<string, GitlabJob> & { stages: string[] };
    const stageOf = ({ stage, extends: base }: GitlabJob): string | undefined =>
      stage ?? (base === undefined ? undefined : stageOf(entries[base] ?? {}));
    const keywords = ["default", "workflow"];
    const names = Object.keys(entries).filter((name) => !name.startsWith(".") && !keywords.includes(name));
    expect(names).toEqual([
      "test",
      "security",
      "rehearse",
      "plan dev",
      "plan prod",
      "deploy dev",
      "deploy prod",
      "drift",
    ]);
    for (const name of names) expect(stages).toContain(stageOf(entries[name] ?? {}));
  });
});
