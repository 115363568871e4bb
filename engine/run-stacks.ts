import type { SynthesizedStack } from "../synth/stacks";
import { type Said, Skipped, type Step } from "./show";
import { type Outcome, schedule } from "./terraform/schedule";

/** Runs steps side by side under a heading, and shows them. */
export type Show = (heading: string, steps: readonly Step[]) => Promise<void>;

/** Works on stacks in their order, each shown as one line with the time that it took itself. */
export async function runStacks<S extends Pick<SynthesizedStack, "id" | "dependencies">>(
  stacks: readonly S[],
  show: Show,
  heading: string,
  order: Parameters<typeof schedule>[2],
  work: (stack: S, update: (text: string) => void, release: () => void) => Promise<Said>,
): Promise<void> {
  const updates = new Map<string, (text: string) => void>();
  const began = new Map<string, number>();
  let failed: string | undefined;
  const outcomes = schedule(
    stacks,
    async (stack, release) => {
      began.set(stack.id, Date.now());
      try {
        return await work(stack, (text) => updates.get(stack.id)?.(text), release);
      } catch (error) {
        failed ??= stack.id;
        throw error;
      }
    },
    order,
  );
  await show(
    heading,
    stacks.map(({ id }) => ({
      title: id,
      began: () => began.get(id),
      run: async (update) => {
        updates.set(id, update);
        const outcome = await (outcomes.get(id) as Promise<Outcome<Said>>);
        if (outcome.status === "failed") throw outcome.error;
        return outcome.status === "skipped" ? new Skipped(`skipped (${failed} failed)`) : outcome.value;
      },
    })),
  );
}
