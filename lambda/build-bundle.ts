import { buildLambda } from "./build-lambda";
import { FUNCTIONS } from "./functions";

// A synth can't wait for esbuild, which is asynchronous: it starts this file and reads the bundle afterwards.
const [name] = process.argv.slice(2);
const wanted = FUNCTIONS.filter((each) => name === undefined || each === name);
if (wanted.length === 0) throw new Error(`no function ${name}: give one of ${FUNCTIONS.join(", ")}, or none for all`);
for (const each of wanted) void buildLambda(each, true);
