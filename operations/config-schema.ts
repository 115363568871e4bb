import { writeFileSync } from "node:fs";
import { projectPath } from "../config/project";
import { references } from "../config/reference";

for (const [file, content] of Object.entries(references())) {
  writeFileSync(projectPath(file), content);
  console.log(`${file}: ${content.length} characters`);
}
