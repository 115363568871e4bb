import { type Item, lookAt } from "../../../operations/verify/check";

const item = (name: string, look: Item["look"]): Item => ({ item: name, next: `fix ${name}`, look });

test("what is printed as JSON: item, status and what was seen, and the next step of what failed", async () => {
  const checks = await lookAt([
    item("vpc", async () => ({ good: true, saw: "vpc-1" })),
    item("database", async () => ({ good: false, saw: "one zone" })),
    item("sync", async () => ({ good: undefined, saw: "alb-target" })),
    item("bucket", async () => {
      throw Object.assign(new Error("not yours"), { name: "AccessDenied" });
    }),
  ]);
  expect(JSON.parse(JSON.stringify(checks))).toEqual([
    { item: "vpc", status: "pass", saw: "vpc-1" },
    { item: "database", status: "fail", saw: "one zone", next: "fix database" },
    { item: "sync", status: "not applicable", saw: "alb-target" },
    { item: "bucket", status: "fail", saw: "AccessDenied: not yours", next: "fix bucket" },
  ]);
});

test("all items are looked at side by side", async () => {
  const waiting: (() => void)[] = [];
  const names = Array.from({ length: 30 }, (_, index) => `item ${index}`);
  const looks = names.map((name) =>
    item(name, async () => {
      // Nothing continues before everybody has begun.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === names.length) for (const go of waiting) go();
      });
      return { good: true, saw: name };
    }),
  );
  expect((await lookAt(looks)).map(({ saw }) => saw)).toEqual(names);
});
