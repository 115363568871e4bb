import { idOfUnfinished } from "../../../operations/terraform/recovery";

const group = (id: string, Name?: string) => ({
  type: "aws_security_group",
  id,
  tags: { stack: "network-dev", ...(Name === undefined ? {} : { Name }) },
});
const block = (values: Readonly<Record<string, unknown>>) => ({ attribute: (key: string) => values[key] });

function find(
  values: Readonly<Record<string, unknown>>,
  tagged: Parameters<typeof idOfUnfinished>[2]["tagged"],
  { begun = ["aws_security_group"], taken = [] as string[], type = "aws_security_group" } = {},
) {
  return idOfUnfinished(type, block(values), { begun, tagged, taken: new Set(taken) });
}

describe("what was being created when a run was killed", () => {
  const both = ["aws_security_group", "aws_security_group"];

  test("is found by a name that its id holds", () => {
    const arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/app-nlb/0123";
    const other = arn.replace("app-nlb", "app-other");
    const tagged = [other, arn].map((id) => ({ type: "aws_lb", id, tags: {} }));
    expect(find({ name: "app-nlb" }, tagged, { type: "aws_lb", begun: ["aws_lb", "aws_lb"] })).toBe(arn);
  });

  test("is found by a name with slashes that is its id", () => {
    const type = "aws_cloudwatch_log_group";
    const tagged = ["/app/one", "/app/two"].map((id) => ({ type, id, tags: {} }));
    expect(find({ name: "/app/two" }, tagged, { type, begun: [type, type] })).toBe("/app/two");
  });

  test("is found by its Name tag where AWS makes the id, also if it has a name", () => {
    const tagged = [group("sg-1", "tasks"), group("sg-2", "alb")];
    expect(find({ name: "alb", tags: { Name: "alb" } }, tagged, { begun: both })).toBe("sg-2");
  });

  test("is the only one of its kind, if only one was begun", () => {
    expect(find({ name: "alb" }, [group("sg-1")])).toBe("sg-1");
    expect(find({ name: "alb" }, [group("sg-1")], { begun: both })).toBeUndefined();
  });

  test("is nothing that belongs to something else, and is not found twice", () => {
    expect(find({}, [group("sg-1")], { taken: ["sg-1"] })).toBeUndefined();
    const taken = new Set<string>();
    const options = { begun: both, tagged: [group("sg-1", "alb")], taken };
    const alb = block({ tags: { Name: "alb" } });
    expect([
      idOfUnfinished("aws_security_group", alb, options),
      idOfUnfinished("aws_security_group", alb, options),
    ]).toEqual(["sg-1", undefined]);
  });

  test("is not guessed among several", () => {
    const tagged = [group("sg-1", "alb"), group("sg-2", "alb")];
    expect(find({ tags: { Name: "alb" } }, tagged)).toBeUndefined();
  });
});
