import type { JSX } from "preact";
import { idOf } from "../../drawing/drawing";
import { Picture } from "../../drawing/picture";
import type { ResourceFact } from "../../facts/settings";
import type { Facts } from "../../gather";
import { Scroll } from "../parts";

/** Id of the panel that shows a resource. */
export const panelId = (resource: string): string => `resource-${idOf(resource)}`;

const tools = [
  ["in", "+", "Zoom in"],
  ["out", "−", "Zoom out"],
  ["fit", "Fit", "Fit to screen"],
  ["svg", "SVG", "Save as SVG"],
  ["png", "PNG", "Save as PNG"],
  ["print", "Print", "Print the report"],
] as const;

export function Architecture({ architecture, environment, resources }: Facts): JSX.Element {
  return (
    <section id="architecture" aria-labelledby="architecture-title">
      <div class="head">
        <h2 id="architecture-title">Architecture</h2>
        <p class="about">
          Drawn from the Terraform JSON. Every arrow is a path that was proven open, within a zone where there are
          several. Select a box to see its settings.{" "}
          <span class="keys-hint">Keys in the drawing: + and − zoom, 0 fits, arrows move.</span>
        </p>
        <p class="path-chip" hidden>
          Path: <strong /> <button type="button">Show all</button>
        </p>
        <div class="tools" role="toolbar" aria-label="Drawing" hidden>
          {tools.map(([name, text, label]) => (
            <button key={name} type="button" data-tool={name} aria-label={label} title={label}>
              {text}
            </button>
          ))}
        </div>
      </div>
      <div class="explorer" data-name={`architecture-${environment.name}`}>
        <Scroll label="Architecture, scrollable">
          <Picture
            id="architecture-tip"
            layout={architecture}
            title={`Architecture of environment ${environment.name}`}
            linkTo={(resource) => `#${panelId(resource)}`}
          />
        </Scroll>
        <div class="panels">
          {resources.map((resource) => (
            <Panel key={resource.key} resource={resource} />
          ))}
        </div>
      </div>
    </section>
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
      <a class="close" href="#architecture" aria-label={`Close ${type}`}>
        ✕
      </a>
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
