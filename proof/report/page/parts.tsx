import type { ComponentChildren, JSX } from "preact";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** What it shows, in one sentence. */
  readonly about: ComponentChildren;
  /** What it comes to: all that is shown while it is closed. */
  readonly verdict: ComponentChildren;
  /** It begins open where something is wrong. */
  readonly open?: boolean;
  readonly children: ComponentChildren;
}

/** A part of the page with a heading of its own, which closes to its verdict. */
export function Section({ about, children, id, open = false, title, verdict }: SectionProps): JSX.Element {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <details class="part" open={open}>
        <summary>
          <h2 id={`${id}-title`}>{title}</h2> <span class="sums">{verdict}</span>
        </summary>
        <p class="about">{about}</p>
        {children}
      </details>
    </section>
  );
}

type Tone = "good" | "bad" | "warn" | "plain";

/** A word that is a verdict: its colour never says more than the word. */
export function Verdict({ children, tone }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return <span class={`verdict ${tone}`}>{children}</span>;
}

interface TableProps {
  readonly caption: string;
  readonly head: readonly string[];
  /** Columns, from 0, whose cells are numbers. */
  readonly numbers?: readonly number[];
  readonly rows: readonly {
    readonly id?: string;
    readonly cells: readonly ComponentChildren[];
    readonly strong?: boolean;
  }[];
}

/** A table in a box of its own, so that a wide one never widens the page; the first cell of a row is its heading. */
export function Table({ caption, head, numbers = [], rows }: TableProps): JSX.Element {
  const kind = (index: number) => (numbers.includes(index) ? "number" : undefined);
  return (
    <Scroll label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((title, index) => (
              <th key={title} scope="col" class={kind(index)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, id, strong }, row) => (
            <tr key={id ?? row} id={id} class={strong ? "strong" : undefined}>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <th key={head[index]} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={head[index]} class={kind(index)} data-label={head[index]}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A box that scrolls by itself, by keyboard too. */
export function Scroll({ children, label }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it no one scrolls by keyboard
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
