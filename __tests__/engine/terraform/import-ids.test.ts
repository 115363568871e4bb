import { importId, importIdFromJson, type Lookup } from "../../../engine/terraform/import-ids";

const lookup = (attributes: Readonly<Record<string, unknown>>): Lookup => ({ attribute: (key) => attributes[key] });

test("an import's id is the resource's own, or what the provider wants for its kind", () => {
  const cluster = "arn:aws:ecs:eu-central-1:111122223333:cluster/app";
  expect(importId("aws_vpc", "vpc-1", lookup({}), [])).toBe("vpc-1");
  expect(importId("aws_ecs_cluster", cluster, lookup({}), [])).toBe("app");
  expect(importId("aws_lambda_permission", "events", lookup({ function_name: "sync" }), [])).toBe("sync/events");
  expect(importId("aws_wafv2_web_acl", "app-dev-limits/1234", lookup({}), [])).toBe("1234/app-dev-limits/REGIONAL");
});

test("a route's id needs its table: without it there is none", () => {
  const route = { destination_cidr_block: "0.0.0.0/0" };
  expect(importIdFromJson("aws_route", lookup({ ...route, route_table_id: "rtb-1" }))).toBe("rtb-1_0.0.0.0/0");
  expect(importIdFromJson("aws_route", lookup(route))).toBeUndefined();
});
