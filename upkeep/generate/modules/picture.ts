import { type Box, type BoxKind, type Edge, idOf } from "../../../proof/report/drawing/drawing";
import { layout } from "../../../proof/report/drawing/layout";
import { renderPicture } from "../../../proof/report/render";
import type { Resources } from "./example";

/** Path of a folder's picture, relative to the project folder. */
export const pictureFile = (folder: string): string => `docs/modules/${folder}.svg`;

/** First words of resource types, by the colour that they have. */
const KINDS: readonly (readonly [RegExp, BoxKind])[] = [
  [/^aws_(iam|kms|secretsmanager|security_group|vpc_security_group|default_security_group)/, "security"],
  [/^aws_(s3|db|efs|dynamodb|backup)/, "data"],
  [/^aws_(ecs|ecr|lambda|autoscaling|launch)/, "compute"],
  [/^aws_lb/, "load-balancer"],
  [/^aws_vpc_endpoint/, "privatelink"],
  [/^aws_(vpc|subnet|route|nat|eip|internet)/, "network"],
];

/** Types that configure another resource, which has the box, or make nothing in AWS. */
const PART =
  /_(policy|policy_attachment|association|attachment|rule|alias|permission|versioning|ownership_controls|public_access_block|encryption_configuration|lifecycle_configuration|object|version|profile|allowed_principal|parameter_group|event_target|event_invoke_config|invocation|subscription|replica_key)$|^terraform_data$/;

/** What a folder of modules makes: a box for each kind of resource, arrows from what is referred to. */
export async function modulePicture(folder: string, all: Resources): Promise<string> {
  const resources = Object.fromEntries(Object.entries(all).filter(([type]) => !PART.test(type)));
  const boxes = Object.entries(resources).map(([type, blocks]): Box => {
    const count = Object.keys(blocks).length;
    const kind = KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? "operations";
    return { id: idOf(type), kind, title: type, ...(count > 1 ? { detail: `× ${count}` } : {}), children: [] };
  });
  const edges = Object.entries(resources).flatMap(([type, blocks]) => {
    const text = JSON.stringify(blocks);
    return Object.keys(resources)
      .filter((other) => other !== type && text.includes(`\${${other}.`))
      .map((other): Edge => ({ from: idOf(other), to: idOf(type), kind: "data", paths: [] }));
  });
  return renderPicture(await layout({ boxes, edges }, { direction: "RIGHT" }), `Resources of modules/${folder}`);
}
