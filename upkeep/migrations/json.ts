import { difference } from "../watch/difference";
import type { Stacks } from "../watch/synthesize";

interface StackJson {
  readonly "//"?: { readonly metadata?: Readonly<Record<string, unknown>> };
  readonly terraform?: { readonly required_providers?: Readonly<Record<string, { readonly version?: string }>> };
}

/** Stacks without the version of CDKTF that wrote them, and without the versions of their providers. */
function withoutVersions(stacks: Stacks): Stacks {
  return Object.fromEntries(
    Object.entries(stacks).map(([id, json]) => {
      const { "//": comment, terraform, ...rest } = json as StackJson;
      const { version: _version, ...metadata } = comment?.metadata ?? {};
      const providers = Object.entries(terraform?.required_providers ?? {}).map(
        ([name, { version: _own, ...provider }]) => [name, provider],
      );
      const required = { ...terraform, required_providers: Object.fromEntries(providers) };
      return [id, { ...rest, terraform: required, "//": { ...comment, metadata } }];
    }),
  );
}

/** Versions of CDKTF that stacks say they were written by. */
export function versionsOf(stacks: Stacks): string {
  const versions = Object.values(stacks).map((json) => String((json as StackJson)["//"]?.metadata?.version));
  return [...new Set(versions)].join(", ");
}

/** Versions of the AWS provider that stacks ask for. */
export function awsVersionsOf(stacks: Stacks): string {
  const versions = Object.values(stacks).map((json) =>
    String((json as StackJson).terraform?.required_providers?.aws?.version),
  );
  return [...new Set(versions)].join(", ");
}

/** Compares two syntheses, apart from the versions of CDKTF and providers. */
export function compareJson(before: Stacks, after: Stacks): { readonly same: boolean; readonly shown: string } {
  const shown = difference(withoutVersions(before), withoutVersions(after), { color: false });
  return { same: shown === "", shown };
}
