import { loadConfiguration } from "./load";
const t=performance.now();
try { const c=loadConfiguration({files: process.env.CONFIG}); console.log(c.environments.map(e=>e.name),c.consumers.map(e=>e.name)); } catch(e) { console.log((e as Error).message); }
console.log(performance.now()-t);
