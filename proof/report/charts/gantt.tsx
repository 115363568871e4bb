import type { JSX } from "preact";
import type { Phase } from "../../rehearse/report";
import type { RehearsalRecord } from "../../rehearse/report-file";

const WIDTH = 1360;
const LABEL = 210;
const ROW = 34;
const BAR = 18;
const TOP = 54;

const phases: readonly Phase[] = ["init", "plan", "apply", "second plan", "destroy"];

interface Bar {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

/** When each stack was in which phase, in seconds since the rehearsal began; the table beside it has the numbers. */
export function Gantt({ rehearsal: { began, ended, report } }: { rehearsal: RehearsalRecord }): JSX.Element {
  const length = Math.max(1, (ended - began) / 1000);
  const x = (seconds: number) => LABEL + (seconds / length) * (WIDTH - LABEL - 16);
  const step = stepOf(length);
  const ticks = Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
  const height = TOP + report.stacks.length * ROW + 8;
  return (
    <svg
      class="gantt"
      viewBox={`0 0 ${WIDTH} ${height}`}
      width={WIDTH}
      height={height}
      role="img"
      aria-label="Timings of the rehearsal; the table has the numbers"
    >
      {phases.map((phase, index) => (
        <g key={phase} class={className(phase)}>
          <rect x={LABEL + index * 120} y="6" width="12" height="12" rx="3" />
          <text x={LABEL + index * 120 + 18} y="16">
            {phase}
          </text>
        </g>
      ))}
      {ticks.map((tick) => (
        <g key={tick} class="tick">
          <line x1={x(tick)} x2={x(tick)} y1={TOP - 8} y2={height - 8} />
          <text x={x(tick)} y={TOP - 14} text-anchor="middle">
            {tick} s
          </text>
        </g>
      ))}
      {report.stacks.map((stack, index) => {
        const middle = TOP + index * ROW + ROW / 2;
        return (
          <g key={stack.id}>
            <text x={LABEL - 12} y={middle + 4} text-anchor="end">
              {stack.id}
            </text>
            {barsOf(stack, began).map(({ from, phase, to }) => (
              <rect
                key={phase}
                class={className(phase)}
                x={x(from)}
                y={middle - BAR / 2}
                width={Math.max(2, x(to) - x(from))}
                height={BAR}
                rx="3"
              >
                <title>{`${stack.id}: ${phase}, ${(to - from).toFixed(1)} s`}</title>
              </rect>
            ))}
          </g>
        );
      })}
    </svg>
  );
}

const className = (phase: Phase): string => `phase ${phase.replace(" ", "-")}`;

function barsOf({ ended, seconds }: RehearsalRecord["report"]["stacks"][number], began: number): Bar[] {
  return phases.flatMap((phase) => {
    const [end, took] = [ended[phase], seconds[phase]];
    if (end === undefined || took === undefined) return [];
    const to = (end - began) / 1000;
    return [{ phase, from: Math.max(0, to - took), to }];
  });
}

/** A round number of seconds that gives at most ten ticks. */
const stepOf = (length: number): number =>
  [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((step) => length / step <= 10) ?? 1800;
