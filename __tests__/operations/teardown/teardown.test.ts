import type { ManagedResource } from "../../../engine/terraform/resources";
import { inventory, preventsDestroy } from "../../../operations/teardown/inventory";
import { describe as describeFindings, type Finding, obstacles } from "../../../operations/teardown/teardown";

const resource = (address: string, values: ManagedResource["values"]): ManagedResource => ({
  address,
  type: address.split(".")[0] ?? "",
  values,
});

const finding = (resources: readonly ManagedResource[], amounts: readonly string[] = []): Finding => {
  const found = inventory(resources);
  return {
    stack: { id: "data-dev", directory: "", dependencies: [] },
    inventory: found,
    filled: found.containers.flatMap((container, index) => {
      const amount = amounts[index];
      return amount === undefined ? [] : [{ container, amount }];
    }),
    connections: [],
  };
};

describe("in the way of a teardown", () => {
  test.each([
    [
      "a database with deletion protection",
      resource("aws_db_instance.one", { identifier: "db", deletion_protection: true, skip_final_snapshot: true }),
      /data\.database\.deletionProtection: false/,
    ],
    [
      "a cluster with deletion protection",
      resource("aws_rds_cluster.one", {
        cluster_identifier: "db",
        deletion_protection: true,
        skip_final_snapshot: false,
        final_snapshot_identifier: "db-final",
      }),
      /data\.database\.deletionProtection: false/,
    ],
    [
      "an ALB with deletion protection",
      resource("aws_lb.one", { name: "alb", enable_deletion_protection: true, load_balancer_type: "application" }),
      /compute\.loadBalancer\.deletionProtection: false/,
    ],
    [
      "an NLB with deletion protection",
      resource("aws_lb.one", { name: "nlb", enable_deletion_protection: true, load_balancer_type: "network" }),
      /privatelink\.deletionProtection: false/,
    ],
  ])("is %s, with the option that lifts it", (_, protectedThing, fix) => {
    expect(obstacles([finding([protectedThing])], new Set())).toEqual([
      { what: expect.stringMatching(/has deletion protection/), fix: expect.stringMatching(fix) },
    ]);
  });

  test("is what Terraform may not destroy in production, with the option that lifts it", () => {
    const database = resource("aws_db_instance.one", { identifier: "db", deletion_protection: false });
    const found = inventory([database], {
      resource: { aws_db_instance: { one: { lifecycle: { prevent_destroy: true } } }, aws_iam_role: { other: {} } },
    });
    expect(obstacles([{ ...finding([database]), inventory: found }], new Set())).toEqual([
      {
        what: expect.stringContaining("prevent_destroy"),
        fix: expect.stringContaining("acknowledge.unprotectedDeletion"),
      },
    ]);
    expect(preventsDestroy({ resource: { aws_db_instance: { one: { lifecycle: {} } } } })).toBe(false);
  });

  test.each([
    ["bucket", resource("aws_s3_bucket.one", { bucket: "b", force_destroy: false }), "--empty-buckets"],
    ["repository", resource("aws_ecr_repository.one", { name: "r", force_delete: false }), "--empty-repositories"],
    ["backup vault", resource("aws_backup_vault.one", { name: "v", force_destroy: false }), "--delete-recovery-points"],
    [
      "instances",
      resource("aws_autoscaling_group.one", { name: "g", protect_from_scale_in: true, force_delete: false }),
      "--terminate-instances",
    ],
  ] as const)("is what is in a %s, until told to empty it", (kind, container, flag) => {
    const filled = finding([container], ["3 things"]);
    expect(obstacles([filled], new Set())).toEqual([
      { what: expect.stringContaining("3 things"), fix: expect.stringContaining(flag) },
    ]);
    expect(obstacles([filled], new Set([kind]))).toEqual([]);
    expect(obstacles([finding([container])], new Set())).toEqual([]);
  });

  test("is nothing that the configuration lets Terraform empty", () => {
    const bucket = resource("aws_s3_bucket.one", { bucket: "b", force_destroy: true });
    expect(obstacles([finding([bucket], ["3 object versions"])], new Set())).toEqual([]);
  });
});

test("a person sees what holds data, what is in it, who is disconnected, and what AWS keeps", () => {
  const shown = describeFindings([
    {
      ...finding(
        [
          resource("aws_db_instance.one", {
            identifier: "db",
            skip_final_snapshot: false,
            final_snapshot_identifier: "db-final",
          }),
          resource("aws_s3_bucket.one", { bucket: "assets", force_destroy: true }),
        ],
        ["3 object versions"],
      ),
      connections: [{ endpointId: "vpce-1", owner: "444455556666", state: "available" }],
    },
  ]);
  expect(shown.split("\n")).toEqual([
    "data-dev: 2 resources",
    "  database db",
    "  bucket assets",
    "  in bucket assets: 3 object versions",
    "  rejects connection vpce-1 of 444455556666 (available)",
    expect.stringMatching(
      /AWS keeps final snapshot db-final .*until their key is deleted: .*cancel-key-deletion.*copy-db-snapshot/,
    ),
    expect.stringContaining("AWS keeps log groups /aws/rds/instance/db/"),
  ]);
});
