import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { minimalEnvironment } from "../../../config/minimal";
import { projectPath } from "../../../config/project";
import { type Configuration, consumerSchema, type EnvironmentInput, environmentSchema } from "../../../config/schema";
import { usableAddress } from "../../../paths/model/addresses";
import { prove } from "../../../paths/prove";
import { readStackJsons } from "../../../synth/stacks";
import { synthesize } from "../../../synth/synthesize";
import { type Host, makePlan, type Plan, subnetOfHost } from "../plan";
import { Lab, type Said } from "../run";
import { loadBalancerServers, type Server } from "../servers";
import type { Tools } from "../tools";
import { albListeners, type LoadBalancing } from "./alb-listeners";
import { Authority, type Certificate } from "./certificates";
import { type ClientCertificates, clientCertificates, taskVariables } from "./synthesized";

/** The name that clients use, in a private hosted zone of the consumer. */
export const NAME = "app.example.internal";
const CONSUMER_BLOCK = "10.90.0.0/24";
const PATIENCE_SECONDS = 60;

/** What is different from one lab to the next. */
export interface Wanted {
  readonly mutualTls?: NonNullable<NonNullable<EnvironmentInput["compute"]>["loadBalancer"]>["mutualTls"];
  /** Whose certificate the lab shows when it looks whether the service answers. */
  readonly client?: Certificate;
}

/** Folder of files that a configuration may name, which are inside the project. */
export const scratch = () => join("dist", `path-lab-${process.pid}`);

export const removeScratch = () => rmSync(projectPath(scratch()), { recursive: true, force: true });

/** A consumer's client, an endpoint in two zones, the NLB, an ALB that ends TLS, and the sample application as its tasks. */
export class ConsumersLab {
  /** Signs the ALB's certificate; clients know it. */
  readonly authority: Authority;
  /** One that nobody knows. */
  readonly stranger: Authority;
  /** Names of the endpoint: one for each zone. */
  readonly zones: readonly string[];
  private readonly folder = projectPath(scratch());
  private readonly lab: Lab;
  private readonly plan: Plan;
  private readonly clients: ClientCertificates;
  private readonly variables: Readonly<Record<string, string>>;
  private choice: LoadBalancing;

  constructor(
    private readonly wanted: Wanted,
    tools: Tools,
    prefix: string,
  ) {
    mkdirSync(this.folder, { recursive: true });
    const configuration = configurationOf(wanted);
    const [environment] = configuration.environments;
    if (!environment) throw new Error("no environment");
    const synthesized = synthesize(configuration, join(this.folder, "cdktf.out"));
    const stacks = readStackJsons(synthesized);
    const directories = new Map(synthesized.map(({ directory, id }) => [id, directory]));
    this.clients = clientCertificates(stacks, directories, this.folder);
    this.variables = taskVariables(stacks);
    this.plan = makePlan(prove(stacks, environment, configuration.consumers, "must pass"), environment, prefix);
    this.zones = this.hosts("consumer-endpoint").map(
      (_, n) => `vpce-0123456789abcdef0-${environment.region}${"abc"[n]}.${environment.region}.vpce.amazonaws.com`,
    );
    this.authority = new Authority(this.folder, "servers");
    this.stranger = new Authority(this.folder, "strangers");
    this.choice = {
      certificate: this.authority.sign({ subject: `/CN=${NAME}`, host: NAME }).both,
      clients: this.clients,
      idleSeconds: environment.compute.loadBalancer.idleTimeoutSeconds,
      forgedHeaders: "replaced",
    };
    this.lab = new Lab(this.plan, prefix, tools, { servers: () => this.servers() });
  }

  /** Builds it and waits until the client is answered. */
  async up(): Promise<void> {
    execFileSync(process.execPath, [projectPath("container/build.mjs"), join(this.folder, "application")]);
    writeFileSync(join(this.folder, "nsswitch.conf"), "hosts: dns\n");
    writeFileSync(join(this.folder, "resolv.conf"), `nameserver ${this.resolver().address}\n`);
    this.name();
    await this.lab.up();
    await this.startNameServer();
    await this.until("200");
  }

  /** Changes what the name of the service leads to. @default the endpoint in each zone */
  name(addresses: readonly string[] | null | undefined = this.hosts("consumer-endpoint").map(({ of }) => of.address)) {
    this.writeNames({ [NAME]: addresses });
  }

  /** As `name`, with no record of that name. */
  forgetName(): void {
    this.writeNames({});
  }

  /** Changes the load balancers and waits until they answer again. */
  async change(choice: Partial<LoadBalancing>): Promise<void> {
    this.choice = { ...this.choice, ...choice };
    await this.lab.replace(this.servers());
    await this.until("200");
  }

  /** What the load balancers have now. */
  get present(): LoadBalancing {
    return this.choice;
  }

  hosts(role: Host["of"]["role"]): readonly Host[] {
    return this.plan.hosts.filter(({ of }) => of.role === role);
  }

  /** Adds an nftables chain to hosts, with what comes after its brace; returns what takes it away. */
  plant(hosts: readonly Host[], chain: string): () => void {
    for (const { name } of hosts) this.lab.rules(name, `table inet planted {\n  chain planted { ${chain} }\n}\n`);
    return () => {
      for (const { name } of hosts) this.lab.rules(name, "delete table inet planted\n");
    };
  }

  /** Writes settings of `/proc/sys/net/netfilter` in the namespaces of hosts. */
  async tell(hosts: readonly Host[], settings: Readonly<Record<string, number>>): Promise<void> {
    const lines = Object.entries(settings).map(([name, value]) => `echo ${value} >/proc/sys/net/netfilter/${name}`);
    for (const { name } of hosts) await this.lab.runIn(name, "sh", ["-ec", lines.join("\n")]);
  }

  /** Runs a program on the consumer's client, where names are those of the VPC's resolver and this lab's CA is known. */
  client(command: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Said> {
    const [client] = this.hosts("client");
    const files =
      "for file in resolv.conf nsswitch.conf; do [ ! -e /etc/$file ] || mount --bind $0/$file /etc/$file; done";
    return this.lab.runIn(client?.name ?? "", "sh", ["-ec", `${files}\nexec "$@"`, this.folder, command, ...words], {
      CURL_CA_BUNDLE: this.authority.certificate,
      CURL_HOME: this.folder,
      ...environment,
    });
  }

  /** Asks for the first page until the answer has this status; curl says 000 where there is none. */
  async until(status: string): Promise<void> {
    const { client } = this.wanted;
    const shown = client ? ["--cert", client.certificate, "--key", client.key] : [];
    const url = `https://${NAME}/`;
    const asks = ["-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "3", ...shown, url];
    const end = Date.now() + PATIENCE_SECONDS * 1000;
    let said: Said | undefined;
    while (Date.now() < end) {
      said = await this.client("curl", asks);
      if (said.output === status) return;
      await sleep(200);
    }
    throw new Error(`${url} does not answer ${status} within ${PATIENCE_SECONDS} s, but ${said?.output}`);
  }

  tearDown(): void {
    this.lab.tearDown();
  }

  /** Records of the resolver: those given, and the names of the zones. */
  private writeNames(names: Readonly<Record<string, readonly string[] | null>>): void {
    const ofZones = this.hosts("consumer-endpoint").map(({ of }, n) => [this.zones[n], [of.address]]);
    const records = { ...names, ...Object.fromEntries(ofZones) };
    writeFileSync(join(this.folder, "names.json"), JSON.stringify(records));
  }

  private servers(): readonly Server[] {
    const words = [join(this.folder, "application", "server.mjs")];
    const environment = {
      ...this.variables,
      LOG_LEVEL: "warn",
      // Node.js 20 is good enough here; the image has a newer one.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    return [
      ...this.hosts("task").map((host): Server => ({ kind: "program", host, words, environment })),
      ...loadBalancerServers(this.plan, this.folder, {
        checkMilliseconds: 300,
        certificate: () => this.choice.certificate,
        albListeners: albListeners(this.choice),
        failsOpen: true,
      }),
    ];
  }

  /** Router of the consumer's VPC, and the address of AWS's resolver there: the third of the VPC. */
  private resolver(): { readonly router: string; readonly address: string } {
    const { network } = this.plan;
    const [client] = this.hosts("client");
    const vpc = client ? subnetOfHost(network, client).vpc : "";
    const first = usableAddress(network.vpcs.get(vpc)?.block ?? CONSUMER_BLOCK, 0);
    return { router: vpc, address: first.replace(/\d+$/, (last) => String(Number(last) - 2)) };
  }

  private async startNameServer(): Promise<void> {
    const { address, router } = this.resolver();
    const namespace = this.lab.router(router);
    await this.lab.runIn(namespace, "ip", ["addr", "add", `${address}/32`, "dev", "lo"]);
    const program = projectPath("proof/path-lab/consumers/name-server.mjs");
    // It runs until the lab is torn down.
    void this.lab.runIn(namespace, process.execPath, [program, address, join(this.folder, "names.json")]);
  }
}

function configurationOf({ mutualTls }: Wanted): Configuration {
  const { accountId, region } = minimalEnvironment;
  const certificateArn = `arn:aws:acm:${region}:${accountId}:certificate/12345678-1234-1234-1234-123456789012`;
  const none = { use: "none" } as const;
  const environment = environmentSchema.parse({
    ...minimalEnvironment,
    network: { ...minimalEnvironment.network, availabilityZoneCount: 2, natGateways: "none" },
    data: { database: none, fileSystem: none, staticAssets: none },
    compute: { launchType: "FARGATE", loadBalancer: { listeners: [{ port: 443, certificateArn }], mutualTls } },
    privatelink: {
      enforceInboundRulesOnPrivateLinkTraffic: "on",
      consumerCidrs: [CONSUMER_BLOCK],
      ...(mutualTls && { targetGroup: { healthCheckProtocol: "TCP" } }),
    },
  });
  const consumer = consumerSchema.parse({
    region,
    accountId,
    service: { environment: "lab" },
    vpc: { cidr: CONSUMER_BLOCK },
    dns: { mode: "private-hosted-zone", name: NAME },
  });
  return { environments: [{ ...environment, name: "lab" }], consumers: [{ ...consumer, name: "client" }] };
}
