import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "./random";

/** What may happen to a call on its way. */
export const KINDS = ["throttled", "5xx", "reset", "answer lost", "slow"] as const;
export type Kind = (typeof KINDS)[number];

/** How bad the way is. */
export interface Weather {
  /** Share of calls that something happens to, 0 to 1. */
  readonly share: number;
  /** Calls after which nothing gets through for a while; undefined: never. */
  readonly outage?: { readonly afterCalls: number; readonly milliseconds: number };
}

/** A way from Terraform to the emulated AWS on which things go wrong. */
export interface FaultyWay {
  /** URL for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** How often each kind has happened since `begin`. */
  readonly happened: ReadonlyMap<Kind, number>;
  /** From now on the weather is bad; the same random numbers give the same decisions for the same calls. */
  begin(weather: Weather, random: Random): void;
  /** Everything gets through again. */
  end(): void;
  stop(): Promise<void>;
}

const SLOW_MS = { least: 200, most: 3000 };

export async function openFaultyWay(emulator: string): Promise<FaultyWay> {
  const { hostname, port } = new URL(emulator);
  const happened = new Map<Kind, number>();
  let current: { weather: Weather; random: Random; calls: number; outageEnds?: number } | undefined;

  const decide = (call: Call): Kind | undefined => {
    if (current === undefined) return undefined;
    const { weather, random } = current;
    current.calls += 1;
    const { outage } = weather;
    if (outage !== undefined && current.calls > outage.afterCalls) {
      current.outageEnds ??= Date.now() + outage.milliseconds;
      if (Date.now() < current.outageEnds) return random() < 0.5 ? "5xx" : "reset";
    }
    if (random() >= weather.share) return undefined;
    const kind = KINDS[Math.floor(random() * KINDS.length)];
    // If the answer to a creation is lost, its id is unknown: the provider repeats the call, as it does on AWS.
    return kind === "answer lost" && !call.repeatable ? "reset" : kind;
  };

  const server = createServer((incoming, answer) => {
    void handle(incoming, answer).catch(() => incoming.socket.destroy());
  });
  const handle = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await read(incoming);
    const call = callOf(incoming, body);
    const kind = decide(call);
    if (kind !== undefined) happened.set(kind, (happened.get(kind) ?? 0) + 1);
    if (kind === "throttled" || kind === "5xx") return refuse(call, kind, answer);
    if (kind === "reset") return void incoming.socket.resetAndDestroy();
    if (kind === "slow") await sleep(SLOW_MS.least + (current?.random() ?? 0) * (SLOW_MS.most - SLOW_MS.least));
    const forwarded = request({
      hostname,
      port,
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: incoming.headers,
    });
    forwarded.end(body);
    const [response] = (await once(forwarded, "response")) as [IncomingMessage];
    const said = await read(response);
    if (kind === "answer lost") return void incoming.socket.resetAndDestroy();
    answer.writeHead(response.statusCode ?? 502, response.headers);
    answer.end(said);
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the faulty way has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    happened,
    begin: (weather, random) => {
      happened.clear();
      current = { weather, random, calls: 0 };
    },
    end: () => {
      current = undefined;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

interface Call {
  readonly service: string;
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
}

function callOf(incoming: IncomingMessage, body: Buffer): Call {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? "")?.[1] ?? "";
  const action =
    String(incoming.headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1) || new URLSearchParams(body.toString()).get("Action");
  // The state's lock file is a PUT that succeeds only once.
  const conditional = incoming.headers["if-none-match"] !== undefined;
  const repeatable =
    service === "s3" ? !conditional : /^(Describe|Get|List)/.test(action ?? "") || incoming.method === "GET";
  return { service, repeatable };
}

/** An error in the protocol that the service speaks. */
function refuse({ service }: Call, kind: "throttled" | "5xx", answer: ServerResponse): void {
  const throttled = kind === "throttled";
  const message = throttled ? "Rate exceeded" : "We encountered an internal error, please try again.";
  if (service === "s3") {
    const [status, code] = throttled ? [503, "SlowDown"] : [500, "InternalError"];
    xml(answer, status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  } else if (service === "ec2") {
    const [status, code] = throttled ? [503, "RequestLimitExceeded"] : [500, "InternalError"];
    xml(
      answer,
      status,
      `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>0</RequestID></Response>`,
    );
  } else if (["iam", "sts", "sns", "rds", "elasticloadbalancing", "autoscaling", "monitoring"].includes(service)) {
    const [status, code] = throttled ? [400, "Throttling"] : [500, "InternalFailure"];
    xml(
      answer,
      status,
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`,
    );
  } else {
    const [status, code] = throttled ? [400, "ThrottlingException"] : [500, "InternalFailure"];
    answer.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code });
    answer.end(JSON.stringify({ __type: code, message }));
  }
}

function xml(answer: ServerResponse, status: number, body: string): void {
  answer.writeHead(status, { "content-type": "text/xml" });
  answer.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
