import type { JSX } from "preact";
import { count } from "../../../../engine/words";
import { idOf } from "../../drawing/drawing";
import { Picture } from "../../drawing/picture";
import type { Facts } from "../../gather";
import { Scroll, Section, Table, Verdict } from "../parts";

export function StacksSection({ stackGraph, stacks }: Facts): JSX.Element {
  return (
    <Section
      id="stacks"
      title="Stacks"
      verdict={
        <Verdict tone="plain">
          {count(stacks.length, "stack")},{" "}
          {count(
            stacks.reduce((sum, { resources }) => sum + resources, 0),
            "resource",
          )}
        </Verdict>
      }
      about="An arrow leads from a stack to one that reads its outputs: that is the order in which they are applied."
    >
      <Scroll label="Stack graph, scrollable">
        <Picture id="stacks-tip" layout={stackGraph} title="Stack graph" linkTo={(id) => `#stack-${idOf(id)}`} />
      </Scroll>
      <Table
        caption="Stacks in the order in which they are applied"
        head={["Stack", "Resources", "Outputs", "Reads", "Most frequent"]}
        numbers={[1, 2]}
        rows={stacks.map(({ id, outputs, reads, resources, types }) => ({
          id: `stack-${idOf(id)}`,
          cells: [
            id,
            resources,
            outputs,
            reads.join(", ") || "–",
            types
              .slice(0, 3)
              .map(({ count, type }) => `${count} ${type}`)
              .join(", "),
          ],
        }))}
      />
    </Section>
  );
}
