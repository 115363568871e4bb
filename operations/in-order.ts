import type { Step } from "./show";
import { type Outcome, schedule } from "./terraform/schedule";
import type { SynthesizedStack } from "./terraform/stacks";

/** Runs steps side by side under a heading, and shows them. */
export type Show = (heading: string, steps: readonly Step[]) => Promise<void>;

/** Works on stacks in their order, each shown as one line. */
export async function inOrder<S extends Pick<SynthesizedStack, "id" | "dependencies">>(
  stacks: readonly S[],
  show: Show,
  heading: string,
  order: Parameters<typeof schedule>[2],
  work: (stack: S, update: (text: string) => void, release: () => void) => Promise<string | undefined>,
): Promise<void> {
  const updates = new Map<string, (text: string) => void>();
  const outcomes = schedule(
    stacks,
    (stack, release) => work(stack, (text) => updates.get(stack.id)?.(text), release),
    order,
  );
  await show(
    heading,
    stacks.map(({ id }) => ({
      title: id,
      run: async (update) => {
        updates.set(id, update);
        return said(await (outcomes.get(id) as Promise<Outcome<string | undefined>>));
      },
    })),
  );
}

function said(outcome: Outcome<string | undefined>): string | undefined {
  if (outcome.status === "failed") throw outcome.error;
  return outcome.status === "skipped" ? "not begun, because another stack failed" : outcome.value;
}
