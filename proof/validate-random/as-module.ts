/**
 * A stack's JSON as a module of another root. Terraform takes import blocks in a root module only; the rehearsal and its
 * upgrade see them there.
 */
export function asModule(json: unknown): object {
  const { import: _imports, ...rest } = json as { readonly import?: unknown };
  return rest;
}
