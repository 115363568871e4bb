import { calledActions, documentedStatements } from "../documented-policy";

const statements = documentedStatements("verify.md");

test("the documented policy allows exactly the calls that verify makes", () => {
  const called = calledActions("verify");
  expect(called.length).toBeGreaterThan(30);
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual(called);
});

test("the documented policy changes nothing and reads no secret, no log, and no object but to see its encryption", () => {
  for (const { Action, Effect, Sid } of statements) {
    expect(Effect).toBe("Allow");
    expect(Action.filter((action) => !/:(Describe|List|Get)[A-Za-z]+$/.test(action))).toEqual([]);
    const reading = Action.filter((action) => /GetSecretValue|GetObject|GetLogEvents|GetFunction$/.test(action));
    // HeadObject has no permission of its own.
    expect(reading).toEqual(Sid === "LookAtStoredObjects" ? ["s3:GetObject"] : []);
  }
});
