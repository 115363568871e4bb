// Loaded in front of what is measured: writes the most memory that the process held, in KiB.
const { appendFileSync } = require("node:fs");
process.on("exit", () => appendFileSync(process.env.BENCH_MEMORY_FILE, `${process.resourceUsage().maxRSS}\n`));
