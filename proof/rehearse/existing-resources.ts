import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { EC2Client } from "@aws-sdk/client-ec2";
import { databasePort } from "../../config/database-engine";
import { zoneCount } from "../../config/derive";
import type { NetworkSnapshot } from "../../config/network-snapshot";
import type { Environment } from "../../config/schema";
import type { ManagedResource } from "../../engine/terraform/resources";
import type { StackRun, Terraform } from "../../engine/terraform/terraform";
import { count } from "../../engine/words";
import { type Check, checked } from "../../operations/verify/check";
import { takeSnapshot } from "../../operations/verify/network-snapshot";
import type { ClientOptions } from "../../operations/verify/target";
import { existingVpc, existingVpcStack } from "../../paths/model/existing-vpc";
import { prove, worst } from "../../paths/prove";
import { readStackJsons, readStacks } from "../../synth/stacks";
import type { Emulator } from "../lab/emulator";
import { type EmulatorTarget, emulatorOverride, OVERRIDE_FILE } from "../lab/overrides";
import type { Replacement } from "../lab/rehearsable";

/** The owner's own key: the calls are none of the environment's pipelines. */
const OWNER_KEY_ID = "rehearsal-owner";

const ID = "existing-resources";

export interface ExistingResourcesOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  /** Folder of the rehearsal's run, absolute. */
  readonly folder: string;
  /** With `network.existing`. */
  readonly environment: Environment;
  readonly terraform: Terraform;
  readonly emulator: Pick<Emulator, "remains">;
  readonly target: Omit<EmulatorTarget, "assumeRoleArn">;
  readonly clientOptions: ClientOptions;
}

/** What `existing-resources/main.tf` puts out. */
interface Ids {
  readonly vpcId: string;
  readonly privateSubnetIds: string[];
  readonly isolatedSubnetIds: string[];
  readonly routeTableId: string;
  readonly keyArn: string;
  readonly database: NonNullable<Environment["data"]["database"]["existing"]>;
  readonly fileSystem: NonNullable<Environment["data"]["fileSystem"]["existing"]>;
  readonly bucket: NonNullable<Environment["data"]["staticAssets"]["existing"]>;
}

/** All that AWS says of the existing resources, in three independent ways. */
interface Dump {
  /** As Terraform reads each of them. */
  readonly resources: readonly ManagedResource[];
  /** The VPC as EC2 describes it: what is added to it counts too. */
  readonly vpc: NetworkSnapshot;
  /** Every resource of the account. */
  readonly all: readonly string[];
}

/** What an environment adds to what exists: rules of the security groups that it is given. */
const MAY_DIFFER = ["aws_security_group.database", "aws_security_group.files"];

/** RDS moves it on by itself, every few minutes. */
const MOVES = "latest_restorable_time";

/**
 * What an environment brings, created by plain Terraform before the first stack: another team's VPC, database, file system,
 * bucket, keys and permissions boundary. It has to be the same when the environment is gone.
 */
export class ExistingResources {
  /** The environment with the ids of what was created. */
  readonly environment: Environment;
  readonly replacement: Replacement;
  private before: Dump | undefined;

  private constructor(
    private readonly options: ExistingResourcesOptions,
    private readonly stack: StackRun,
    ids: Ids,
  ) {
    this.environment = withIds(options.environment, ids);
    this.replacement = {
      what: "ids of what exists (network.existing, data, iam)",
      by: "ids of resources that Terraform has created first",
      why: "the emulated account is empty",
    };
  }

  static async create(options: ExistingResourcesOptions): Promise<ExistingResources> {
    const { folder, project, target, terraform } = options;
    const directory = join(folder, ID);
    mkdirSync(directory);
    copyFileSync(join(project, "proof/rehearse", ID, "main.tf"), join(directory, "main.tf"));
    const override = emulatorOverride({ provider: { aws: [{}] } }, ID, target, () => ID);
    writeFileSync(join(directory, OVERRIDE_FILE), JSON.stringify(override, undefined, 2));
    writeFileSync(
      join(directory, "terraform.tfvars.json"),
      JSON.stringify(variables(options.environment), undefined, 2),
    );
    const stack = { id: ID, directory, env: { AWS_ACCESS_KEY_ID: OWNER_KEY_ID } };
    await terraform.init(stack);
    await terraform.apply(stack);
    const { ids } = (await terraform.outputs(stack)) as unknown as { ids: Ids };
    const created = new ExistingResources(options, stack, ids);
    created.before = await created.dump("before");
    return created;
  }

  get size(): number {
    return this.first.resources.length;
  }

  /** What was there before the environment. */
  private get first(): Dump {
    if (this.before === undefined) throw new Error("nothing was read yet");
    return this.before;
  }

  /** While the environment is there. */
  async *checksMeanwhile(outdir: string): AsyncGenerator<Check> {
    yield this.pathsAreProven(outdir);
    const differs = differences(this.first.resources, (await this.dump("meanwhile")).resources);
    const foreign = differs.filter((address) => !MAY_DIFFER.includes(address));
    yield verdict(
      "the environment adds rules to the security groups of what exists; all else is as it was",
      foreign.length === 0 && differs.length > 0,
      `changed: ${differs.join(", ") || "nothing, though its rules must be seen"}`,
    );
  }

  /** Once the environment is gone; then what existed is destroyed too. */
  async *checksAfterwards(): AsyncGenerator<Check> {
    const { all, resources, vpc } = await this.dump("after");
    const differs = [
      ...differences(this.first.resources, resources),
      ...(isDeepStrictEqual(vpc, this.first.vpc) ? [] : ["the VPC, its endpoints or rules"]),
      ...all.filter((each) => !this.first.all.includes(each)).map((each) => `left: ${each}`),
      ...this.first.all.filter((each) => !all.includes(each)).map((each) => `gone: ${each}`),
    ];
    yield verdict(
      "what existed before is the same after",
      differs.length === 0,
      differs.join(", ") || `${count(resources.length, "resource")} identical`,
    );
    await this.options.terraform.destroy(this.stack);
  }

  /** Paths through the VPC, with what `network-snapshot` reads of it. */
  private pathsAreProven(outdir: string): Check {
    const { environment } = this;
    const vpcId = environment.network.existing?.vpcId ?? "";
    const stacks = { ...readStackJsons(readStacks(outdir)), [existingVpcStack(vpcId)]: existingVpc(this.first.vpc) };
    const { proofs } = prove(stacks, environment, []);
    const open = proofs.filter(({ outcome }) => outcome !== "proven");
    return verdict(
      "with a snapshot of the VPC, every path is proven",
      worst(proofs.map(({ outcome }) => outcome)) === "proven",
      open.map(({ expectation, outcome }) => `${expectation.title}: ${outcome}`).join(", ") ||
        count(proofs.length, "expectation"),
    );
  }

  private async dump(name: string): Promise<Dump> {
    const { clientOptions, emulator, folder, terraform } = this.options;
    const out = join(folder, ID, `${name}.tfplan`);
    await terraform.plan(this.stack, { out, phase: `dump.${name}`, flags: ["-refresh-only"] });
    const vpcId = this.environment.network.existing?.vpcId ?? "";
    const dump = {
      resources: (await terraform.resources(this.stack, out)).map(withoutClock),
      vpc: await takeSnapshot(new EC2Client(clientOptions), vpcId, [this.environment]),
      all: (await emulator.remains()).exists.map((each) => Object.values(each).join(" ")),
    };
    writeFileSync(join(folder, ID, `${name}.json`), JSON.stringify(dump, undefined, 2));
    return dump;
  }
}

const verdict = (item: string, good: boolean, saw: string): Check =>
  checked(item, good, saw, `compare the dumps in .rehearsal/latest/${ID}`);

function withoutClock({ values, ...resource }: ManagedResource): ManagedResource {
  const { [MOVES]: _, ...kept } = values;
  return { ...resource, values: kept };
}

/** Addresses whose values are not the same. */
function differences(before: readonly ManagedResource[], after: readonly ManagedResource[]): string[] {
  const now = new Map(after.map((each) => [each.address, each]));
  return before.filter((each) => !isDeepStrictEqual(each, now.get(each.address))).map(({ address }) => address);
}

function variables(environment: Environment) {
  const { data, iam, network, region } = environment;
  const { isolatedSubnets, privateSubnets, provides } = network.existing ?? {};
  const [, path, name] = /:policy(\/(?:.*\/)?)([^/]+)$/.exec(iam.permissionsBoundaryArn ?? "") ?? [];
  return {
    region,
    zone_ids: network.availabilityZoneIds ?? [],
    zone_count: zoneCount(environment),
    private_tags: privateSubnets?.tags ?? { tier: "private" },
    isolated_tags: isolatedSubnets?.tags ?? { tier: "isolated" },
    provides,
    database: { name: data.database.name, port: databasePort(data.database) },
    bucket: data.staticAssets.existing?.bucket ?? "existing-assets",
    boundary: name === undefined ? null : { path, name },
  };
}

/** Only what the environment brings gets another id; tags and names are kept. */
function withIds(environment: Environment, ids: Ids): Environment {
  const { data, network } = environment;
  const { database, fileSystem, kms, staticAssets } = data;
  const { existing } = network;
  if (!existing) return environment;
  const { isolatedSubnets, privateSubnets } = existing;
  return {
    ...environment,
    network: {
      ...network,
      existing: {
        ...existing,
        vpcId: ids.vpcId,
        privateSubnets: privateSubnets.ids ? { ids: ids.privateSubnetIds } : privateSubnets,
        ...(isolatedSubnets?.ids && { isolatedSubnets: { ids: ids.isolatedSubnetIds } }),
        routeTableIds: existing.routeTableIds.length > 0 ? [ids.routeTableId] : [],
      },
    },
    data: {
      ...data,
      kms: kms.keyArn === undefined ? kms : { ...kms, keyArn: ids.keyArn },
      database: database.existing
        ? {
            ...database,
            existing: {
              ...ids.database,
              ...(database.existing.userName && { userName: database.existing.userName }),
            },
          }
        : database,
      fileSystem: fileSystem.existing ? { ...fileSystem, existing: ids.fileSystem } : fileSystem,
      staticAssets: staticAssets.existing
        ? { ...staticAssets, existing: { ...staticAssets.existing, ...ids.bucket } }
        : staticAssets,
    },
  };
}
