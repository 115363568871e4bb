import { setTimeout as sleep } from "node:timers/promises";

/** JSON:API document as this project reads it. Source: https://developer.hashicorp.com/terraform/cloud-docs/api-docs */
export interface ApiObject<Attributes> {
  readonly id: string;
  readonly attributes: Attributes;
  readonly relationships?: Readonly<Record<string, { readonly data?: { readonly id: string } | null }>>;
}

export interface ApiOptions {
  /** `https://app.terraform.io` */
  readonly address: string;
  readonly token: string;
  /** Ends every request and every wait. */
  readonly stop?: AbortSignal;
  /** Told about each wait before another try. */
  readonly onRetry?: (why: string, seconds: number) => void;
  /** Seconds of the first wait after a failure that is worth another try; doubled each time. Default: 1. */
  readonly backoffSeconds?: number;
}

/** What an answer of the API means for a person, with what to do about it. */
export class HcpError extends Error {
  override readonly name = "HcpError";
  constructor(
    message: string,
    /** HTTP status; undefined if no answer came. */
    readonly status?: number,
  ) {
    super(message);
  }
}

const TRIES = 5;
const LONGEST_WAIT_SECONDS = 60;
const REQUEST_TIMEOUT_MS = 60_000;
const MEDIA_TYPE = "application/vnd.api+json";

interface Request {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** What the request is for, to complete `could not …`. */
  readonly purpose: string;
}

/** Client of the HCP Terraform API, version 2. */
export class HcpApi {
  constructor(private readonly options: ApiOptions) {}

  async get<Attributes>(path: string, purpose: string): Promise<ApiObject<Attributes>> {
    return this.json(await this.send(this.request("GET", path, purpose)), purpose);
  }

  async list<Attributes>(path: string, purpose: string): Promise<ApiObject<Attributes>[]> {
    const response = await this.send(this.request("GET", path, purpose));
    return ((await response.json()) as { data: ApiObject<Attributes>[] }).data;
  }

  /** Creates an object. */
  async create<Attributes>(path: string, body: unknown, purpose: string): Promise<ApiObject<Attributes>> {
    return this.json(await this.send(this.request("POST", path, purpose, body)), purpose);
  }

  /** Asks for an action; the answer (202) has no body. */
  async act(path: string, body: unknown, purpose: string): Promise<void> {
    await this.send(this.request("POST", path, purpose, body));
  }

  /** Uploads to an address that the API gave; it holds its own secret, so the token remains here. */
  async upload(url: string, body: Uint8Array<ArrayBuffer>, purpose: string): Promise<void> {
    await this.send({ method: "PUT", url, headers: { "Content-Type": "application/octet-stream" }, body, purpose });
  }

  /** Reads a log from an address that the API gave. */
  async readLog(url: string, purpose: string): Promise<string> {
    return (await this.send({ method: "GET", url, headers: {}, purpose })).text();
  }

  private request(method: "GET" | "POST", path: string, purpose: string, body?: unknown): Request {
    const { address, token } = this.options;
    return {
      method,
      url: `${address}/api/v2${path}`,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": MEDIA_TYPE },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      purpose,
    };
  }

  private async json<Attributes>(response: Response, purpose: string): Promise<ApiObject<Attributes>> {
    const { data } = (await response.json().catch(() => ({}))) as { data?: ApiObject<Attributes> };
    if (data === undefined) throw new HcpError(`could not ${purpose}: the answer is no JSON:API document`);
    return data;
  }

  private async send(request: Request): Promise<Response> {
    const { stop, onRetry, backoffSeconds = 1 } = this.options;
    for (let attempt = 1; ; attempt++) {
      stop?.throwIfAborted();
      const { response, failure } = await this.once(request);
      if (response?.ok) return response;
      const wait = attempt < TRIES ? retryAfter(request, response, backoffSeconds * 2 ** (attempt - 1)) : undefined;
      if (wait === undefined) {
        throw response === undefined ? noAnswer(request, failure) : await refused(request, response);
      }
      await response?.body?.cancel();
      const why = response === undefined ? failure : `HTTP status ${response.status}`;
      onRetry?.(`could not ${request.purpose} (${why}), trying again`, wait);
      await sleep(wait * 1000, undefined, stop ? { signal: stop } : {});
    }
  }

  private async once(request: Request): Promise<{ response?: Response; failure: string }> {
    const { method, url, headers, body } = request;
    const { stop } = this.options;
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const signal = stop ? AbortSignal.any([stop, timeout]) : timeout;
    try {
      return { response: await fetch(url, { method, headers, signal, ...(body ? { body } : {}) }), failure: "" };
    } catch (error) {
      stop?.throwIfAborted();
      if (timeout.aborted) return { failure: `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` };
      const { cause, message } = error as Error & { cause?: Error };
      return { failure: cause?.message || message };
    }
  }
}

/**
 * Seconds to wait before another try; undefined if there should be none. A POST is sent again only where the answer says
 * that nothing was done: after a cut or a 500 the run may exist already.
 */
function retryAfter({ method }: Request, response: Response | undefined, backoff: number): number | undefined {
  const status = response?.status;
  const nothingWasDone = status === 429 || status === 503;
  const worthIt = nothingWasDone || (method !== "POST" && (status === undefined || status >= 500));
  if (!worthIt) return undefined;
  const header = response?.headers.get("retry-after") ?? response?.headers.get("x-ratelimit-reset");
  return Math.min(parseWait(header) ?? backoff, LONGEST_WAIT_SECONDS);
}

/** `Retry-After` is a number of seconds or a date. Source: RFC 9110, 10.2.3 */
function parseWait(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

function noAnswer({ method, purpose, url }: Request, failure: string): HcpError {
  const host = new URL(url).host;
  const unsure = method === "POST" ? "; it may have been done all the same, so look at the workspace first" : "";
  return new HcpError(`could not ${purpose}: no answer from ${host} (${failure})${unsure}`);
}

async function refused({ purpose, url }: Request, response: Response): Promise<HcpError> {
  const said = await details(response);
  const { status } = response;
  const meaning = MEANINGS[status] ?? (status >= 500 ? "the service has trouble; try again later" : "");
  const host = new URL(url).host;
  const parts = [`could not ${purpose}: ${host} answered ${status}`, said].filter(Boolean).join(", ");
  return new HcpError(meaning ? `${parts}\n  ${meaning}` : parts, status);
}

const MEANINGS: Readonly<Record<number, string>> = {
  401: "the token is missing, wrong or expired: run terraform login, or renew the TF_TOKEN_… variable",
  404: "it does not exist, or this token may not see it (the API answers 404 to both): create it with npx ecs-privatelink hcp workspaces, or use a user or team token with the permission (organization tokens can start no run)",
  409: "its state does not allow that now: look at the workspace's runs and its lock",
  422: "the request was understood and refused",
  429: "the rate limit was still reached after several waits: try again in a minute",
};

/** Titles and details of a JSON:API error object. Source: https://jsonapi.org/format/#error-objects */
async function details(response: Response): Promise<string> {
  try {
    const { errors = [] } = (await response.json()) as {
      errors?: { title?: string; detail?: string; source?: { pointer?: string } }[];
    };
    return errors
      .map(({ title, detail, source }) => [detail ?? title, source?.pointer].filter(Boolean).join(" at "))
      .join("; ");
  } catch {
    return "";
  }
}
