import { readFileSync } from "node:fs";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { projectPath } from "../../config/project";
import type { Consumer } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { buildApp } from "../../stacks/app";
import type { Extensions } from "../../stacks/extend";
import { extensions as example } from "../../stacks/extensions.example";
import { readStackJsons, readStacks } from "../../synth/stacks";
import { consumerOf, environmentOf, only, resources, type StackJson } from "../synth";

function synthesize(
  extensions: Extensions,
  environments = [environmentOf({}, "prod")],
  consumers: Consumer[] = [],
): Record<string, StackJson> {
  return inTemporaryFolder("extensions", (outdir) => {
    buildApp({ environments, consumers }, { outdir, extensions }).synth();
    return readStackJsons(readStacks(outdir)) as unknown as Record<string, StackJson>;
  });
}

const plain = synthesize({});

test("the example of the documentation is the tested one", () => {
  const read = (path: string) => readFileSync(projectPath(path), "utf8");
  expect(read("docs/make-it-yours.md")).toContain(`\`\`\`ts\n${read("stacks/extensions.example.ts")}\`\`\``);
});

describe("the example", () => {
  const extended = synthesize(example, [
    environmentOf({}, "prod"),
    environmentOf({ network: { cidr: "10.21.0.0/16" } }, "dev"),
  ]);
  const stack = (id: string) => extended[id] as StackJson;

  test("changes a property of a resource that no option reaches", () => {
    expect(only(plain["compute-prod"] as StackJson, "aws_lb").xff_header_processing_mode).toBeUndefined();
    expect(only(stack("compute-prod"), "aws_lb").xff_header_processing_mode).toBe("preserve");
  });

  test("changes one environment and leaves another as it is", () => {
    const instance = (id: string) => only(stack(id), "aws_db_instance");
    expect(instance("data-prod")).toMatchObject({ monitoring_interval: 15, timeouts: { update: "120m" } });
    expect(instance("data-dev").monitoring_interval).toBe(60);
    expect(instance("data-dev").timeouts).toBeUndefined();
  });

  test("adds a resource to the stack of the VPC", () => {
    expect(only(stack("network-prod"), "aws_route53_resolver_query_log_config_association").resource_id).toContain(
      "aws_vpc.",
    );
  });

  test("changes no stack that it does not name", () => {
    for (const id of ["state-backend-prod", "privatelink-service-prod"]) expect(stack(id)).toEqual(plain[id]);
  });
});

test("a role of an extension has the permissions boundary and the path of every other role", () => {
  const permissionsBoundaryArn = "arn:aws:iam::111122223333:policy/boundary";
  const { "network-prod": network } = synthesize(
    { network: (stack) => void new IamRole(stack, "acme-role", { name: "acme", assumeRolePolicy: "{}" }) },
    [environmentOf({ iam: { permissionsBoundaryArn, rolePath: "/acme/" } }, "prod")],
  );
  const own = resources(network as StackJson, "aws_iam_role").find(({ name }) => name === "acme");
  expect(own).toMatchObject({ permissions_boundary: permissionsBoundaryArn, path: "/acme/" });
});

test("an extension is called when all stacks are complete", () => {
  const complete: string[] = [];
  const consumer = consumerOf(
    {
      region: "eu-central-1",
      accountId: "111122223333",
      service: { environment: "prod" },
      vpc: { cidr: "10.30.0.0/24" },
      dns: { mode: "private-hosted-zone", name: "app.example.internal" },
    },
    "shop",
  );
  const network: Extensions["network"] = ({ node }) =>
    complete.push(...node.root.node.children.map(({ node: { id } }) => id));
  synthesize({ network }, undefined, [consumer]);
  expect(complete).toContain("consumer-endpoint-shop");
});

test("an error in an extension names the file and the stack", () => {
  const fail = () => {
    throw new Error("no such subnet");
  };
  expect(() => synthesize({ data: fail })).toThrow("stacks/extensions.ts, data of prod: no such subnet");
});
