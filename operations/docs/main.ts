import { writeFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { moduleFolders, modulePage, pageFile } from "./module-page";

/** `npm run docs:modules`: writes the page of each folder of modules anew. */
void runCommand("docs:modules", async () => {
  for (const folder of moduleFolders()) {
    writeFileSync(projectPath(pageFile(folder)), await modulePage(folder));
    console.log(pageFile(folder));
  }
  return 0;
});
