import type { Context } from "../network";

/** Runs last: the calls of the other tests are its input. */
export function answers(context: () => Context): void {
  test("every answer fits AWS's API model, or stands in the list of accepted differences", async () => {
    const checked = await context().emulator.checkedAnswers();
    expect(checked.unexpected).toEqual([]);
    expect(checked.operations).toBeGreaterThan(100);
    expect(checked.answerMembers).toBeGreaterThan(4_000);
  });

  test("no accepted difference is stale", async () => {
    expect((await context().emulator.checkedAnswers()).stale).toEqual([]);
  });
}
