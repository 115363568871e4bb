import { minimalEnvironment } from "../../../config/minimal";
import { environmentSchema } from "../../../config/schema";

/** An environment with defaults only. */
export const environment = { name: "example", ...environmentSchema.parse(minimalEnvironment) };
