import type { Block, Stacks } from "../../../paths/model/stacks";
import { describeRequest, isExpected, labRequests } from "../../../proof/path-lab/requests";
import { Lab, type RequestResult } from "../../../proof/path-lab/run";
import { findTools } from "../../../proof/path-lab/tools";
import { planOf, SERVICES, stacksOf } from "./mode";

const tools = findTools();
/** The application's target group. */
const APPLICATION = "${aws_lb_target_group.load-balancer_target-group_2EB1ED9E.arn}";
const labTest = "missing" in tools ? test.skip : test;

/** The stacks with other values in the resources of a type whose names begin like this. */
function changed(stacks: Stacks, type: string, name: string, change: (block: Block) => Block): Stacks {
  const [id = "", json] = Object.entries(stacks).find(([, { resource }]) => resource?.[type]) ?? [];
  const all = json?.resource?.[type] ?? {};
  const names = Object.keys(all).filter((each) => each.startsWith(name));
  if (names.length === 0) throw new Error(`no ${type} ${name}`);
  const blocks = names.map((each): [string, Block] => [each, { ...all[each], ...change(all[each] as Block) }]);
  return {
    ...stacks,
    [id]: { ...json, resource: { ...json?.resource, [type]: { ...all, ...Object.fromEntries(blocks) } } },
  };
}

async function answersOf(stacks: Stacks): Promise<readonly RequestResult[]> {
  if ("missing" in tools) throw new Error(tools.missing);
  const prefix = `pathlab-${process.pid}`;
  const plan = planOf(SERVICES, prefix, stacks);
  const lab = new Lab(plan, prefix, tools);
  try {
    await lab.up();
    return await lab.send(labRequests(plan));
  } finally {
    lab.tearDown();
  }
}

/** Requests that were not answered as the configuration says, and how they were. */
const wrong = (results: readonly RequestResult[]): Record<string, string> =>
  Object.fromEntries(
    results
      .filter(({ answer, request }) => !isExpected(request.expected, answer))
      .map(({ answer, request }) => [
        describeRequest(request),
        `${answer.status} ${answer.answeredBy ?? "no service"}`,
      ]),
  );

labTest(
  "rules that lead elsewhere, and a protocol that tasks do not speak, are noticed by the requests that they are about, and by no other",
  async () => {
    const rule = "aws_lb_listener_rule";
    // On port 80 the rule for paths leads to the application; on port 443 the rule for a host is tried before those for paths.
    const elsewhere = changed(stacksOf(SERVICES), rule, "service-reports_rule-80_", ({ action }) => ({
      action: (action as Block[]).map((one) => ({ ...one, target_group_arn: APPLICATION })),
    }));
    const reordered = changed(elsewhere, rule, "service-status_rule-443_", () => ({ priority: 1 }));
    // Its tasks speak HTTP/2 alone, also in answer to health checks.
    const misspoken = changed(reordered, "aws_lb_target_group", "service-status_", () => ({
      protocol_version: "HTTP1",
    }));
    expect(wrong(await answersOf(misspoken))).toEqual({
      "HTTP/1.1 http://service.example.com:80/reports/any": "200 application",
      "HTTP/1.1 http://SERVICE.EXAMPLE.COM:80/reports/any": "200 application",
      "HTTP/1.1 http://other.example.com:80/reports/any": "200 application",
      "HTTP/1.1 http://any.status.example.com:80/reports/any": "200 application",
      "HTTP/1.1 http://service.example.com:80/o'neill+sons/report-a.html": "200 application",
      "HTTP/1.1 http://other.example.com:80/o'neill+sons/report-a.html": "200 application",
      "HTTP/1.1 https://any.status.example.com:443/reports/any": "503 no service",
      "gRPC https://any.status.example.com:443/prices.Prices/any": "503 no service",
      "HTTP/2 https://any.status.example.com:443/": "503 no service",
      "HTTP/2 https://ANY.STATUS.EXAMPLE.COM:443/": "503 no service",
      "HTTP/2 https://any.status.example.com:443/before/": "503 no service",
    });
  },
);
