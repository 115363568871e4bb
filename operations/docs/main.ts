import { writeFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { synthesizeExample } from "./example";
import { moduleFolders, modulePage, pageFile } from "./module-page";
import { modulePicture, pictureFile } from "./picture";

/** `npm run docs:modules`: writes page and picture of each folder of modules anew. */
void runCommand("docs:modules", async () => {
  for (const folder of moduleFolders()) {
    writeFileSync(projectPath(pageFile(folder)), await modulePage(folder));
    writeFileSync(projectPath(pictureFile(folder)), await modulePicture(folder, await synthesizeExample(folder)));
    console.log(pageFile(folder));
  }
  return 0;
});
