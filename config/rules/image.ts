import type { Path } from "../problem";
import type { EnvironmentRule, Finding } from "./rule";

const inWords = (names: readonly string[], word: string) =>
  [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(` ${word} `);

/** An image comes from one place: exactly one of these options is given. */
export function oneOrigin<Image extends object>(
  path: Path,
  image: Image,
  origins: readonly (keyof Image & string)[],
  fix: string,
): Finding[] {
  const given = origins.filter((name) => image[name] !== undefined);
  if (given.length === 1) return [];
  return [
    {
      path,
      given: given.length === 0 ? `none of ${inWords(origins, "and")}` : inWords(given, "and"),
      allowed: `exactly one of ${inWords(origins, "and")}`,
      fix: given.length === 0 ? fix : `keep one of them: ${inWords(given, "or")}`,
    },
  ];
}

/** Where the image comes from must be clear. */
export const imageHasOneOrigin: EnvironmentRule = ({ application }) =>
  oneOrigin(
    ["application", "image"],
    application.image,
    ["build", "uri", "parameter"],
    "add `build: {}` to build it here, uri to run one that exists, or parameter to run what a pipeline has written",
  );

/** An image that Terraform builds is new with an apply, which then would not bring it into the service. */
export const pipelinesBringTheirOwnImage: EnvironmentRule = ({ application }) => {
  const { build, ownedBy } = application.image;
  if (build === undefined || ownedBy === "terraform") return [];
  return [
    {
      path: ["application", "image", "ownedBy"],
      allowed: "with image.build: terraform, which builds the image and rolls it out",
      fix: "remove it, or let the pipeline build the image and give uri or parameter",
    },
  ];
};
