import { ask } from "../../engine/ask";
import { runCommand } from "../../engine/command";
import { runStacks } from "../../engine/run-stacks";
import { Skipped, type Step, show } from "../../engine/show";
import { Interrupted, type Interruption } from "../../engine/terraform/interruption";

/** A command with one step of each kind, for a terminal of its own: `works`, `fails`, `skips`, `waits`, `many`, `asks`, `stacks`. */
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function steps({ stop }: Interruption): Record<string, Step> {
  return {
    works: {
      title: "works",
      run: async (update) => {
        update("in the middle of something whose description is longer than a narrow window has columns");
        await pause(300);
        return "3 resources";
      },
    },
    fails: { title: "fails", run: () => Promise.reject(new Error("the bucket does not exist")) },
    skips: { title: "skips", run: async () => new Skipped("not available (no Docker engine)") },
    waits: {
      title: "waits",
      run: () =>
        new Promise((_resolve, reject) => {
          const alive = setInterval(() => {}, 1000);
          stop.addEventListener("abort", () => {
            clearInterval(alive);
            reject(new Interrupted());
          });
        }),
    },
  };
}

void runCommand("example", async (interruption) => {
  const all = steps(interruption);
  if (process.argv.includes("many")) {
    const many = Array.from({ length: 30 }, (_, number) => ({
      title: `step ${number}`,
      run: async () => {
        await pause(1500);
        return undefined;
      },
    }));
    await show("Many", many);
  }
  if (process.argv.includes("asks")) return (await ask("Continue? ", interruption)) === "yes" ? 0 : 1;
  const names = process.argv.slice(2).filter((word) => word !== "stacks");
  await show(
    "Example",
    names.flatMap((name) => all[name] ?? []),
  );
  if (process.argv.includes("stacks")) {
    const stacks = [
      { id: "first", dependencies: [] },
      { id: "second", dependencies: ["first"] },
      { id: "third", dependencies: ["second"] },
    ];
    await runStacks(stacks, show, "Stacks", {}, async ({ id }) => {
      await pause(id === "first" ? 2100 : 50);
      if (id === "second") throw new Error("second went wrong");
      return undefined;
    });
  }
  return 0;
});
