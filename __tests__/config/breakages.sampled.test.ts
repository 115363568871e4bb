import fc from "fast-check";
import { runs, seed } from "../lane";
import { anyBroken, type Broken } from "./breakages";
import { problemsOf } from "./support";

const tried = runs(220);

test("200 different wrong configurations, in npm test 25 of them, are refused with the right path and a fix", () => {
  const different = new Set<string>();
  fc.assert(
    fc.property(anyBroken, (broken: Broken) => {
      different.add(JSON.stringify(broken.files));
      const problem = problemsOf(broken.files).find(({ file, path }) => file === broken.file && path === broken.path);
      expect(problem).toMatchObject({
        given: expect.stringMatching(/./),
        allowed: expect.stringMatching(/./),
        fix: expect.stringMatching(/\w/),
      });
    }),
    { numRuns: tried, seed },
  );
  expect(different.size).toBeGreaterThanOrEqual(Math.floor(tried * 0.9));
});
