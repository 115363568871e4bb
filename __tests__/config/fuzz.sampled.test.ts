import { fuzzLoader } from "../../proof/fuzz-loader";
import { runs, seed } from "../lane";

const tried = runs(250);

test("any file is read, or refused by messages with place and fix, within two seconds", () => {
  const { failures, files, problems } = fuzzLoader(tried, seed);
  expect(failures.map(({ what }) => what)).toEqual([]);
  expect(files).toBe(tried);
  expect(problems).toBeGreaterThan(tried);
});
