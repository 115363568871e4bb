import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { projectPath } from "../../config/project";
import { ensurePythonEnvironment } from "./python-environment";

export { ensurePythonEnvironment };

/** Account of an environment whose file names none. */
export const DEFAULT_ACCOUNT = "123456789012";

export interface EmulatorOptions {
  /** TCP port on 127.0.0.1. @default 0: a free one */
  readonly port?: number;
  /** Gets one line for each AWS call, and the emulator's own errors. Appended to. */
  readonly logFile: string;
  /** Account of callers that have not assumed a role of another one. @default DEFAULT_ACCOUNT */
  readonly accountId?: string;
  /** `host:port` of image repositories, e.g. of a local registry. @default Amazon ECR's own host name */
  readonly registryHost?: string;
  /** Gets a line while the Python environment is installed. @default nothing is said */
  readonly log?: (line: string) => void;
}

/** A node of a load balancer: one network interface. */
export interface LoadBalancerNode {
  readonly networkInterfaceId: string;
  /** IPv4 */
  readonly address: string;
  readonly ipv6Addresses: string[];
  readonly subnetId: string;
  readonly availabilityZone: string;
}

/** Where a new node stands. */
export interface NewNode {
  /** @default the load balancer's subnet that has the fewest nodes */
  readonly subnetId?: string;
  /** IPv4. @default the subnet's next free one */
  readonly address?: string;
}

/** How `DescribeNetworkInterfaces` shows a load balancer's nodes. */
export interface NodesView {
  /** Nodes that come and go are shown so much later. @default 0 */
  readonly lateSeconds?: number;
  /** Addresses that are left out. @default none */
  readonly omitted?: readonly string[];
}

/** A resource that exists. */
export interface Remainder {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  /** The name under which moto keeps it, e.g. `load_balancers` */
  readonly kind: string;
  readonly id: string;
  readonly state: string | null;
}

export interface Remains {
  readonly exists: Remainder[];
  /** Deleted, but kept for a waiting period, as AWS does with KMS keys and secrets */
  readonly pendingDeletion: Remainder[];
}

/** What happens to the next `times` calls that match. One of `code`, `delayMilliseconds`, `cut`, `answerLost` is needed. */
export interface Fault {
  /** IAM's prefix, e.g. `ec2`, `elasticloadbalancing`. @default any */
  readonly service?: string;
  /** Name of the call, e.g. `DescribeNetworkInterfaces`. @default any */
  readonly action?: string;
  /** Only calls that are signed with this key. @default any */
  readonly accessKeyId?: string;
  /** AWS error code to answer, in the service's own protocol; the call has no effect then. */
  readonly code?: string;
  readonly message?: string;
  /** HTTP status of the error. @default 400 */
  readonly status?: number;
  /** @default 1 */
  readonly times?: number;
  /** Waits before the call is answered. */
  readonly delayMilliseconds?: number;
  /** Closes the connection without an answer. */
  readonly cut?: boolean;
  /** The same once the call has had its effect. */
  readonly answerLost?: boolean;
}

/** Faults that any call may meet: it is throttled, answered with an error, cut off or slow, or its answer is lost. */
export interface Weather {
  /** The same one decides the same for the same calls. */
  readonly seed: number;
  /** Share of calls that something happens to, 0 to 1. */
  readonly share: number;
  /** Calls after which nothing gets through for a while; undefined: never. */
  readonly outage?: { readonly afterCalls: number; readonly milliseconds: number };
}

/** Calls with the same caller, action and outcome. */
export interface RecordedCalls {
  /** IAM's prefix, e.g. `elasticloadbalancing` */
  readonly service: string;
  /** Name of the call, e.g. `RegisterTargets`; `?` when it is none of the service's API */
  readonly action: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
  /** HTTP status of the answer */
  readonly status: number;
  readonly count: number;
}

/** A place of an answer that does not fit AWS's API model; items of lists count as one place. */
export interface AnswerDifference {
  /** IAM's prefix */
  readonly service: string;
  readonly action: string;
  /** `unknown`, `type`, `required`, `enum`, `length`, `range`, `pattern`, `size`, `union`, `status` or `form` */
  readonly kind: string;
  /** e.g. `VpcEndpoints[].State` */
  readonly path: string;
  readonly count: number;
  readonly sample: string;
}

/** An accepted difference that did not occur. */
export interface StaleEntry extends Pick<AnswerDifference, "service" | "kind" | "path"> {
  /** It need not occur in every run that makes its calls */
  readonly sometimes: boolean;
}

/** The successful answers against AWS's API models. */
export interface CheckedAnswers {
  /** Pairs of service and action that were answered */
  readonly operations: number;
  readonly calls: number;
  /** Values of requests and of answers that were read */
  readonly requestMembers: number;
  readonly answerMembers: number;
  /** Differences that `accepted-answers.yaml` does not list */
  readonly unexpected: readonly AnswerDifference[];
  /** Its entries that no answer bore out, though each of their calls was made */
  readonly stale: readonly StaleEntry[];
}

/** What a DNS name answers instead of the truth. */
export type NameAnswer =
  | { readonly addresses: readonly string[] }
  | { readonly failure: "NXDOMAIN" | "SERVFAIL" | "SILENCE" };

/** As DescribeTargetHealth shows it. */
export interface TargetHealth {
  readonly state: "initial" | "healthy" | "unhealthy" | "unused" | "unavailable";
  readonly reason?: string;
  readonly description?: string;
}

/** A request to an Application Load Balancer, as far as conditions of rules look at it. */
export interface BalancedRequest {
  readonly loadBalancerArn: string;
  /** Of the listener */
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** @default "GET" */
  readonly method?: string;
  /** @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default none */
  readonly query?: Readonly<Record<string, string>>;
  /** IPv4 address of the client. @default one that is nobody's */
  readonly source?: string;
  /** How many requests of the kind are sent; the answer is that of the last. @default 1 */
  readonly times?: number;
}

/** What the listener does with a request. Nothing runs in emulated tasks, so it ends with the one that would answer. */
export interface RoutedRequest {
  /** Of the rule that decides */
  readonly priority: number | "default" | "web ACL";
  /** `block` is the web ACL's */
  readonly action: "block" | "fixed-response" | "forward" | "redirect";
  /** Rules of the web ACL that matched; undefined where the load balancer has none */
  readonly webAclRules?: readonly string[];
  /** Of the load balancer's own answer; undefined where a target gives one */
  readonly status?: number;
  /** Where a redirect leads */
  readonly location?: string;
  readonly targetGroupArn?: string;
  readonly target?: { readonly id: string; readonly port: number };
  /** `group` is `service:<name>` */
  readonly task?: { readonly group: string; readonly taskArn: string; readonly taskDefinitionArn: string };
}

export interface GivenHostedZone {
  readonly account: string;
  readonly region: string;
  /** ID of the zone, as a configuration names it */
  readonly id: string;
  readonly name: string;
}

export interface GivenParameter {
  readonly account: string;
  readonly region: string;
  /** Path of the parameter */
  readonly name: string;
  readonly type: "SecureString" | "String";
  readonly value: string;
}

/** A permission that calls outside of AWS's API need, e.g. those of an image registry. */
export interface FurtherPermission {
  readonly action: string;
  readonly resource: string;
  readonly why: string;
}

export interface RightsQuestion {
  readonly account: string;
  readonly accessKeyId: string;
  /** Policy documents of an identity, as JSON; undefined with `role` */
  readonly policies?: readonly object[];
  /** Name of a role of the account, whose own policies are asked */
  readonly role?: string;
  readonly region?: string;
  readonly further?: readonly FurtherPermission[];
}

export interface RightsAnswer {
  /** Permissions that the calls needed: action, resource and context. */
  readonly evaluated: number;
  readonly refused: readonly {
    readonly action: string;
    readonly resource: string;
    readonly call: string;
    readonly decision: string;
    readonly context: Readonly<Record<string, string>>;
  }[];
}

/** The image is not in its registry, its container ends at once, or its health check fails. */
export type ImageFailure = "pull" | "exit" | "unhealthy";

/** How a one-off ECS task ends. Nothing runs inside emulated tasks: without a plan they end with exit code 0. */
export interface TaskEnd {
  /** Family of the task definition. @default the next one-off task of any family */
  readonly family?: string;
  readonly exitCode: number;
  /** What the container is to have logged, in its awslogs stream */
  readonly logLines?: readonly string[];
}

/**
 * Starts the emulated AWS, after making its Python environment if need be, and waits until it answers. It ends with
 * the process that started it, however that one ends.
 * @throws Error of one sentence: Python missing, port in use, or the emulator's own last words
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const python = await ensurePythonEnvironment(options.log ?? (() => undefined));
  const accountId = options.accountId ?? DEFAULT_ACCOUNT;
  const log = await open(options.logFile, "a");
  const commandLine = ["-m", "emulated_aws", "--port", String(options.port ?? 0), "--account", accountId];
  if (options.registryHost) commandLine.push("--registry-host", options.registryHost);
  const child = spawn(python, commandLine, {
    cwd: projectPath("proof/emulated-aws"),
    env: { ...environment(), NODE: process.execPath },
    // Ctrl-C in a terminal must not end it before Terraform has stored its state there
    detached: true,
    // the emulator ends when its standard input does
    stdio: ["pipe", "pipe", log.fd],
  });
  try {
    const { port, dns } = await readiness(child, options.logFile);
    return new Emulator(child, `http://127.0.0.1:${port}`, dns, accountId);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    await log.close();
  }
}

/** Nothing of the user's Python, AWS or moto settings may change what is emulated. */
function environment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|MOTO_|PYTHON)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** The emulator's first line of output: its ports, or the reason why it can't start. */
async function readiness(child: ChildProcess, logFile: string): Promise<{ port: number; dns: string }> {
  if (!child.stdout) throw new Error("the emulator has no standard output");
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<string | undefined>((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(undefined));
    child.once("error", reject);
  });
  // the pipe would keep the parent running; nothing more comes
  child.stdout.destroy();
  if (first === undefined) {
    const words = (await readFile(logFile, "utf8")).trim().split("\n");
    throw new Error(`the emulator did not start: ${words.at(-1) ?? "it said nothing"} (log: ${logFile})`);
  }
  const said = JSON.parse(first) as { port: number; dns: string } | { error: string };
  if ("error" in said) throw new Error(`the emulator did not start: ${said.error}; choose another port or 0`);
  return said;
}

/** A running emulated AWS. Every control call throws an Error of one sentence when the wish can't be met. */
export class Emulator {
  readonly pid: number;
  private readonly ended: Promise<void>;

  constructor(
    private readonly child: ChildProcess,
    /** For AWS_ENDPOINT_URL: `http://127.0.0.1:<port>` */
    readonly endpoint: string,
    /** `host:port` of its DNS server (UDP), for `dns.Resolver.setServers` */
    readonly dnsAddress: string,
    readonly accountId: string,
  ) {
    this.pid = child.pid ?? 0;
    this.ended = new Promise((resolve) => {
      child.once("exit", () => resolve());
    });
    // a rehearsal that forgets to stop it may still end
    child.unref();
  }

  /** Ends the process; its state is gone. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.ref();
    this.child.kill("SIGTERM");
    await this.ended;
  }

  /** The nodes of a load balancer, oldest first */
  async listNodes(loadBalancerArn: string): Promise<LoadBalancerNode[]> {
    return (await this.ask<{ nodes: LoadBalancerNode[] }>("POST", "nodes/list", { loadBalancerArn })).nodes;
  }

  addNode(loadBalancerArn: string, node: NewNode = {}): Promise<LoadBalancerNode> {
    return this.ask("POST", "nodes/add", { loadBalancerArn, ...node });
  }

  removeNode(loadBalancerArn: string, address: string): Promise<void> {
    return this.ask("POST", "nodes/remove", { loadBalancerArn, address });
  }

  /** Nodes whose address is not named go, after the new ones have come. */
  async replaceNodes(loadBalancerArn: string, nodes: readonly NewNode[]): Promise<LoadBalancerNode[]> {
    return (await this.ask<{ nodes: LoadBalancerNode[] }>("POST", "nodes/replace", { loadBalancerArn, nodes })).nodes;
  }

  /** How EC2 shows the nodes from now on; `undefined`: as they are. */
  showNodes(loadBalancerArn: string, view: NodesView | undefined): Promise<void> {
    return this.ask("POST", "nodes/show", { loadBalancerArn, view: view ?? null });
  }

  /** Health of a target by its id (address, instance, ARN); `undefined` gives it its real health back. */
  setTargetHealth(targetGroupArn: string, targetId: string, health: TargetHealth | undefined): Promise<void> {
    return this.ask("POST", "target-health", { targetGroupArn, targetId, health: health ?? null });
  }

  /** Where an Application Load Balancer sends a request: by the rules of its listener, to the next healthy target */
  routeRequest(request: BalancedRequest): Promise<RoutedRequest> {
    return this.ask("POST", "requests", request);
  }

  /** How the next one-off task of the family ends */
  planTaskEnd(end: TaskEnd): Promise<void> {
    return this.ask("POST", "tasks/end", { logLines: [], ...end });
  }

  /** An issued certificate of ACM that an account has had all along. */
  giveCertificate(certificate: { readonly arn: string; readonly domainName: string }): Promise<void> {
    return this.ask("POST", "certificates", certificate);
  }

  /** A public hosted zone that an account has had all along. */
  giveHostedZone(zone: GivenHostedZone): Promise<void> {
    return this.ask("POST", "hosted-zones", zone);
  }

  /** A parameter of Systems Manager that an account has had all along; a later value is a new version. */
  giveParameter(parameter: GivenParameter): Promise<void> {
    return this.ask("POST", "parameters", parameter);
  }

  /** A secret that an account has had all along, by its full ARN. */
  giveSecret(secret: { readonly arn: string; readonly value: string }): Promise<void> {
    return this.ask("POST", "secrets", secret);
  }

  /** A policy that the account has had all along, and without which as its permissions boundary no role can be made there. */
  giveBoundary(boundary: { readonly account: string; readonly region: string; readonly arn: string }): Promise<void> {
    return this.ask("POST", "boundary", boundary);
  }

  /** A newer release of the ECS-optimized AMI becomes the recommended one; its version */
  async publishAmi(place: { readonly account: string; readonly region: string }): Promise<string> {
    return (await this.ask<{ version: string }>("POST", "ecs-image", place)).version;
  }

  /** Services of AWS whose messages to a topic of SNS would be lost, with the reason */
  async listUnheard(): Promise<string[]> {
    return (await this.ask<{ unheard: string[] }>("GET", "unheard")).unheard;
  }

  /** Lets containers of an image fail from now on; without a kind they work again. @param image a part of its name */
  failImage(image: string, kind?: ImageFailure): Promise<void> {
    return this.ask("POST", "image-failures", { image, kind: kind ?? null });
  }

  /** What a DNS name answers; `undefined` gives it its real answer back. */
  setName(name: string, answer: NameAnswer | undefined): Promise<void> {
    return this.ask("POST", "names", { name, answer: answer ?? null });
  }

  /** Leaves so many messages in a queue of SQS; 0 empties it. */
  setBacklog(queueArn: string, messages: number): Promise<void> {
    return this.ask("POST", "queues/backlog", { queueArn, messages });
  }

  /** Lets time pass: targets drain, and metrics, alarms and scaling policies follow minute by minute. */
  advanceClock(seconds: number): Promise<void> {
    return this.ask("POST", "clock/advance", { seconds });
  }

  /** Lets RDS upgrade an instance to the next minor version, as in a maintenance window; the new version */
  async upgradeDatabase(identifier: string): Promise<string> {
    return (await this.ask<{ version: string }>("POST", "database-upgrade", { identifier })).version;
  }

  /** SHA-256 of the master password that a database instance was given last, in hexadecimal */
  async databasePassword(identifier: string): Promise<string> {
    return (await this.ask<{ sha256: string }>("POST", "database-password", { identifier })).sha256;
  }

  /** Every resource of every account and Region, apart from what AWS itself provides */
  remains(): Promise<Remains> {
    return this.ask("GET", "remains");
  }

  /** Every account is as new, and what was recorded is forgotten */
  reset(): Promise<void> {
    return this.ask("POST", "reset");
  }

  injectFault(fault: Fault): Promise<void> {
    return this.ask("POST", "faults", fault);
  }

  /** Faults that still wait for a call */
  async listFaults(): Promise<Fault[]> {
    return (await this.ask<{ faults: Fault[] }>("GET", "faults")).faults;
  }

  beginWeather(weather: Weather): Promise<void> {
    return this.ask("POST", "weather", weather);
  }

  /** Everything gets through again; how often each kind of fault has happened */
  async endWeather(): Promise<Readonly<Record<string, number>>> {
    return (await this.ask<{ happened: Record<string, number> }>("DELETE", "weather")).happened;
  }

  /** Those that wait, and the weather */
  clearFaults(): Promise<void> {
    return this.ask("DELETE", "faults");
  }

  /** All calls since the start or since `forgetCalls`, sorted by service and action */
  async listCalls(): Promise<RecordedCalls[]> {
    return (await this.ask<{ calls: RecordedCalls[] }>("GET", "calls")).calls;
  }

  /** What policies would have refused of the calls that an account made with a key */
  checkRights(question: RightsQuestion): Promise<RightsAnswer> {
    return this.ask("POST", "rights", question);
  }

  forgetCalls(): Promise<void> {
    return this.ask("DELETE", "calls");
  }

  /**
   * Quotas of every account, as a support case changes them; the others have AWS's default, and `reset` brings it back.
   * @throws Error for a name that is none of `emulated_aws/strict/quotas.py`
   */
  setQuotas(quotas: Readonly<Record<string, number>>): Promise<void> {
    return this.ask("POST", "quotas", quotas);
  }

  /** All answers since the start against AWS's API models */
  checkedAnswers(): Promise<CheckedAnswers> {
    return this.ask("GET", "answers");
  }

  /** One call of the control API (`emulated_aws/control.py`). */
  private async ask<Answer>(method: string, path: string, wish?: unknown): Promise<Answer> {
    const response = await fetch(`${this.endpoint}/_emulator/${path}`, {
      method,
      body: wish === undefined ? undefined : JSON.stringify(wish),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`emulator: ${(answer as { error: string }).error}`);
    return answer as Answer;
  }
}
