import { readFileSync } from "node:fs";
import { projectPath } from "../../../../config/project";
import type { Finding } from "../../../../proof/report/scan-record";
import { judge, readAccepted, type Scanner } from "../../../../upkeep/check/scan/findings";

const reason = "looked at by a person, and left as it is";
const all = new Set<Scanner>(["checkov", "parliament"]);
const finding = (check: string, place: string): Finding => ({ check, place, says: "bad" });

describe("a finding", () => {
  const accepted = [{ checks: ["CKV_AWS_1", "RESOURCE_STAR"], places: ["data-{dev,prod}/bucket"], reason }];
  const listed = ["data-dev/bucket", "data-prod/bucket"].flatMap((place) => [
    finding("CKV_AWS_1", place),
    finding("RESOURCE_STAR", place),
  ]);

  test("that is listed is accepted, in each place that braces stand for", () => {
    expect(judge(listed, accepted, all)).toEqual({ unlisted: [], stale: [], twice: [], accepted: 4 });
  });

  test.each([
    ["of another check", finding("CKV_AWS_12", "data-dev/bucket")],
    ["in a place below", finding("CKV_AWS_1", "data-dev/bucket/policy")],
    ["in another environment", finding("CKV_AWS_1", "data-test/bucket")],
  ])("%s is not", (_, planted) => {
    expect(judge([...listed, planted], accepted, all).unlisted).toEqual([planted]);
  });

  test("that is listed, but no longer occurs in one of the places, is told", () => {
    expect(judge(listed.slice(1), accepted, all).stale).toEqual(["CKV_AWS_1 at data-dev/bucket"]);
  });

  test("of a scanner that did not run is not missed", () => {
    const checkovAlone = listed.filter(({ check }) => check === "CKV_AWS_1");
    expect(judge(checkovAlone, accepted, new Set(["checkov"])).stale).toEqual([]);
  });

  test("that two entries list is told, since one of the reasons would be read by nobody", () => {
    expect(judge(listed, [...accepted, ...accepted], all).twice).toHaveLength(4);
  });
});

test("an entry without a reason is refused, with its place in the file", () => {
  expect(() => readAccepted("- checks: [CKV_AWS_1]\n  places: [a/b]\n", "accepted.yaml")).toThrow(
    /^accepted\.yaml: .*\n {2}0\.reason/,
  );
});

test("the committed list can be read", () => {
  const file = "upkeep/check/scan/accepted-findings.yaml";
  expect(readAccepted(readFileSync(projectPath(file), "utf8"), file).length).toBeGreaterThan(10);
});
