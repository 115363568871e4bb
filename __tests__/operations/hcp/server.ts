import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** An answer; `cut` closes the connection without one. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly cut?: boolean;
}

export interface Scenario {
  /** States that the run goes through, one a look; the last one remains. */
  readonly statuses?: readonly string[];
  readonly confirmable?: readonly string[];
  readonly hasChanges?: boolean;
  /** Answers that come first, by `METHOD path`; afterwards the ordinary one. */
  readonly first?: Readonly<Record<string, readonly Answer[]>>;
  /** Called on each request, before it is answered. */
  readonly onRequest?: (key: string) => void;
}

export interface FakeHcp {
  readonly address: string;
  readonly received: Received[];
  /** `METHOD path` of everything that came. */
  calls(): string[];
  stop(): Promise<void>;
}

export const WORKSPACE = "ws-2Qhk7LHgbMrm3grF";
export const VERSION = "cv-UYwHEakurukz85nW";
export const RUN = "run-CZcmD7eagjhyX0vN";
export const OTHER_RUN = "run-veDoQbv6xh6TbnJD";
export const UPLOAD = "PUT /v1/object/9224c6b3";

const error = (status: string, title: string) => ({ errors: [{ status, title }] });

/** Speaks the shapes of the HCP Terraform API reference (workspaces, configuration versions, runs, plans, applies). */
export async function startFakeHcp(scenario: Scenario = {}): Promise<FakeHcp> {
  const received: Received[] = [];
  const queued = new Map(Object.entries(scenario.first ?? {}).map(([key, answers]) => [key, [...answers]]));
  const statuses = [...(scenario.statuses ?? ["pending", "planning", "planned", "applying", "applied"])];
  let address = "";

  const run = (id: string, status: string) => ({
    data: {
      id,
      type: "runs",
      attributes: {
        actions: {
          "is-cancelable": ["planning", "applying"].includes(status),
          "is-confirmable": (scenario.confirmable ?? ["planned"]).includes(status),
          "is-discardable": ["pending", "planned"].includes(status),
          "is-force-cancelable": false,
        },
        "has-changes": scenario.hasChanges ?? true,
        "auto-apply": false,
        "plan-only": false,
        status,
      },
      relationships: {
        plan: { data: { id: "plan-8F5JFydVYAmtTjET", type: "plans" } },
        apply: { data: { id: "apply-47MBvjwzBG8YKc2v", type: "applies" } },
        workspace: { data: { id: WORKSPACE, type: "workspaces" } },
      },
    },
  });

  const ordinary = (key: string): Answer => {
    switch (key) {
      case "GET /api/v2/organizations/acme/workspaces/private-app-network-dev":
        return {
          json: {
            data: {
              id: WORKSPACE,
              type: "workspaces",
              attributes: { name: "private-app-network-dev", locked: false, "execution-mode": "remote" },
              relationships: { "current-run": { data: null } },
            },
          },
        };
      case `POST /api/v2/workspaces/${WORKSPACE}/configuration-versions`:
        return {
          status: 201,
          json: {
            data: {
              id: VERSION,
              type: "configuration-versions",
              attributes: { status: "pending", "upload-url": `${address}/v1/object/9224c6b3`, "error-message": null },
            },
          },
        };
      case UPLOAD:
        return { status: 200, text: "" };
      case `GET /api/v2/configuration-versions/${VERSION}`:
        return {
          json: { data: { id: VERSION, type: "configuration-versions", attributes: { status: "uploaded" } } },
        };
      case "POST /api/v2/runs":
        return { status: 201, json: run(RUN, "pending") };
      case `GET /api/v2/runs/${RUN}`:
        return { json: run(RUN, (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? "pending") };
      case `GET /api/v2/runs/${OTHER_RUN}`:
        return { json: run(OTHER_RUN, "planned") };
      case `POST /api/v2/runs/${OTHER_RUN}/actions/discard`:
      case `POST /api/v2/runs/${RUN}/actions/apply`:
      case `POST /api/v2/runs/${RUN}/actions/discard`:
      case `POST /api/v2/runs/${RUN}/actions/cancel`:
        return { status: 202, text: "" };
      case `GET /api/v2/runs/${RUN}/policy-checks`:
        return { json: { data: [] } };
      case "GET /api/v2/plans/plan-8F5JFydVYAmtTjET":
        return {
          json: {
            data: {
              id: "plan-8F5JFydVYAmtTjET",
              type: "plans",
              attributes: {
                status: "finished",
                "resource-additions": 12,
                "resource-changes": 3,
                "resource-destructions": 1,
                "log-read-url": `${address}/v1/object/planlog`,
              },
            },
          },
        };
      case "GET /api/v2/applies/apply-47MBvjwzBG8YKc2v":
        return {
          json: {
            data: {
              id: "apply-47MBvjwzBG8YKc2v",
              type: "applies",
              attributes: {
                status: statuses[0] === "errored" ? "errored" : "finished",
                "log-read-url": `${address}/v1/object/applylog`,
              },
            },
          },
        };
      default:
        return { status: 404, json: error("404", "not found") };
    }
  };

  const answer = (key: string, response: ServerResponse): void => {
    const { status = 200, headers = {}, json, text, cut } = queued.get(key)?.shift() ?? ordinary(key);
    if (cut) {
      response.destroy();
      return;
    }
    response.writeHead(status, { "Content-Type": "application/vnd.api+json", ...headers });
    response.end(json === undefined ? text : JSON.stringify(json));
  };

  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const key = `${request.method} ${request.url}`;
      received.push({
        method: request.method ?? "",
        path: request.url ?? "",
        authorization: request.headers.authorization,
        contentType: request.headers["content-type"],
        body: Buffer.concat(chunks),
      });
      scenario.onRequest?.(key);
      answer(key, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    received,
    calls: () => received.map(({ method, path }) => `${method} ${path}`),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
