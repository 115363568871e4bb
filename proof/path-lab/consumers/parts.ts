import { missingPrograms, type Tools } from "../tools";
import { tryConnectionTest } from "./connection-test";
import { ConsumersLab } from "./lab";

type Say = (line: string) => void;

/** What is tried from a consumer's client, by name. */
export const parts: Readonly<Record<string, { readonly title: string; readonly run: Run }>> = {
  "connection-test": {
    title: "connection test of consumers, each failure planted once",
    run: (start, say) => start({}, (lab) => tryConnectionTest(lab, say)),
  },
};

type Run = (start: Start, say: Say) => Promise<boolean>;

/** Builds a lab, works with it, and tears it down. */
type Start = (
  wanted: ConstructorParameters<typeof ConsumersLab>[0],
  work: (lab: ConsumersLab) => Promise<boolean>,
  words?: (lab: ConsumersLab) => readonly string[],
) => Promise<boolean>;

/**
 * Runs one of the parts.
 *
 * @param tornDownAfter does the work and then the second function, also on failure and on interrupt
 * @returns whether all is as it has to be; also where a program is missing
 */
export async function tryPart(
  name: string,
  tools: Tools,
  prefix: string,
  tornDownAfter: (work: () => Promise<boolean>, tearDown: () => void) => Promise<boolean>,
): Promise<boolean> {
  const part = parts[name];
  if (!part) throw new Error(`no part ${name}`);
  const missing = missingPrograms("curl", "openssl", "mount");
  if (missing.length > 0) {
    console.log(`${part.title}: skipped, since it needs ${missing.join(", ")}`);
    return true;
  }
  const begin = Date.now();
  const lines: string[] = [];
  const start: Start = (wanted, work, words) => {
    const lab = new ConsumersLab(wanted, tools, prefix);
    return tornDownAfter(
      async () => {
        await lab.up(words?.(lab));
        return work(lab);
      },
      () => lab.tearDown(),
    );
  };
  const right = await part.run(start, (line) => lines.push(line));
  console.log(`${part.title} (${Math.round((Date.now() - begin) / 1000)} s)\n${lines.join("\n")}`);
  return right;
}
