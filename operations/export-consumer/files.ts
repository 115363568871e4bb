import { App } from "cdktf";
import { ConsumerModule } from "./consumer-module";
import { readme } from "./readme";
import { moduleTests } from "./tests";
import { VARIABLES } from "./variables";

/** Terraform JSON of the module, as far as it is read here. */
interface ModuleJson {
  readonly data: unknown;
  readonly resource: unknown;
  readonly output: Readonly<Record<string, { readonly description: string; readonly value: unknown }>>;
  readonly variable: Readonly<Record<string, object>>;
}

/** The version that this project is tested with is the newest of 5; `service_region` came with 5.83. */
const VERSIONS = {
  terraform: {
    required_version: ">= 1.5",
    required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.83" } },
  },
};

/** The files of the plain Terraform module, by path inside its folder. */
export function moduleFiles(): Record<string, string> {
  const { data, output, resource, variable } = synthesize();
  return {
    "main.tf.json": json({ data, resource }),
    "variables.tf.json": json({ variable }),
    "outputs.tf.json": json({ output }),
    "versions.tf.json": json(VERSIONS),
    "README.md": readme(
      VARIABLES,
      Object.entries(output).map(([name, { description }]) => ({ name, description })),
    ),
    "tests/module.tftest.hcl": moduleTests,
  };
}

function synthesize(): ModuleJson {
  // The caller of a module brings provider and backend.
  const app = new App({ skipValidation: true, stackTraces: false });
  const stack = new ConsumerModule(app);
  stack.prepareStack();
  return withoutMetadata(stack.toTerraform()) as ModuleJson;
}

/** Leaves out what CDKTF notes for itself. */
function withoutMetadata(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMetadata);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, inner]) => [key, withoutMetadata(inner)]),
  );
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
