import { missingPrograms, type Tools } from "../tools";
import { tryConnectionTest } from "./connection-test";
import { ConsumersLab, removeScratch, type Wanted } from "./lab";
import {
  Clients,
  passingThrough,
  tryClients,
  tryConnectionTestWithCertificate,
  verifying,
  withoutMutualTls,
} from "./mutual-tls";

type Say = (line: string) => void;

/** What is tried from a consumer's client, by name. */
export const parts: Readonly<Record<string, { readonly title: string; readonly run: Run }>> = {
  "connection-test": {
    title: "connection test of consumers, each failure planted once",
    run: (start, say) => start({}, (lab) => tryConnectionTest(lab, say)),
  },
  "mutual-tls": {
    title: "mutual TLS: what the application says of each client of a consumer",
    run: async (start, say) => {
      const clients = new Clients();
      const verified = await start(clients.wanted("verify"), async (lab) => {
        const met = await tryClients(lab, "verify", verifying(clients), say);
        return (await tryConnectionTestWithCertificate(lab, clients, say)) && met;
      });
      const passed = await start(clients.wanted("passthrough"), (lab) =>
        tryClients(lab, "passthrough", passingThrough(clients), say),
      );
      const without = await start({}, (lab) => tryClients(lab, "off", withoutMutualTls(clients), say));
      return verified && passed && without;
    },
  },
};

type Run = (start: Start, say: Say) => Promise<boolean>;

/** Builds a lab, works with it, and tears it down. */
type Start = (wanted: Wanted, work: (lab: ConsumersLab) => Promise<boolean>) => Promise<boolean>;

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
  // Also on interrupt, when those who tear down a lab end the process.
  process.once("exit", removeScratch);
  console.log(part.title);
  const start: Start = (wanted, work) => {
    const lab = new ConsumersLab(wanted, tools, prefix);
    return tornDownAfter(
      async () => {
        await lab.up();
        return work(lab);
      },
      () => lab.tearDown(),
    );
  };
  const right = await part.run(start, (line) => console.log(line));
  console.log(`  ${Math.round((Date.now() - begin) / 1000)} s`);
  return right;
}
