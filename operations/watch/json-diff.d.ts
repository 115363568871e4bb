declare module "json-diff" {
  export function diffString(
    before: unknown,
    after: unknown,
    options?: { readonly color?: boolean; readonly maxElisions?: number },
  ): string;
}
