import { environmentOf, synthesize } from "../synth";

const stacksOf = (accountId: string | undefined, region: "eu-central-1" | "us-gov-west-1" = "eu-central-1") => {
  const environment = { ...environmentOf({ region }), accountId };
  const { stacks } = synthesize({
    environments: [{ ...environment, backend: { ...environment.backend, type: "local" } }],
    consumers: [],
  });
  return Object.values(stacks).map((stack) => ({ data: stack.data ?? {}, text: JSON.stringify(stack) }));
};

test("with accountId no stack asks for the account, nor for the partition", () => {
  for (const { data } of stacksOf("111122223333")) {
    expect([data.aws_caller_identity, data.aws_partition]).toEqual([undefined, undefined]);
  }
});

test("without accountId a stack asks once whose the credentials are", () => {
  const asking = stacksOf(undefined).filter(({ text }) => text.includes("data.aws_caller_identity"));
  expect(asking.length).toBeGreaterThan(1);
  for (const { data } of asking) expect(Object.keys(data.aws_caller_identity ?? {})).toEqual(["account"]);
});

test("the Region decides the partition", () => {
  const [aws, government] = (["eu-central-1", "us-gov-west-1"] as const).map((region) =>
    stacksOf("111122223333", region)
      .map(({ text }) => text)
      .join(),
  );
  expect(aws).toContain("arn:aws:iam::aws:policy/");
  expect(aws).not.toContain("arn:aws-us-gov:");
  expect(government).toContain("arn:aws-us-gov:iam::aws:policy/");
  expect(government).not.toContain("arn:aws:iam::");
});
