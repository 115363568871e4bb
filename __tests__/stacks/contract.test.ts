import childProcess from "node:child_process";
import type { EnvironmentInput } from "../../config/schema";
import { buildApp } from "../../stacks/app";
import { type Block, consumerOf, environmentOf, only, type StackJson, synthesize } from "../synth";

const environment = environmentOf();
const consumer = consumerOf(
  {
    region: "eu-central-1",
    accountId: "111122223333",
    service: { environment: "test" },
    vpc: { cidr: "10.90.0.0/24" },
  },
  "reader",
);
const synthesized = synthesize({ environments: [environment], consumers: [consumer] });
const { dependencies, stacks, texts } = synthesized;

describe("stack graph", () => {
  test("ids and links are the public contract", () => {
    expect(dependencies).toEqual({
      "state-backend-test": [],
      "network-test": [],
      "data-test": ["network-test"],
      "compute-test": ["data-test", "network-test"],
      "privatelink-service-test": expect.arrayContaining(["network-test", "compute-test"]),
      "consumer-endpoint-reader": ["privatelink-service-test"],
    });
  });

  test("a consumer with a service name reads nobody's state", () => {
    const alone = synthesize({
      environments: [],
      consumers: [
        consumerOf({
          region: "eu-central-1",
          accountId: "444455556666",
          service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" },
          vpc: { cidr: "10.90.0.0/24" },
        }),
      ],
    });
    expect(Object.keys(alone.stacks)).toEqual(["consumer-endpoint-test"]);
    expect(alone.stacks["consumer-endpoint-test"]?.data.terraform_remote_state).toBeUndefined();
  });

  test("several consumers are stacks of their own, each with its own state, and none reads another's", () => {
    const names = ["team-a", "team-b", "team-c"];
    const many = synthesize({
      environments: [],
      consumers: names.map((name, index) =>
        consumerOf(
          {
            region: "eu-central-1",
            accountId: "444455556666",
            service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" },
            vpc: { cidr: `10.90.${index}.0/24` },
          },
          name,
        ),
      ),
    });
    expect(many.dependencies).toEqual(Object.fromEntries(names.map((name) => [`consumer-endpoint-${name}`, []])));
    const states = Object.values(many.stacks).map(({ terraform, data }) => {
      expect(data.terraform_remote_state).toBeUndefined();
      return JSON.stringify(terraform.backend);
    });
    expect(new Set(states).size).toBe(names.length);
  });

  test("every output that is read exists", () => {
    for (const [id, text] of Object.entries(texts)) {
      const reads = text.matchAll(/cross-stack-reference-input-([a-z0-9-]+)\.outputs\.([A-Za-z0-9_-]+)/g);
      for (const [, source = "", output = ""] of reads) {
        expect({ id, output: Object.keys(stacks[source]?.output ?? {}).includes(output) }).toEqual({
          id,
          output: true,
        });
      }
    }
  });
});

describe("outputs that people and other tools read", () => {
  test.each([
    ["network-test", ["vpcId", "availabilityZoneIds", "privateSubnetIds"]],
    ["data-test", ["databaseAddress", "databaseSecretArn", "fileSystemId", "staticAssetsBucket"]],
    ["compute-test", ["repositoryUrl", "clusterName", "serviceName", "loadBalancerDnsName", "dataLoad"]],
    ["privatelink-service-test", ["serviceName", "availabilityZoneIds", "region"]],
    ["state-backend-test", ["bucket"]],
  ])("%s: %j", (id, names) => {
    expect(Object.keys(stacks[id]?.output ?? {})).toEqual(expect.arrayContaining(names));
  });
});

describe("every stack", () => {
  test.each(Object.keys(texts))("%s is the same in every synth and holds no absolute path", (id) => {
    const again = synthesize({ environments: [environment], consumers: [consumer] });
    expect(again.texts[id]).toBe(texts[id]);
    expect(texts[id]).not.toContain(process.cwd());
  });

  test.each(Object.entries(stacks))("%s touches one account and tags everything", (_id, stack) => {
    const [aws] = stack.provider.aws ?? [];
    expect(aws?.allowed_account_ids).toEqual(["111122223333"]);
    expect(aws?.default_tags[0].tags).toMatchObject({ "managed-by": "cdktf", stack: expect.any(String) });
  });

  test("objects have no tags where there are more than they take", () => {
    const tagged = (count: number) => {
      const tags = Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, "x"]));
      const { stacks } = synthesize({ environments: [environmentOf({ tags })], consumers: [] });
      return Object.values<Block>(stacks["data-test"]?.resource.aws_s3_object ?? {}).map(
        (block) => block.override_provider,
      );
    };
    expect(new Set(tagged(6))).toEqual(new Set([undefined]));
    expect(tagged(7).map((override) => override?.default_tags)).toContainEqual({ tags: {} });
    expect(tagged(7)).not.toContain(undefined);
  });

  // Terraform takes nothing else there, and says so at init only.
  test.each(Object.entries(texts))("%s orders its resources by plain addresses", (_id, text) => {
    const lists = [...text.matchAll(/"(?:depends_on|replace_triggered_by)": \[([^\]]*)\]/g)].flatMap(([, list = ""]) =>
      [...list.matchAll(/"([^"]*)"/g)].map(([, address = ""]) => address),
    );
    expect(lists.filter((address) => !/^(data\.)?\w+\.[\w-]+$/.test(address))).toEqual([]);
    expect(text).not.toContain("TfToken[");
  });

  test.each(Object.entries(texts))("%s holds no secret value", (_id, text) => {
    expect(text).not.toMatch(/"(password|secret_string|token|private_key)":/);
    expect(text).not.toMatch(/AKIA[0-9A-Z]{16}/);
  });

  test.each(Object.entries(stacks))("%s writes its policies as documents", (_id, stack) => {
    const policies = Object.values(stack.resource).flatMap((blocks) =>
      Object.values(blocks).map((block) => block.policy),
    );
    for (const policy of policies) {
      if (policy !== undefined && !String(policy).includes("rulePriority")) expect(policy).toMatch(/\.json\}$/);
    }
  });
});

describe("what holds data", () => {
  const kinds = [
    "aws_backup_vault",
    "aws_db_instance",
    "aws_efs_file_system",
    "aws_kms_key",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
  ];
  const protectedIn = (overrides: Partial<EnvironmentInput>) => {
    const all = synthesize({ environments: [environmentOf(overrides)], consumers: [] }).stacks;
    // The key of the notification topic encrypts messages alone.
    delete (all as Record<string, StackJson>)["privatelink-service-test"];
    return Object.values(all).flatMap(({ resource }) =>
      kinds.flatMap((kind) =>
        Object.values(resource[kind] ?? {}).map((block) => [kind, block.lifecycle?.prevent_destroy === true] as const),
      ),
    );
  };

  test("in production no plan may delete or replace any of it", () => {
    const found = protectedIn({ stage: "production" });
    expect([...new Set(found.map(([kind]) => kind))].sort()).toEqual(kinds);
    // Two keys and three buckets: data and state, static assets, state and access logs.
    expect(found).toHaveLength(9);
    expect(found.filter(([, isProtected]) => !isProtected)).toEqual([]);
  });

  test.each([
    ["development may", { stage: "development" }],
    ["production with a reason may", { stage: "production", acknowledge: { unprotectedDeletion: "it is torn down" } }],
  ] as const)("%s", (_, overrides) => {
    expect(protectedIn(overrides).filter(([, isProtected]) => isProtected)).toEqual([]);
  });
});

describe("backends", () => {
  const withBackend = (backend: Block) =>
    synthesize({ environments: [environmentOf({ backend })], consumers: [] }).stacks as Record<string, StackJson>;

  test("s3: a key per stack and environment, locked by a file", () => {
    expect(stacks["data-test"]?.terraform.backend.s3).toEqual({
      bucket: "private-app-test-tfstate-111122223333",
      key: "test/data.tfstate",
      region: "eu-central-1",
      use_lockfile: true,
    });
    const keys = Object.values(stacks).map((stack) => stack.terraform.backend.s3.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("s3: the bucket's own KMS key encrypts every state", () => {
    // `encrypt` without a key would ask S3 for another encryption than the bucket's.
    for (const { terraform } of Object.values(stacks)) expect(terraform.backend.s3).not.toHaveProperty("encrypt");
    const backend = stacks["state-backend-test"] as StackJson;
    expect(only(backend, "aws_s3_bucket_server_side_encryption_configuration").rule[0]).toMatchObject({
      apply_server_side_encryption_by_default: {
        sse_algorithm: "aws:kms",
        kms_master_key_id: expect.stringContaining("aws_kms_key."),
      },
    });
    const [document] = Object.values(backend.data.aws_iam_policy_document ?? {});
    expect(document?.statement).toContainEqual(
      expect.objectContaining({
        sid: "DenyOtherEncryption",
        effect: "Deny",
        actions: ["s3:PutObject"],
        condition: [{ test: "StringEquals", variable: "s3:x-amz-server-side-encryption", values: ["AES256"] }],
      }),
    );
  });

  test("hcp: a named workspace per stack, and no bucket for the state", () => {
    const hcp = withBackend({ type: "hcp", hcp: { organization: "example-org", project: "platform" } });
    expect(hcp["state-backend-test"]).toBeUndefined();
    expect(hcp["network-test"]?.terraform.cloud).toEqual({
      hostname: "app.terraform.io",
      organization: "example-org",
      workspaces: { name: "private-app-network-test", project: "platform" },
    });
    const [reader] = Object.values(hcp["data-test"]?.data.terraform_remote_state ?? {});
    expect(reader).toMatchObject({ backend: "remote", config: { workspaces: { name: "private-app-network-test" } } });
  });

  test("no synth needs Terraform, whatever the backend", () => {
    const inHcp = environmentOf({ backend: { type: "hcp", hcp: { organization: "example-org" } } });
    const app = buildApp({ environments: [inHcp], consumers: [] }, { outdir: "unused", extensions: {} });
    const started = jest.spyOn(childProcess, "execSync");
    try {
      expect(app.node.findAll().flatMap(({ node }) => node.validate())).toEqual([]);
      expect(started).not.toHaveBeenCalled();
    } finally {
      started.mockRestore();
    }
  });

  test("local: in the project folder, where the next synth does not replace it", () => {
    const local = withBackend({ type: "local" });
    expect(local["network-test"]?.terraform.backend.local).toEqual({ path: "../../../terraform.network-test.tfstate" });
  });
});
