import { serviceConsumers } from "../../../config/schema/service-consumers";
import type { EndpointService } from "../../../operations/consumers/service";
import { type Check, checked as check } from "../../../operations/verify/check";
import type { Emulator } from "../../lab/emulator";
import { ACCESS_KEY_ID } from "../../lab/overrides";
import { type ClientSettings, ConsumerAccount } from "./consumer-account";
import { STORY_KEY_ID } from "./credentials";
import type { Provider } from "./provider";

/** Accounts of the three consumers that the provider knows by name. */
const ACCOUNTS = { automatic: "444455556666", "by-hand": "555566667777", ending: "666677778888" } as const;

type Name = keyof typeof ACCOUNTS;

const LAST_DAY = "2099-12-31";
const PAST_DAY = "2020-01-31";

/** The registry as the provider writes it: one endpoint without asking, one by hand, one until a last day. */
const registry = (until: string) =>
  serviceConsumers.parse({
    automatic: { principals: [root("automatic")], accept: { automatically: true, atMostEndpoints: 1 } },
    "by-hand": { principals: [root("by-hand")], costCentre: "4711" },
    ending: { principals: [root("ending")], until, accept: { automatically: true, rejectAfterExpiry: true } },
  });

const root = (name: Name): string => `arn:aws:iam::${ACCOUNTS[name]}:root`;

export interface ByRuleOptions {
  readonly provider: Provider;
  readonly service: EndpointService;
  readonly settings: ClientSettings;
  readonly emulator: Pick<Emulator, "accountId" | "checkRights" | "listCalls">;
  /** What the provider's file says besides consumers. */
  readonly privatelink: Parameters<Provider["edit"]>[0];
}

/**
 * Three consumers in accounts of their own ask for the service, one of them twice. Terraform applies the function that
 * accepts endpoints, and the function runs: within the count, over it, by hand, and after the last day. The consumers'
 * endpoints are gone afterwards.
 */
export async function* byRule(options: ByRuleOptions): AsyncGenerator<Check> {
  const { privatelink, provider, service, settings } = options;
  const edit = async (until: string, name: string) => {
    await provider.edit({ ...privatelink, consumers: registry(until) });
    await provider.apply(name);
  };
  await edit(LAST_DAY, "registry");
  const zones = service.availabilityZoneIds.slice(0, 2);
  const open = (name: Name) => ConsumerAccount.open(settings, ACCOUNTS[name], zones);
  const accounts = {
    automatic: await open("automatic"),
    "by-hand": await open("by-hand"),
    ending: await open("ending"),
  };
  const ask = (name: Name) => accounts[name].connect(service.serviceName);
  const first = await ask("automatic");
  const second = await ask("automatic");
  const byHand = await ask("by-hand");
  const ending = await ask("ending");
  const seen = async (name: Name, id: string): Promise<string> => {
    const state = (await accounts[name].endpoint(id)).State ?? "unknown";
    return `${state.charAt(0).toLowerCase()}${state.slice(1)}`;
  };
  /** Two endpoints of the same second have no first: which of them gets the place is not said. */
  const ofAutomatic = async (): Promise<string> =>
    [await seen("automatic", first), await seen("automatic", second)].sort().join(", ");
  const states = async (): Promise<string> =>
    `automatic: ${await ofAutomatic()}; by-hand: ${await seen("by-hand", byHand)}; ending: ${await seen("ending", ending)}`;

  const report = await provider.acceptByRule();
  const after = await states();
  yield check(
    "three consumers: one is accepted within its count, its second endpoint and another consumer's wait for a person",
    after === "automatic: available, pendingAcceptance; by-hand: pendingAcceptance; ending: available",
    `${after}; why: ${report.decisions.map(({ consumer, reason }) => `${consumer ?? "unknown"} ${reason}`).join(", ")}`,
  );
  const again = await provider.acceptByRule();
  yield check(
    "a second run gives no further place",
    again.accepted.length === 0 && (await states()) === after,
    `${again.accepted.length} accepted; ${await states()}`,
  );

  await provider.connections("accept", byHand);
  const listed = await provider.connections("list");
  yield check(
    "a person accepts the one that is accepted by hand; the list names each consumer",
    (await seen("by-hand", byHand)) === "available" && Object.keys(ACCOUNTS).every((name) => listed.includes(name)),
    listed,
  );

  const sheet = await provider.connections("list", "--traffic", "24h", "--csv");
  yield check(
    "the list for a spreadsheet has a row for each endpoint, with its consumer's cost centre",
    sheet.trim().split("\n").length === 6 && /^by-hand,4711,/m.test(sheet),
    sheet,
  );

  await edit(PAST_DAY, "last-day-passed");
  await provider.acceptByRule();
  const ended = await seen("ending", ending);
  yield check(
    "after its last day a consumer is rejected, and no other",
    ended === "rejected" && (await ofAutomatic()) === "available, pendingAcceptance",
    await states(),
  );
  yield await roleFits(options);

  await accounts.automatic.disconnect([first, second]);
  await accounts["by-hand"].disconnect([byHand]);
  await accounts.ending.disconnect([ending]);
  for (const account of Object.values(accounts)) await account.close();
}

/** Calls that only the function makes with a key of its own: whoever else decides has one of these. */
const OTHER_KEYS: readonly string[] = [STORY_KEY_ID, ACCESS_KEY_ID];

/** The emulated AWS refuses no call for a missing permission, so what the function did is compared with its role's policies. */
async function roleFits({ emulator, provider, settings }: ByRuleOptions): Promise<Check> {
  const calls = await emulator.listCalls();
  const keys = calls.filter(
    ({ accessKeyId, action }) =>
      /^(Accept|Reject)VpcEndpointConnections$/.test(action) && !OTHER_KEYS.includes(accessKeyId),
  );
  const answers = await Promise.all(
    [...new Set(keys.map(({ accessKeyId }) => accessKeyId))].map((accessKeyId) =>
      emulator.checkRights({
        account: emulator.accountId,
        accessKeyId,
        role: provider.functionName,
        region: settings.region,
      }),
    ),
  );
  const refused = answers.flatMap((answer) => answer.refused.map(({ action, resource }) => `${action} on ${resource}`));
  const evaluated = answers.reduce((sum, answer) => sum + answer.evaluated, 0);
  return check(
    "the function's role allows every call that it made",
    answers.length === 2 && refused.length === 0,
    `${evaluated} permissions of ${answers.length} runs that decided${refused.length > 0 ? `; refused: ${refused.join(", ")}` : ""}`,
  );
}
