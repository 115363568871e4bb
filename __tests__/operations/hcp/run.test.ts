import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { list } from "tar";
import { packStack } from "../../../operations/hcp/package";
import { type RunOptions, runStack } from "../../../operations/hcp/run";
import { temporaryFolder } from "../../temporary-folder";
import {
  type Answer,
  type FakeHcp,
  OTHER_RUN,
  RUN,
  type Scenario,
  startFakeHcp,
  UPLOAD,
  VERSION,
  WORKSPACE,
} from "./server";

const WORKSPACE_CALL = "GET /api/v2/organizations/acme/workspaces/private-app-network-dev";
const CREATE_VERSION = `POST /api/v2/workspaces/${WORKSPACE}/configuration-versions`;
const CREATE_RUN = "POST /api/v2/runs";
const SHOW_RUN = `GET /api/v2/runs/${RUN}`;
const APPLY = `POST /api/v2/runs/${RUN}/actions/apply`;
const DISCARD = `POST /api/v2/runs/${RUN}/actions/discard`;
const CANCEL = `POST /api/v2/runs/${RUN}/actions/cancel`;

const directory = temporaryFolder("hcp");
let hcp: FakeHcp | undefined;

beforeAll(() => {
  writeFileSync(join(directory, "cdk.tf.json"), "{}");
  mkdirSync(join(directory, "assets/lambda"), { recursive: true });
  writeFileSync(join(directory, "assets/lambda/index.js"), "exports.handler = 1;");
  for (const local of ["terraform.tfstate", "stack.tfplan", "rehearsal_override.tf.json"]) {
    writeFileSync(join(directory, local), "secret");
  }
  mkdirSync(join(directory, ".terraform"));
});
afterEach(async () => {
  await hcp?.stop();
  hcp = undefined;
});

async function runWith(scenario: Scenario, options: Partial<RunOptions> & { readonly stop?: AbortSignal } = {}) {
  hcp = await startFakeHcp(scenario);
  const { stop, ...run } = options;
  const progress: string[] = [];
  const outcome = runStack(
    {
      id: "network-dev",
      directory,
      dependencies: [],
      hostname: "x",
      organization: "acme",
      workspace: "private-app-network-dev",
      zipsWhilePlanning: false,
    },
    { address: hcp.address, token: "s3cret-t0ken", backoffSeconds: 0.001, ...(stop ? { stop } : {}) },
    {
      dryRun: false,
      approve: async () => true,
      discardWaiting: false,
      message: "from a test",
      timeoutMinutes: 1,
      pollSeconds: 0.001,
      onProgress: (text) => progress.push(text),
      ...run,
    },
  );
  return { outcome, progress, hcp };
}

/** The message of the failure; never with the token in it. */
async function failureOf(scenario: Scenario, options: Parameters<typeof runWith>[1] = {}): Promise<string> {
  const { outcome } = await runWith(scenario, options);
  const message = await outcome.then(
    (value) => `no failure but ${value}`,
    (error: Error) => error.message,
  );
  expect(message).not.toContain("s3cret-t0ken");
  return message;
}

const refusal = (status: number, detail?: string): Answer => ({
  status,
  json: { errors: [{ status: String(status), title: "title", ...(detail ? { detail } : {}) }] },
});

describe("a run of a stack", () => {
  test("makes the documented calls, with the documented bodies, in order", async () => {
    const { outcome, hcp } = await runWith({});
    expect(await outcome).toBe("applied");
    expect([...new Set(hcp.calls())]).toEqual([
      WORKSPACE_CALL,
      CREATE_VERSION,
      UPLOAD,
      `GET /api/v2/configuration-versions/${VERSION}`,
      CREATE_RUN,
      SHOW_RUN,
      "GET /api/v2/plans/plan-8F5JFydVYAmtTjET",
      APPLY,
    ]);
    const body = (call: string) => JSON.parse(hcp.received[hcp.calls().indexOf(call)]?.body.toString() ?? "");
    expect(body(CREATE_VERSION)).toEqual({
      data: { type: "configuration-versions", attributes: { "auto-queue-runs": false, speculative: false } },
    });
    expect(body(CREATE_RUN)).toEqual({
      data: {
        type: "runs",
        attributes: { message: "from a test", "plan-only": false, "auto-apply": false },
        relationships: {
          workspace: { data: { type: "workspaces", id: WORKSPACE } },
          "configuration-version": { data: { type: "configuration-versions", id: VERSION } },
        },
      },
    });
    expect(body(APPLY)).toEqual({ comment: "approved" });
  });

  test("sends the token with every call of the API, and not to the address of the upload", async () => {
    const { outcome, hcp } = await runWith({});
    await outcome;
    for (const { path, authorization, contentType } of hcp.received) {
      const api = path.startsWith("/api/v2/");
      expect(authorization).toBe(api ? "Bearer s3cret-t0ken" : undefined);
      expect(contentType).toBe(api ? "application/vnd.api+json" : "application/octet-stream");
    }
  });

  test("uploads the stack's files at the root of the archive, and nothing that a local run left there", async () => {
    const { outcome, hcp } = await runWith({});
    await outcome;
    const archive = hcp.received[hcp.calls().indexOf(UPLOAD)]?.body ?? Buffer.alloc(0);
    const files: string[] = [];
    const reader = list({ onReadEntry: ({ path }) => files.push(path) });
    await new Promise<void>((done) => reader.on("end", done).end(archive));
    expect(files).toEqual(["assets/", "assets/lambda/", "assets/lambda/index.js", "cdk.tf.json"]);
  });

  test("packs the same files to the same bytes, whenever they were written", () => {
    const before = packStack(directory);
    utimesSync(join(directory, "cdk.tf.json"), 1, 1);
    expect(packStack(directory)).toEqual(before);
  });

  test("shows what the plan holds before it asks, and discards the run when it is not approved", async () => {
    const asked: unknown[] = [];
    const message = await failureOf(
      {},
      {
        approve: async (plan) => {
          asked.push(plan);
          return false;
        },
      },
    );
    expect(asked).toEqual([
      {
        stack: "network-dev",
        url: expect.stringMatching(/\/app\/acme\/.*\/runs\/run-/),
        additions: 12,
        changes: 3,
        destructions: 1,
      },
    ]);
    expect(message).toMatch(/not approved: the run is discarded, nothing was changed/);
    expect(hcp?.calls()).toContain(DISCARD);
    expect(hcp?.calls()).not.toContain(APPLY);
  });

  test("asks for nothing where the plan changes nothing", async () => {
    const { outcome, hcp } = await runWith({ statuses: ["planning", "planned_and_finished"], hasChanges: false });
    expect(await outcome).toBe("no change");
    expect(hcp.calls()).not.toContain(APPLY);
  });

  test("with --dry-run uploads a speculative configuration and never applies", async () => {
    const { outcome, hcp } = await runWith({ statuses: ["planning", "planned_and_finished"] }, { dryRun: true });
    expect(await outcome).toBe("planned");
    expect(hcp.received[1]?.body.toString()).toContain('"speculative":true');
    expect(hcp.received[hcp.calls().indexOf(CREATE_RUN)]?.body.toString()).toContain('"plan-only":true');
    expect(hcp.calls()).not.toContain(APPLY);
  });

  test("continues where somebody else confirmed it first", async () => {
    const { outcome } = await runWith({
      statuses: ["planned", "apply_queued", "applying", "applied"],
      first: { [APPLY]: [refusal(409)] },
    });
    expect(await outcome).toBe("applied");
  });

  test("takes states that it does not know as steps on the way", async () => {
    const { outcome } = await runWith({ statuses: ["thinking_hard", "planned", "applied"] });
    expect(await outcome).toBe("applied");
  });
});

describe("a run that waits behind another", () => {
  const behind = {
    json: {
      data: {
        id: WORKSPACE,
        type: "workspaces",
        attributes: { "execution-mode": "remote" },
        relationships: { "current-run": { data: { id: OTHER_RUN, type: "runs" } } },
      },
    },
  };
  const scenario: Scenario = {
    statuses: ["pending", "pending", "planned", "applied"],
    first: { [WORKSPACE_CALL]: [behind, behind] },
  };

  test("says which one, and leaves it alone", async () => {
    const { outcome, progress, hcp } = await runWith(scenario);
    await outcome;
    expect(progress.join("\n")).toMatch(
      new RegExp(`waits for ${OTHER_RUN}, which waits to be confirmed or discarded: http.*${OTHER_RUN}`),
    );
    expect(hcp.calls()).not.toContain(`POST /api/v2/runs/${OTHER_RUN}/actions/discard`);
  });

  test("discards it with --discard-waiting", async () => {
    const { outcome, hcp } = await runWith(scenario, { discardWaiting: true });
    await outcome;
    expect(hcp.calls()).toContain(`POST /api/v2/runs/${OTHER_RUN}/actions/discard`);
  });
});

describe("what the API refuses", () => {
  test("401: says that the token is to be renewed, after one call", async () => {
    expect(await failureOf({ first: { [WORKSPACE_CALL]: [refusal(401)] } })).toMatch(
      /answered 401.*\n.*terraform login/,
    );
    expect(hcp?.calls()).toHaveLength(1);
  });

  test("404: names the workspace, and that permission may be what is missing", async () => {
    expect(await failureOf({ first: { [WORKSPACE_CALL]: [refusal(404)] } })).toMatch(
      /network-dev: could not read workspace acme\/private-app-network-dev.*404.*\n.*may not see it.*hcp workspaces/,
    );
  });

  test("409 where no one confirmed the run: fails with the address of the run", async () => {
    const message = await failureOf({
      statuses: ["planned"],
      first: { [APPLY]: [refusal(409, "not paused for confirmation")] },
    });
    expect(message).toMatch(/could not apply the run.*409, not paused for confirmation/);
    expect(message).toMatch(/\/app\/acme\/workspaces\/private-app-network-dev\/runs\/run-/);
  });

  test("422: repeats the API's own words", async () => {
    expect(
      await failureOf({ first: { [CREATE_RUN]: [refusal(422, "configuration version is not uploaded")] } }),
    ).toMatch(/could not start a run.*422, configuration version is not uploaded/);
  });

  test("429: waits as long as Retry-After says, then continues; a run is still started only once", async () => {
    const busy: Answer = { ...refusal(429), headers: { "Retry-After": "0.02" } };
    const { outcome, hcp, progress } = await runWith({ first: { [CREATE_RUN]: [busy], [SHOW_RUN]: [busy, busy] } });
    expect(await outcome).toBe("applied");
    expect(hcp.calls().filter((call) => call === CREATE_RUN)).toHaveLength(2);
    expect(progress.join("\n")).toMatch(/HTTP status 429\), trying again in/);
  });

  test("429 without end: gives up after five tries", async () => {
    const busy: Answer = { ...refusal(429), headers: { "Retry-After": "0" } };
    expect(await failureOf({ first: { [WORKSPACE_CALL]: Array(9).fill(busy) } })).toMatch(/429.*\n.*rate limit/);
    expect(hcp?.calls()).toHaveLength(5);
  });

  test("5xx while it looks or uploads: tries again", async () => {
    const { outcome } = await runWith({
      first: { [SHOW_RUN]: [refusal(502), refusal(500)], [UPLOAD]: [refusal(504)] },
    });
    expect(await outcome).toBe("applied");
  });

  test("500 while it starts a run: does not start a second one", async () => {
    expect(await failureOf({ first: { [CREATE_RUN]: [refusal(500)] } })).toMatch(/could not start a run.*500/);
    expect(hcp?.calls().filter((call) => call === CREATE_RUN)).toHaveLength(1);
  });

  test("a configuration that the service can't read: says why", async () => {
    const errored = {
      json: { data: { id: VERSION, attributes: { status: "errored", "error-message": "Failed to unpack" } } },
    };
    expect(await failureOf({ first: { [`GET /api/v2/configuration-versions/${VERSION}`]: [errored] } })).toMatch(
      /configuration was refused: Failed to unpack/,
    );
  });

  test("a workspace that runs nothing: says so before anything is uploaded", async () => {
    const local = { json: { data: { id: WORKSPACE, attributes: { "execution-mode": "local" } } } };
    expect(await failureOf({ first: { [WORKSPACE_CALL]: [local] } })).toMatch(/execution mode local.*set it to remote/);
    expect(hcp?.calls()).toHaveLength(1);
  });
});

describe("a broken connection", () => {
  test("while it looks: tries again", async () => {
    const { outcome } = await runWith({ first: { [SHOW_RUN]: [{ cut: true }, { cut: true }] } });
    expect(await outcome).toBe("applied");
  });

  test("for good: says that the run continues, and where", async () => {
    const message = await failureOf({ first: { [SHOW_RUN]: Array(9).fill({ cut: true }) } });
    expect(message).toMatch(/could not read the run: no answer from 127\.0\.0\.1/);
    expect(message).toMatch(/\/runs\/run-CZcmD7eagjhyX0vN$/);
  });

  test("while it starts a run: does not start a second one, and says that it may be there", async () => {
    expect(await failureOf({ first: { [CREATE_RUN]: [{ cut: true }] } })).toMatch(/may have been done all the same/);
    expect(hcp?.calls().filter((call) => call === CREATE_RUN)).toHaveLength(1);
  });
});

describe("a run that fails", () => {
  test("with a hard-failed policy: says that a policy failed, and how many", async () => {
    const checks = {
      json: {
        data: [
          {
            id: "polchk-1",
            attributes: { status: "hard_failed", scope: "organization", result: { "total-failed": 2 } },
          },
        ],
      },
    };
    expect(
      await failureOf({
        statuses: ["policy_checking", "errored"],
        first: { [`GET /api/v2/runs/${RUN}/policy-checks`]: [checks] },
      }),
    ).toMatch(/a policy check failed: organization check hard failed \(2 policies\)/);
  });

  test("with a soft-failed policy: leaves the decision to who may override it, and applies nothing", async () => {
    const message = await failureOf({ statuses: ["policy_override"], confirmable: [] });
    expect(message).toMatch(/a policy check failed, and the run waits for an override/);
    expect(hcp?.calls()).not.toContain(APPLY);
  });

  test("discarded or canceled by somebody: says so", async () => {
    expect(await failureOf({ statuses: ["planning", "discarded"] })).toMatch(/network-dev: the run was discarded/);
    await hcp?.stop();
    expect(await failureOf({ statuses: ["applying", "canceled"] })).toMatch(/network-dev: the run was canceled/);
  });

  test("in Terraform: repeats Terraform's error from the log", async () => {
    const line = JSON.stringify({
      "@level": "error",
      "@message": "Error: creating VPC",
      type: "diagnostic",
      diagnostic: { severity: "error", summary: "creating VPC", detail: "VpcLimitExceeded", address: "aws_vpc.vpc" },
    });
    expect(
      await failureOf({
        statuses: ["planned", "applying", "errored"],
        first: { "GET /v1/object/applylog": [{ text: `Terraform v1.11.4\n${line}\n` }] },
      }),
    ).toMatch(/the run failed\n {2}error: creating VPC\n {4}at aws_vpc\.vpc\n {4}VpcLimitExceeded\n {2}http/);
  });

  test("takes longer than it may: is left alone, with its address", async () => {
    expect(await failureOf({ statuses: ["planning"] }, { timeoutMinutes: 0.0005 })).toMatch(
      /not finished within.*continues in HCP Terraform\n {2}http/,
    );
  });
});

describe("an interrupt", () => {
  test.each([
    ["cancels a run that plans", "planning", CANCEL],
    ["discards a run that waits for a turn", "pending", DISCARD],
  ])("%s", async (_, status, action) => {
    const stop = new AbortController();
    let looks = 0;
    const { outcome, hcp } = await runWith(
      {
        statuses: [status],
        onRequest: (call) => {
          if (call === SHOW_RUN && ++looks === 2) setTimeout(() => stop.abort(), 5);
        },
      },
      { stop: stop.signal },
    );
    await expect(outcome).rejects.toThrow("interrupted");
    expect(hcp.calls()).toContain(action);
  });
});
