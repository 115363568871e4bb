/** A run of a test file that plans a folder. */
export const run = (name: string, source: string, overrides: string, fails?: string) => `
run "${name}" {
  command = plan
  module {
    source = "./${source}"
  }
${overrides}
${fails ? `  expect_failures = [${fails}]` : ""}
}`;

/** Values that a data source answers in a run. */
export const override = (target: string, values: string) => `
  override_data {
    target = ${target}
    values = ${values}
  }`;
