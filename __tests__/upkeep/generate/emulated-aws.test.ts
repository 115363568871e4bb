import { emulatedAwsPage, emulatedServices, refusals } from "../../../upkeep/generate/emulated-aws";

describe("the page about the emulated AWS", () => {
  test("says how far each service with a refusal is emulated", () => {
    const known = emulatedServices().map(({ service }) => service);
    const missing = [...new Set(refusals().map(({ service }) => service))].filter(
      (service) => !known.includes(service),
    );
    expect(missing).toEqual([]);
  });

  test("shows every refusal with its error and its source", () => {
    const page = emulatedAwsPage();
    for (const { code, source, basis = "documented" } of refusals()) {
      expect(page).toContain(`| \`${code}\` | [${basis}](${source}) |`);
    }
  });

  test("links lead to a heading of the page", () => {
    const page = emulatedAwsPage();
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(":", "").replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !headings.includes(link ?? ""))).toEqual([]);
  });
});
