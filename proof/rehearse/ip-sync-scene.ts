import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetFunctionCommand, type GetFunctionCommandOutput, LambdaClient } from "@aws-sdk/client-lambda";
import type { Interruption } from "../../engine/terraform/interruption";
import type { Mapping } from "../../lambda/alb-ip-sync/evidence";
import { STATE_TABLE_KEY, VARIABLES } from "../../lambda/alb-ip-sync/settings";
import { loadBalancer } from "../../operations/verify/load-balancer";
import { emulatedOptions } from "../lab/clients";
import type { Emulator, Fault, LoadBalancerNode, NodesView } from "../lab/emulator";
import { invoke, type Outcome, type PackagedSync, unpack } from "./packaged-sync";

export interface AlbIpSyncExercise {
  /** What Terraform zipped, or the prebuilt package. */
  readonly zipFile: string;
  readonly functionName: string;
  readonly emulator: Emulator;
  readonly region: string;
  /** Folder to unpack the zip file into; overwritten. */
  readonly folder: string;
  /** Gets what the function prints. */
  readonly logFile: string;
  readonly interruption?: Interruption;
}

/** Access key of the function's calls, by which faults and the record of calls tell them from others. */
const ACCESS_KEY_ID = "AKIAALBIPSYNCREHEARS";

/** Calls that the role may make, but not this code: writing logs, opening its environment, and entering a VPC. */
const BY_THE_SERVICE = /^(logs:|kms:Decrypt$|ec2:(Assign|Create|Delete|Unassign)|ec2:DescribeSubnets$)/;

/** The function and what it acts on, with the verbs that the steps are told in. */
export class Scene {
  private minute = 0;

  private constructor(
    private readonly exercise: AlbIpSyncExercise,
    private readonly deployed: GetFunctionCommandOutput,
    private readonly sync: PackagedSync,
    private readonly loadBalancerArn: string,
    readonly mappings: readonly Mapping[],
    private readonly clients: ReturnType<typeof clientsOf>,
  ) {}

  static async open(exercise: AlbIpSyncExercise): Promise<Scene> {
    const { emulator, folder, functionName, interruption, logFile, region, zipFile } = exercise;
    const clients = clientsOf(emulator, region);
    const deployed = await clients.lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
    const variables = deployed.Configuration?.Environment?.Variables ?? {};
    const name = variables[VARIABLES.albArnSuffix]?.split("/")[1] ?? "";
    const { LoadBalancerArn = "" } = await loadBalancer(clients.elb, name);
    const sync = {
      zipFile,
      folder,
      logFile,
      variables,
      endpoint: emulator.endpoint,
      dnsAddress: emulator.dnsAddress,
      region,
      accessKeyId: ACCESS_KEY_ID,
      ...(interruption ? { interruption } : {}),
    };
    unpack(sync);
    const mappings = JSON.parse(variables[VARIABLES.mappings] ?? "[]") as Mapping[];
    return new Scene(exercise, deployed, sync, LoadBalancerArn, mappings, clients);
  }

  get allowance(): number {
    return Number(this.sync.variables[VARIABLES.maximumUnconfirmedRuns]);
  }

  private get dnsName(): string {
    return this.sync.variables[VARIABLES.albDnsName] ?? "";
  }

  async sameBytes(): Promise<string> {
    const own = createHash("sha256").update(readFileSync(this.exercise.zipFile)).digest("base64");
    expectSame(own, this.deployed.Configuration?.CodeSha256, "SHA-256 of the code");
    return `SHA-256 ${own}`;
  }

  // The function.

  /** Runs it, in a new execution environment, a minute after the last run. */
  private async run(times: number): Promise<Outcome[]> {
    return invoke(
      this.sync,
      Array.from({ length: times }, () => ++this.minute),
    );
  }

  async runWell(times = 1): Promise<void> {
    for (const { error } of await this.run(times)) {
      if (error !== undefined) throw new Error(`the run failed: ${error}`);
    }
  }

  /** @returns what it threw, which must name the given word */
  async runBadly(word: string): Promise<string> {
    const [outcome] = await this.run(1);
    if (outcome?.error === undefined) throw new Error(`the run did not fail with ${word}`);
    if (!outcome.error.includes(word)) throw new Error(`the run failed, but not with ${word}: ${outcome.error}`);
    return `the run failed with ${outcome.error
      .replace(/^Error: /, "")
      .split("\n")
      .join("; ")}`;
  }

  async numberOfCalls(): Promise<number> {
    return (await this.calls()).reduce((sum, { count }) => sum + count, 0);
  }

  private async calls() {
    return (await this.exercise.emulator.listCalls()).filter(({ accessKeyId }) => accessKeyId === ACCESS_KEY_ID);
  }

  // The ALB.

  nodes(): Promise<LoadBalancerNode[]> {
    return this.exercise.emulator.listNodes(this.loadBalancerArn);
  }

  addNode({ address, subnetId }: Partial<LoadBalancerNode> = {}): Promise<LoadBalancerNode> {
    const place = { ...(address === undefined ? {} : { address }), ...(subnetId === undefined ? {} : { subnetId }) };
    return this.exercise.emulator.addNode(this.loadBalancerArn, place);
  }

  /** Removes the oldest node, but not the one that has just come. */
  async removeNode(added?: LoadBalancerNode): Promise<LoadBalancerNode> {
    const oldest = (await this.nodes()).find(({ address }) => address !== added?.address);
    if (!oldest) throw new Error("the ALB has no node to lose");
    await this.exercise.emulator.removeNode(this.loadBalancerArn, oldest.address);
    return oldest;
  }

  async replaceAll(count: number): Promise<void> {
    await this.exercise.emulator.replaceNodes(
      this.loadBalancerArn,
      Array.from({ length: count }, () => ({})),
    );
  }

  /** Gives the address to an unrelated interface. @returns a function that releases it */
  async takeAddress({ address, subnetId }: LoadBalancerNode): Promise<() => Promise<void>> {
    const { NetworkInterface } = await this.clients.ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: subnetId,
        PrivateIpAddress: address,
        Description: "unrelated interface",
      }),
    );
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId;
    return async () => {
      await this.clients.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    };
  }

  // What may fail.

  /** Lists a node that has gone beside those that are there. */
  async dnsLists(gone: LoadBalancerNode): Promise<void> {
    const addresses = [...(await this.nodes()), gone].map(({ address }) => address);
    await this.exercise.emulator.setName(this.dnsName, { addresses });
  }

  async dnsFails(): Promise<void> {
    await this.exercise.emulator.setName(this.dnsName, { failure: "SERVFAIL" });
  }

  async fault(fault: Fault): Promise<void> {
    await this.exercise.emulator.injectFault({ times: 100, ...fault, accessKeyId: ACCESS_KEY_ID });
  }

  /** DNS lists every node but one, whose interface remains. */
  async dnsWithdraws(leaving: LoadBalancerNode): Promise<void> {
    const addresses = (await this.nodes()).map(({ address }) => address).filter((each) => each !== leaving.address);
    await this.exercise.emulator.setName(this.dnsName, { addresses });
  }

  async ec2Shows(view: NodesView): Promise<void> {
    await this.exercise.emulator.showNodes(this.loadBalancerArn, view);
  }

  async corruptHistory(): Promise<void> {
    const key = this.sync.variables[VARIABLES.albArnSuffix] ?? "";
    await this.clients.dynamodb.send(
      new PutItemCommand({
        TableName: this.sync.variables[VARIABLES.stateTable],
        Item: { [STATE_TABLE_KEY]: { S: key }, history: { S: "not JSON" } },
      }),
    );
  }

  /** Ends every fault. */
  async calm(): Promise<void> {
    await this.exercise.emulator.clearFaults();
    await this.exercise.emulator.setName(this.dnsName, undefined);
    await this.exercise.emulator.showNodes(this.loadBalancerArn, undefined);
  }

  // What is read back.

  private async targets({ targetGroupArn }: Mapping): Promise<{ id: string; state: string }[]> {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
    const { TargetHealthDescriptions = [] } = await this.clients.elb.send(command);
    return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
      id: `${Target?.Id} port ${Target?.Port}`,
      state: TargetHealth?.State ?? "unknown",
    }));
  }

  /** Every target group holds exactly the ALB's addresses, on the listener's port. */
  async inSync(): Promise<string> {
    const nodes = await this.nodes();
    const seen: string[] = [];
    for (const mapping of this.mappings) {
      const wanted = nodes.map(({ address }) => `${address} port ${mapping.listenerPort}`);
      const registered = (await this.targets(mapping)).filter(({ state }) => state !== "draining").map(({ id }) => id);
      expectSame(registered.sort().join(", "), wanted.sort().join(", "), "targets");
      seen.push(registered.join(", "));
    }
    return `targets ${seen.join(" and ")}`;
  }

  async isTarget(node: LoadBalancerNode): Promise<void> {
    await this.everyGroup(node, (state) => state !== undefined && state !== "draining", "should be a target");
  }

  async isDraining(node: LoadBalancerNode): Promise<void> {
    await this.everyGroup(node, (state) => state === undefined || state === "draining", "should be draining or gone");
  }

  private async everyGroup(
    { address }: LoadBalancerNode,
    test: (state: string | undefined) => boolean,
    should: string,
  ): Promise<void> {
    for (const mapping of this.mappings) {
      const id = `${address} port ${mapping.listenerPort}`;
      const state = (await this.targets(mapping)).find((target) => target.id === id)?.state;
      if (!test(state)) throw new Error(`${id} ${should}, and is ${state ?? "no target"}`);
    }
  }

  /** Compares the calls that reached the emulator with the policies of the function's role. */
  async roleFits(): Promise<string> {
    const { iam } = this.clients;
    const RoleName = this.deployed.Configuration?.Role?.split("/").at(-1);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const documents = await Promise.all(
      PolicyNames.map(async (PolicyName) => {
        const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return JSON.parse(decodeURIComponent(PolicyDocument)) as {
          Statement: { Effect: string; Action: string | string[] }[];
        };
      }),
    );
    const allowed = documents
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => Action)
      .filter((action) => !BY_THE_SERVICE.test(action));
    const made = (await this.calls()).map(({ service, action }) => `${service}:${action}`);
    const list = (actions: readonly string[]): string => [...new Set(actions)].sort().join(", ");
    expectSame(list(made), list(allowed), "actions");
    const { emulator, region } = this.exercise;
    const account = this.deployed.Configuration?.FunctionArn?.split(":")[4] ?? "";
    const question = { account, accessKeyId: ACCESS_KEY_ID, role: RoleName ?? "", region };
    const { evaluated, refused } = await emulator.checkRights(question);
    expectSame(refused.map(({ action, resource }) => `${action} on ${resource}`).join(", "), "", "refused");
    return `${list(made)}; ${evaluated} permissions on their resources`;
  }
}

function clientsOf(emulator: Emulator, region: string) {
  const options = emulatedOptions(emulator, region, "rehearsal-of-sync");
  return {
    dynamodb: new DynamoDBClient(options),
    ec2: new EC2Client(options),
    elb: new ElasticLoadBalancingV2Client(options),
    iam: new IAMClient(options),
    lambda: new LambdaClient(options),
  };
}

/** @throws Error that names both, if they differ */
export function expectSame<T>(seen: T, wanted: T, what: string): void {
  if (seen !== wanted) throw new Error(`${what}: ${seen || "none"} instead of ${wanted || "none"}`);
}
