import { existsSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { applyStack } from "../../engine/apply-stack";
import { TerraformError } from "../../engine/terraform/terraform";
import { type FaultCase, Tally } from "./outcome";
import { engineWith, openWorld, stateLocation, type WorldOptions } from "./world";

type Options = Omit<WorldOptions, "wanted" | "withBucket">;

const quietly = { onProgress: () => {} };

/** Two applies of one stack at once, from two directories' worth of engines. */
export function twoAppliesCase(options: Options): FaultCase {
  return {
    name: "Two applies at once",
    expected: "the second is refused by the lock and told who holds it; the first ends as if it had been alone",
    run: async () => {
      const world = await openWorld({ ...options, wanted: ["network-dev"], withBucket: true });
      const tally = new Tally();
      const wrong: string[] = [];
      try {
        const stack = world.stack("network");
        let second: Promise<string | undefined> | undefined;
        await applyStack(world.terraform, stack, {
          ...quietly,
          onApplying: ({ running, completed }) => {
            // What Terraform prints before its first resource comes before the lock, too: the second could be faster.
            if (running.size + completed.size === 0) return;
            const other = engineWith(world, { logFolder: join(world.folder, "second") });
            second ??= other.plan(stack).then(
              () => "the second was not refused",
              (error: Error) => refusal(error),
            );
          },
        });
        const refused = await (second ?? "the first was over before the second began");
        if (refused !== undefined) wrong.push(refused);
        else tally.add("second refused by the lock");
        const again = await world.terraform.plan(stack, { phase: "again" });
        if (again.changed) wrong.push("a second plan is not empty");
        else tally.add("first complete, second plan empty");
        return { runs: 1, seen: tally.counts, wrong };
      } finally {
        await world.stop();
      }
    },
  };
}

/** What is wrong with the message that a locked stack gives; undefined if it has all that it needs. */
function refusal(error: Error): string | undefined {
  if (!(error instanceof TerraformError)) return error.message;
  const complete =
    /state lock/i.test(error.details) && /Who:/.test(error.details) && /force-unlock \S+-/.test(error.next);
  return complete ? undefined : `another message than the lock's: ${error.message}`;
}

/** A lock that a run has left which no longer is. */
export function staleLockCase(options: Options): FaultCase {
  return {
    name: "Stale lock",
    expected:
      "the error names who left it and the command that takes it away; after that command the stack can be planned",
    run: async () => {
      const world = await openWorld({ ...options, wanted: ["network-dev"], withBucket: true });
      const tally = new Tally();
      const wrong: string[] = [];
      try {
        const stack = world.stack("network");
        await world.terraform.init(stack);
        const { bucket, key } = stateLocation(stack);
        await world.s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: `${key}.tflock`, Body: JSON.stringify(LEFT_BEHIND) }),
        );
        const refused = await world.terraform.plan(stack).then(
          () => "planned in spite of the lock",
          (error: Error) => refusal(error) ?? (error as TerraformError).next,
        );
        const id = /force-unlock (\S+)/.exec(refused)?.[1];
        if (id !== LEFT_BEHIND.ID) wrong.push(refused);
        else tally.add("message names the command");
        await world.terraform.unlock(stack, LEFT_BEHIND.ID);
        await world.terraform.plan(stack);
        tally.add("planned after the command");
        if (existsSync(join(stack.directory, "crash.log"))) wrong.push("crash.log");
        return { runs: 1, seen: tally.counts, wrong };
      } finally {
        await world.stop();
      }
    },
  };
}

/** A lock file as Terraform writes it. */
const LEFT_BEHIND = {
  ID: "6f1e1d2c-3b4a-5968-7786-95a4b3c2d1e0",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "pipeline@runner-that-is-gone",
  Version: "1.11.4",
  Created: "2026-01-01T00:00:00Z",
  Path: "",
};
