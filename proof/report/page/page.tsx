import type { JSX } from "preact";
import { count, duration } from "../../../engine/words";
import { total } from "../cost/bill";
import type { Facts } from "../gather";
import { dollars, moment } from "./format";
import { Architecture } from "./sections/architecture";
import { Consumers } from "./sections/consumers";
import { Cost } from "./sections/cost";
import { Paths } from "./sections/paths";
import { outcomeOf, Rehearsal } from "./sections/rehearsal";
import { Rules } from "./sections/rules";
import { Scanners } from "./sections/scanners";
import { StacksSection } from "./sections/stacks";
import { Verification } from "./sections/verification";

const contents = [
  ["architecture", "Architecture"],
  ["paths", "Packet paths"],
  ["consumers", "Consumers"],
  ["stacks", "Stacks"],
  ["rules", "Rules"],
  ["verification", "Verification"],
  ["rehearsal", "Rehearsal"],
  ["cost", "Monthly cost"],
  ["scanners", "Scanners"],
] as const;

interface Props {
  readonly facts: Facts;
  readonly style: string;
  /** The part of the style that a saved drawing takes along. */
  readonly drawingStyle: string;
  readonly script: string;
}

/** The whole document; nothing in it comes from elsewhere. */
export function Page({ drawingStyle, facts, script, style }: Props): JSX.Element {
  const { environment, made } = facts;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${environment.name}: private ECS application over PrivateLink`}</title>
        <link rel="icon" href="data:," />
        <style id="drawing-style" dangerouslySetInnerHTML={{ __html: drawingStyle }} />
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body id="top">
        <a class="skip" href="#main">
          Skip to the report
        </a>
        <header>
          <div class="masthead">
            <h1>{environment.name}</h1>
            <p class="lead">
              {environment.project}: a private application on Amazon ECS in {environment.region}, shared over AWS
              PrivateLink
            </p>
            <p class="made">
              {moment(made.at)} · {made.commit === undefined ? "no Git commit" : `commit ${made.commit}`} · version{" "}
              {made.version}
            </p>
          </div>
          <Summary {...facts} />
        </header>
        <nav aria-label="Parts of the report">
          <ul>
            {contents.map(([id, title]) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main" tabIndex={-1}>
          <Architecture {...facts} />
          <Paths {...facts} />
          <Consumers {...facts} />
          <StacksSection {...facts} />
          <Rules {...facts} />
          <Verification {...facts} />
          <Rehearsal {...facts} />
          <Cost {...facts} />
          <Scanners {...facts} />
        </main>
        <footer>
          <p>
            Generated on {moment(made.at)}
            {made.commit !== undefined && ` from commit ${made.commit}`} by{" "}
            <code>npx ecs-privatelink report --env {environment.name}</code>, version {made.version}, from the Terraform
            JSON that would be deployed. <a href="#top">Back to top</a>
          </p>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}

function Summary({ costs, environment, proof: { proofs }, rehearsal, rules, stacks }: Facts): JSX.Element {
  const own = costs.find((cost) => cost.environment === environment.name);
  const proven = proofs.filter(({ outcome }) => outcome === "proven").length;
  const resources = stacks.reduce((sum, stack) => sum + stack.resources, 0);
  const tiles: readonly (readonly [href: string, value: string, label: string])[] = [
    ["stacks", String(resources), `resources in ${count(stacks.length, "stack")}`],
    ["rules", String(rules.length), "rules, none broken"],
    ["paths", `${proven} / ${proofs.length}`, "paths proven"],
    [
      "rehearsal",
      rehearsal ? outcomeOf(rehearsal) : "not run",
      rehearsal ? `rehearsal, ${duration(rehearsal.ended - rehearsal.began)}` : "rehearsal",
    ],
    ["cost", dollars(total(own?.lines ?? [])), "a month, estimated"],
  ];
  return (
    <ul class="tiles">
      {tiles.map(([href, value, label]) => (
        <li key={href}>
          <a href={`#${href}`}>
            <strong>{value}</strong> <span>{label}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
