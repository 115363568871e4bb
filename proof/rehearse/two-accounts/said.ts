import type { Check } from "../../../operations/verify/check";

/** A check of the story, with what was seen. */
export const check = (item: string, good: boolean, saw: string): Check => ({
  item,
  status: good ? "pass" : "fail",
  saw: saw.trim(),
});
