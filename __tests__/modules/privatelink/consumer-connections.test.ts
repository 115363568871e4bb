import type { EnvironmentInput } from "../../../config/schema";
import { type Block, only, resources, type StackJson, synthesizeEnvironment } from "../../synth";

const acme = { principals: ["arn:aws:iam::555566667777:root"], accept: { automatically: true } };
const beta = { principals: ["arn:aws:iam::666677778888:root"] };
const service = (privatelink: Partial<EnvironmentInput["privatelink"]>) =>
  synthesizeEnvironment({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", ...privatelink } })(
    "privatelink-service",
  );

const statement = (stack: StackJson, sid: string): Block | undefined =>
  Object.values(stack.data.aws_iam_policy_document ?? {})
    .flatMap((document) => document.statement as Block[])
    .find((each) => each.sid === sid);
const functionOf = (stack: StackJson) =>
  resources(stack, "aws_lambda_function").find((each) => String(each.function_name).endsWith("consumer-connections"));
const alarmsOf = (stack: StackJson) => resources(stack, "aws_cloudwatch_metric_alarm").map((each) => each.alarm_name);

test("there is no function where no consumer needs it", () => {
  const stack = service({ consumers: { acme: { principals: acme.principals }, beta } });
  expect(functionOf(stack)).toBeUndefined();
  expect(alarmsOf(stack).filter((name) => /consumer/.test(String(name)))).toEqual([]);
});

test("principals of consumers may create endpoints, ranges that touch are one rule", () => {
  const stack = service({
    enforceInboundRulesOnPrivateLinkTraffic: "on",
    allowedPrincipals: [],
    consumers: { acme: { ...acme, cidrs: ["10.40.0.0/25"] }, beta: { ...beta, cidrs: ["10.40.0.128/25"] } },
  });
  expect(resources(stack, "aws_vpc_endpoint_service_allowed_principal").map((each) => each.principal_arn)).toEqual([
    ...acme.principals,
    ...beta.principals,
  ]);
  const rules = resources(stack, "aws_vpc_security_group_ingress_rule").flatMap(({ cidr_ipv4 }) => cidr_ipv4 ?? []);
  expect(rules).toEqual(["10.40.0.0/24"]);
});

test("the function knows the consumers, and may decide on this service alone", () => {
  const stack = service({ consumers: { acme: { ...acme, until: "2027-03-31", contact: "a@example.com" }, beta } });
  const { environment, kms_key_arn } = functionOf(stack) ?? {};
  expect(JSON.parse(String((environment as Block).variables.CONSUMERS))).toEqual([
    {
      name: "acme",
      accounts: ["555566667777"],
      automatically: true,
      atMostEndpoints: 1,
      rejectAfterExpiry: false,
      until: "2027-03-31",
    },
    { name: "beta", accounts: ["666677778888"], automatically: false, atMostEndpoints: 1, rejectAfterExpiry: false },
  ]);
  expect(kms_key_arn).toMatch(/key/);
  const decide = statement(stack, "Decide");
  expect(decide?.actions).toEqual(["ec2:AcceptVpcEndpointConnections"]);
  expect(decide?.resources).toEqual([expect.stringMatching(/aws_vpc_endpoint_service\.\S+\.arn/)]);
});

test("it may reject only where a consumer is rejected after its last day, and nothing in a dry run", () => {
  const consumers = { acme: { ...acme, accept: { rejectAfterExpiry: true }, until: "2027-03-31" } };
  expect(statement(service({ consumers }), "Decide")?.actions).toEqual(["ec2:RejectVpcEndpointConnections"]);
  const dry = service({ consumers, consumerConnections: { dryRun: true } });
  expect(statement(dry, "Decide")).toBeUndefined();
  expect(statement(dry, "KeepGrants")).toBeUndefined();
});

test("connection events and a schedule start it", () => {
  const stack = service({ consumers: { acme }, consumerConnections: { sweepMinutes: 1 } });
  const subscription = only(stack, "aws_sns_topic_subscription");
  expect(subscription.protocol).toBe("lambda");
  expect(subscription.endpoint).toMatch(/aws_lambda_function/);
  expect(resources(stack, "aws_cloudwatch_event_rule").map((rule) => rule.schedule_expression)).toContain(
    "rate(1 minute)",
  );
});

test("alarms tell of stopped runs, waiting and expired endpoints, and a missing consumer that is expected", () => {
  const stack = service({ consumers: { acme: { ...acme, expectConnected: true }, beta } });
  expect(alarmsOf(stack).filter((name) => /consumer/.test(String(name)))).toEqual([
    "private-app-test-consumer-connected-acme",
    "private-app-test-consumer-resets-acme",
    "private-app-test-consumer-resets-beta",
    "private-app-test-consumers-expired",
    "private-app-test-consumers-success",
    "private-app-test-consumers-waiting",
  ]);
});

test("endpoints are graphed whichever there are, and AWS's own rules rank them where wanted", () => {
  const stack = service({ consumers: { acme }, contributorInsights: true });
  const body = JSON.parse(String(only(stack, "aws_cloudwatch_dashboard").dashboard_body)) as { widgets: Block[] };
  const searches = JSON.stringify(body.widgets).match(/MetricName=\\"\w+/g);
  expect(searches?.map((text) => text.split('"').at(-1))).toEqual([
    "BytesProcessed",
    "NewConnections",
    "RstPacketsSent",
  ]);
  const rules = resources(stack, "aws_cloudwatch_contributor_managed_insight_rule");
  expect(rules.map(({ template_name }) => template_name).sort()).toEqual([
    "VpcEndpointService-ActiveConnectionsByEndpointId-v1",
    "VpcEndpointService-BytesByEndpointId-v1",
    "VpcEndpointService-NewConnectionsByEndpointId-v1",
    "VpcEndpointService-RstPacketsByEndpointId-v1",
  ]);
  expect(new Set(rules.map(({ resource_arn }) => resource_arn))).toEqual(
    new Set([expect.stringMatching(/aws_vpc_endpoint_service\.\S+\.arn/)]),
  );
  const plain = service({});
  expect(resources(plain, "aws_cloudwatch_contributor_managed_insight_rule")).toEqual([]);
  expect(String(only(plain, "aws_cloudwatch_dashboard").dashboard_body)).not.toContain("SEARCH");
});

test("the output tells commands who the consumers are", () => {
  const stack = service({
    privateDns: { name: "app.example.com", publicZoneId: "Z0123456789ABC" },
    consumers: { acme: { ...acme, dnsLabel: "acme", contact: "a@example.com" } },
  });
  expect(stack.output.consumers?.value).toEqual({
    acme: {
      accounts: ["555566667777"],
      automatically: true,
      atMostEndpoints: 1,
      contact: "a@example.com",
      ownName: "acme.app.example.com",
    },
  });
});
