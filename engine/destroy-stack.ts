import { describeProgress } from "./apply-stack";
import { moveStateOut } from "./state-bucket";
import type { StackRun, Terraform } from "./terraform/terraform";

/**
 * Order in which stacks are destroyed: the last first. Few at once, since each starts the provider, which keeps a
 * processor busy for seconds.
 */
export const DESTROY_ORDER = { reverse: true, concurrency: 3 } as const;

export interface DestroyStackOptions {
  readonly onProgress: (text: string) => void;
  /** Further flags of `terraform destroy`. */
  readonly flags?: readonly string[];
  /** Done when nothing but destroying is left to do: what Terraform itself would refuse. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Destroys one stack. The one way in which rehearsal and teardown destroy anything.
 *
 * @param stack with `localState`, the stack of the state bucket: its state leaves the bucket for that file first
 */
export async function destroyStack(
  terraform: Terraform,
  stack: StackRun & { readonly localState?: string },
  { onProgress, flags = [], prepare }: DestroyStackOptions,
): Promise<void> {
  if (stack.localState !== undefined) await moveStateOut(terraform, stack, stack.localState);
  await prepare?.();
  await terraform.destroy(stack, {
    flags,
    onProgress: (record) => onProgress(describeProgress(record)),
  });
}
