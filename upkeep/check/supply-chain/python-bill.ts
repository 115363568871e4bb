/** A CycloneDX bill of materials of pinned Python requirements. */
export function pythonBill(requirements: readonly string[]): object {
  const pinned = new Set(requirements.flatMap((text) => text.split("\n")).flatMap(pin));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    components: [...pinned].sort().map((text) => {
      const [name = "", version = ""] = text.split("==");
      return { type: "library", name, version, purl: `pkg:pypi/${name.toLowerCase().replaceAll("_", "-")}@${version}` };
    }),
  };
}

/** @throws Error for a requirement that is not pinned */
function pin(line: string): string[] {
  const [requirement = ""] = line.split(/[#;]/);
  const text = requirement.trim();
  if (text === "") return [];
  if (!/^[\w.-]+==[\w.]+$/.test(text)) throw new Error(`requirement "${text}" is not pinned: write name==version`);
  return [text];
}
