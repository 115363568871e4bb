import type { JSX } from "preact";
import { assumed, total } from "../../cost/bill";
import { prices } from "../../cost/prices";
import type { EnvironmentCost, Facts } from "../../gather";
import { dollars } from "../format";
import { Section, Table, Verdict } from "../parts";

const noPrice = "no price in the table";

export function Cost({ costs, environment }: Facts): JSX.Element {
  const lines = costs[0]?.lines ?? [];
  return (
    <Section
      id="cost"
      title="Monthly cost"
      verdict={costs.map(({ environment: name, lines: own }) => (
        <Verdict key={name} tone="plain">{`${name} ${dollars(total(own))}`}</Verdict>
      ))}
      about={`An estimate from on-demand list prices of ${prices.region} noted on ${prices.asOf}, in US dollars. It compares choices; look up your Region before you decide.`}
    >
      <Table
        caption="What runs all the time, a month"
        head={["Item", ...costs.flatMap(({ environment: name }) => [`${name}: quantity`, name])]}
        numbers={costs.map((_, index) => 2 * index + 2)}
        rows={[
          ...lines.flatMap(({ item }, index) =>
            costs.some((cost) => cost.lines[index]?.monthly !== 0)
              ? [{ cells: [item, ...costs.flatMap((cost) => cells(cost, index))] }]
              : [],
          ),
          { cells: ["Total", ...costs.flatMap((cost) => ["", dollars(total(cost.lines))])], strong: true },
        ]}
      />
      <Bars costs={costs} />
      <Table
        caption="What other choices cost, a month, when all else is unchanged"
        head={["Option", ...costs.map(({ environment: name }) => name)]}
        rows={(costs[0]?.options ?? []).map(({ option }, index) => ({
          cells: [
            <code key="option">{option}</code>,
            ...costs.map((cost) => <Choices key={cost.environment} cost={cost} index={index} />),
          ],
        }))}
      />
      <Table
        caption="What 100 GB of traffic cost"
        head={["Way", "100 GB"]}
        numbers={[1]}
        rows={Object.entries(prices.traffic).map(([way, price]) => ({ cells: [way, dollars(price * 100)] }))}
      />
      <h3>Assumptions</h3>
      <ul>
        <li>
          A month has {prices.hoursPerMonth} hours; instances and tasks stay at their lower bound. Prices of{" "}
          {environment.region} differ from those of {prices.region}, most are some percent higher.
        </li>
        <li>
          {assumed.efsGib} GiB in EFS, {assumed.s3Gib} GiB in S3, {assumed.logsGib} GB of new logs a month; the sync
          Lambda runs {assumed.lambdaWatchingSeconds} s of every minute, {assumed.lambdaSeconds} s without
          <code>watch</code>.
        </li>
        <li>
          Not counted: traffic, load balancer capacity units, Container Insights, backups beyond the free share, image
          storage, support, taxes, and discounts such as Savings Plans. Consumers pay for their own endpoints.
        </li>
      </ul>
    </Section>
  );
}

function cells({ lines }: EnvironmentCost, index: number): [string, string] {
  const line = lines[index];
  if (!line) return ["", ""];
  return [line.quantity, line.monthly === undefined ? noPrice : dollars(line.monthly)];
}

function Choices({ cost: { options }, index }: { cost: EnvironmentCost; index: number }): JSX.Element {
  return (
    <ul class="choices">
      {options[index]?.choices.map(({ chosen, difference, value }) => (
        <li key={value} class={chosen ? "chosen" : undefined}>
          {value}: {chosen ? "chosen" : `${difference < 0 ? "" : "+"}${dollars(difference)}`}
        </li>
      ))}
    </ul>
  );
}

const SHARES = 6;

/** Shares of the biggest items of each environment on one scale; the table before has the numbers. */
function Bars({ costs }: { costs: readonly EnvironmentCost[] }): JSX.Element {
  const sums = new Map<string, number>();
  for (const { item, monthly = 0 } of costs.flatMap(({ lines }) => lines))
    sums.set(item, (sums.get(item) ?? 0) + monthly);
  const shown = [...sums.keys()].sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0)).slice(0, SHARES);
  const dearest = Math.max(1, ...costs.map(({ lines }) => total(lines)));
  return (
    <div class="bars" aria-hidden="true">
      {costs.map(({ environment, lines }) => {
        const rest = total(lines.filter(({ item }) => !shown.includes(item)));
        const shares = shown.map((item) => lines.find((line) => line.item === item)?.monthly ?? 0);
        return (
          <div key={environment} class="bar">
            <span class="name">{environment}</span>
            <span class="track">
              {[...shares, rest].map((monthly, index) => (
                <span
                  key={shown[index] ?? "all else"}
                  class={`share share-${index}`}
                  style={{ width: `${((monthly / dearest) * 100).toFixed(2)}%` }}
                  title={`${shown[index] ?? "all else"}: ${dollars(monthly)}`}
                />
              ))}
            </span>
            <span class="sum">{dollars(total(lines))}</span>
          </div>
        );
      })}
      <ul class="keys">
        {[...shown, "all else"].map((item, index) => (
          <li key={item}>
            <span class={`share share-${index}`} /> {item}
          </li>
        ))}
      </ul>
    </div>
  );
}
