/** Sets environment variables for the tests of a file, and puts back what was there: the next file runs in the same process. */
export function withVariables(variables: Readonly<Record<string, string>>): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  beforeAll(() => Object.assign(process.env, variables));
  afterAll(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}
