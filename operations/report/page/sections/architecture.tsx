import type { JSX } from "preact";
import { idOf } from "../../drawing/drawing";
import { Picture } from "../../drawing/picture";
import type { ResourceFact } from "../../facts/settings";
import type { Facts } from "../../gather";
import { Scroll, Section } from "../parts";

/** Id of the panel that shows a resource. */
export const panelId = (resource: string): string => `resource-${idOf(resource)}`;

const legend = [
  ["request", "requests of consumers"],
  ["data", "database and files"],
  ["service", "APIs of AWS"],
  ["control", "registers targets"],
] as const;

export function Architecture({ architecture, environment, resources }: Facts): JSX.Element {
  return (
    <Section
      id="architecture"
      title="Architecture"
      about="Drawn from the synthesized Terraform JSON. Every arrow is a path that was proven open; of equal paths between zones, the one within each zone is drawn. Choose a box to see its resource, stack and settings."
    >
      <ul class="legend" aria-label="Arrows">
        {legend.map(([kind, text]) => (
          <li key={kind} class={kind}>
            {text}
          </li>
        ))}
      </ul>
      <div class="explorer">
        <Scroll label="Architecture, scrollable">
          <Picture
            id="architecture-tip"
            layout={architecture}
            title={`Architecture of environment ${environment.name}`}
            linkTo={(resource) => `#${panelId(resource)}`}
          />
        </Scroll>
        <div class="panels">
          <p class="hint">Choose a box: its settings stand here.</p>
          {resources.map((resource) => (
            <Panel key={resource.key} resource={resource} />
          ))}
        </div>
      </div>
    </Section>
  );
}

function Panel({
  resource: { address, key, securityGroups = [], settings, stack },
}: {
  resource: ResourceFact;
}): JSX.Element {
  const [type, name] = address.split(".");
  return (
    <article id={panelId(key)} class="panel" tabIndex={-1} aria-label={`${type} of ${stack}`}>
      <h3>{type}</h3>
      <p>
        <code>{name}</code> in stack <a href={`#stack-${idOf(stack)}`}>{stack}</a>
      </p>
      {securityGroups.map((group) => (
        <div key={group.name}>
          <h4>Security group {group.name}</h4>
          <ul>
            {group.rules.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </div>
      ))}
      <h4>Settings</h4>
      <dl>
        {settings.map(({ name: setting, value }) => (
          <div key={setting}>
            <dt>{setting}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
