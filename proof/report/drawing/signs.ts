import type { Sign } from "./drawing";

/** Signs of 16 by 16 pixels, as strokes: this project's own, since AWS's icons may not be passed on under its licence. */
export const signs: Record<Sign, string> = {
  client: "M2.5 3.5h11v7h-11zM6 13h4M8 10.5V13",
  endpoint: "M8 2.5l4.8 2v3.6c0 2.9-2 4.9-4.8 5.9-2.8-1-4.8-3-4.8-5.9V4.5zM5.8 8l1.7 1.7 3-3.2",
  "load-balancer": "M3 8h3M6 8l4-4.5h2.5M6 8h6.5M6 8l4 4.5h2.5",
  task: "M8 2l5.2 3v6L8 14l-5.2-3V5zM2.8 5L8 8l5.2-3M8 8v6",
  instance: "M4 4h8v8H4zM6.5 1.8V4M9.5 1.8V4M6.5 12v2.2M9.5 12v2.2M1.8 6.5H4M1.8 9.5H4M12 6.5h2.2M12 9.5h2.2",
  function: "M4 3h2l5.5 10.5M7.4 6.5L4 13.5",
  database:
    "M3 4c0-1.1 2.2-2 5-2s5 .9 5 2v8c0 1.1-2.2 2-5 2s-5-.9-5-2zM3 4c0 1.1 2.2 2 5 2s5-.9 5-2M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
  files: "M2.5 4h4l1.2 1.5h5.8v7h-11z",
  gateway: "M2 8h12M5 5L2 8l3 3M11 5l3 3-3 3",
  cluster: "M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z",
  registry: "M2.5 5.5h11v7h-11zM4 3h8M5.5 8v2.5M8 8v2.5M10.5 8v2.5",
  bucket: "M2.5 4h11l-1.5 9H4zM2.5 4c0-2 11-2 11 0",
  secret: "M5 7V5.5a3 3 0 0 1 6 0V7M3.5 7h9v6.5h-9zM8 9.5v1.8",
  logs: "M3.5 2h9v12h-9zM6 5h4M6 8h4M6 11h2.5",
  alarm: "M8 2.5c-2.5 0-3.5 2-3.5 4 0 3-1.5 4-1.5 4.5h10c0-.5-1.5-1.5-1.5-4.5 0-2-1-4-3.5-4zM6.5 13h3",
  dashboard: "M2.5 13.5v-11M2.5 13.5h11M5.5 11V8M8.5 11V5M11.5 11V7",
  queue: "M2.5 5h3v6h-3zM6.5 5h3v6h-3zM10.5 5h3v6h-3z",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11zM8 5v3.2l2.2 1.3",
  vault: "M2.8 3h10.4v10H2.8zM8 5.6a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 1 0 0-4.8zM5 13v1.3M11 13v1.3",
  filter: "M2.5 3h11L9.3 8v4.2l-2.6 1.3V8z",
  topic: "M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z",
};
