import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forgetJournal, journalLine, readJournal } from "../../../engine/terraform/journal";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const say = (type: string, addr: string, more: object = {}, action = "create") =>
  journalLine(directory, JSON.stringify({ type, hook: { resource: { addr }, action, ...more } }));

test("tells what was created, and what was just being created", () => {
  say("apply_start", "aws_vpc.vpc");
  say("apply_complete", "aws_vpc.vpc", { id_value: "vpc-1" });
  say("apply_start", "aws_lb.alb");
  expect(readJournal(directory)).toEqual([{ address: "aws_vpc.vpc", id: "vpc-1" }, { address: "aws_lb.alb" }]);
});

test("leaves out what failed, what was only changed, and a line that was cut short", () => {
  say("apply_start", "aws_vpc.vpc");
  say("apply_errored", "aws_vpc.vpc");
  say("apply_start", "aws_eip.address", {}, "update");
  appendFileSync(join(directory, "apply.journal"), '{"address":"aws_s3_bu');
  expect(readJournal(directory)).toEqual([]);
});

test("is empty once it is forgotten", () => {
  say("apply_start", "aws_vpc.vpc");
  forgetJournal(directory);
  expect(readJournal(directory)).toEqual([]);
});
