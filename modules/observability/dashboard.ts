import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { type Monitor, SECTIONS } from "./monitor";

/** CloudWatch's grid is 24 columns wide: three graphs a row. */
const [COLUMNS, WIDTH, HEIGHT] = [24, 8, 6];

export interface DashboardProps {
  readonly environment: Environment;
  readonly monitors: readonly Monitor[];
}

/**
 * A CloudWatch dashboard of the whole path from endpoint to database: a row per section, a graph per monitor with its
 * alarm's threshold. Source: CloudWatch API, "Dashboard body structure and syntax".
 */
export class Dashboard extends Construct {
  readonly dashboard: CloudwatchDashboard;

  constructor(scope: Construct, id: string, { environment, monitors }: DashboardProps) {
    super(scope, id);
    this.dashboard = new CloudwatchDashboard(this, "dashboard", {
      dashboardName: resourcePrefix(environment),
      // Not Fn.jsonencode: CDKTF resolves tokens inside one text several times as fast.
      dashboardBody: JSON.stringify({ widgets: widgets(monitors, environment.region) }),
    });
  }
}

function widgets(monitors: readonly Monitor[], region: string): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const section of SECTIONS) {
    const graphs = monitors.filter((monitor) => monitor.section === section);
    if (graphs.length === 0) continue;
    placed.push({
      type: "text",
      x: 0,
      y,
      width: COLUMNS,
      height: 1,
      properties: { markdown: `## ${section}`, background: "transparent" },
    });
    y += 1;
    graphs.forEach((monitor, index) => {
      const column = index % (COLUMNS / WIDTH);
      const row = Math.floor(index / (COLUMNS / WIDTH));
      placed.push({ ...graph(monitor, region), x: column * WIDTH, y: y + row * HEIGHT, width: WIDTH, height: HEIGHT });
    });
    y += Math.ceil(graphs.length / (COLUMNS / WIDTH)) * HEIGHT;
  }
  return placed;
}

function graph({ description, expression, id, metrics, periodSeconds, threshold }: Monitor, region: string): object {
  const lines: unknown[][] = Object.entries(metrics).map(
    ([metricId, { dimensions, label, name, namespace, statistic }]) => [
      namespace,
      name,
      ...Object.entries(dimensions).flat(),
      { id: metricId, stat: statistic, ...(label && { label }), ...(expression && { visible: false }) },
    ],
  );
  return {
    type: "metric",
    properties: {
      title: `${id}: ${description}`,
      region,
      period: periodSeconds,
      view: "timeSeries",
      metrics: expression
        ? [[{ id: "result", expression, ...(lines.length > 0 && { label: "result" }) }], ...lines]
        : lines,
      ...(threshold && { annotations: { horizontal: [{ label: "alarm", value: threshold.value }] } }),
    },
  };
}
