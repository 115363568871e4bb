import type { JSX } from "preact";
import { accountsOf, serviceConsumers, zoneWarnings } from "../../../../config/service-consumers";
import { count } from "../../../../engine/words";
import { total } from "../../cost/bill";
import type { Facts } from "../../gather";
import { dollars } from "../format";
import { Section, Table, Verdict } from "../parts";

/** Who the provider knows by name, and who is cut off when a zone fails. */
export function Consumers({ costs, environment }: Pick<Facts, "costs" | "environment">): JSX.Element {
  const consumers = serviceConsumers(environment.privatelink);
  const warnings = zoneWarnings(environment);
  const lines = costs.find((cost) => cost.environment === environment.name)?.lines ?? [];
  const equalPart = consumers.length === 0 ? 0 : total(lines) / consumers.length;
  const zones = [...new Set(consumers.flatMap(({ availabilityZoneIds = [] }) => availabilityZoneIds))].sort();
  const cutOff = (zone: string): string[] =>
    consumers.flatMap(({ availabilityZoneIds: own = [], name }) =>
      own.length > 0 && own.every((each) => each === zone) ? [name] : [],
    );
  return (
    <Section
      id="consumers"
      title="Consumers"
      open={warnings.length > 0}
      verdict={
        <Verdict tone={warnings.length > 0 ? "warn" : "plain"}>
          {warnings.length > 0
            ? `${count(warnings.length, "consumer")} not in every zone`
            : `${consumers.length} by name`}
        </Verdict>
      }
      about="Consumers in privatelink.consumers. The plain lists of principals and ranges have no names."
    >
      {consumers.length > 0 && (
        <Table
          caption="Consumers by name"
          head={[
            "Consumer",
            "Accounts",
            "Acceptance",
            "Until",
            "Zones",
            "Requests in five minutes",
            "Cost centre",
            "Equal part of the monthly cost",
          ]}
          numbers={[7]}
          rows={consumers.map((consumer) => ({
            cells: [
              consumer.name,
              accountsOf(consumer).join(", "),
              acceptance(consumer, environment.privatelink.acceptanceRequired),
              consumer.until ?? "no last day",
              consumer.availabilityZoneIds?.join(", ") ?? "not written",
              limit(consumer),
              consumer.costCentre ?? "none",
              dollars(equalPart),
            ],
          }))}
        />
      )}
      {zones.length > 0 && (
        <Table
          caption="When a zone fails"
          head={["Zone", "Consumers that are cut off"]}
          rows={zones.map((zone) => ({ cells: [zone, cutOff(zone).join(", ") || "none"] }))}
        />
      )}
      {warnings.length > 0 && (
        <ul>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {consumers.length > 0 && (
        <p>
          Parts by what has passed:{" "}
          <code>npx ecs-privatelink connections --env {environment.name} list --traffic 30d</code>
        </p>
      )}
    </Section>
  );
}

const limit = ({ limits }: ReturnType<typeof serviceConsumers>[number]): string => {
  if (limits === undefined) return "no limit";
  return limits.action === "block"
    ? `${limits.requestsPerFiveMinutes} at most`
    : `counted above ${limits.requestsPerFiveMinutes}`;
};

const acceptance = ({ accept }: ReturnType<typeof serviceConsumers>[number], required: boolean): string => {
  if (!required) return "every endpoint";
  return accept.automatically ? `automatic, ${count(accept.atMostEndpoints, "endpoint")} at most` : "by a person";
};
