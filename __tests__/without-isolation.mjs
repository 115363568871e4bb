/** Setup of `npm test`'s runner, which runs test files in one Node.js process after another: TypeScript, with its lines. */
import process from "node:process";
import "tsx";

process.setSourceMapsEnabled(true);
