import fc from "fast-check";
import { anyBroken, type Broken } from "./arbitraries/breakages";
import { problemsOf } from "./support";

test("at least 200 different wrong configurations are refused with the right path and a fix", () => {
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
    { numRuns: 220 },
  );
  expect(different.size).toBeGreaterThanOrEqual(200);
});
