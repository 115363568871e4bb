import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { gather } from "../../../proof/report/gather";
import { renderPage } from "../../../proof/report/render";
import { temporaryFolder } from "../../temporary-folder";
import { made, rehearsal, scan, subjectOf } from "./support";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) =>
  existsSync(file),
);
if (program === undefined) console.log("skipped, since there is no Chromium: the report in a real browser");
const withBrowser = program === undefined ? describe.skip : describe;

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const desktop = { width: 1440, height: 900 };
const phone = { width: 360, height: 780 };

withBrowser("the report in a real browser", () => {
  const folder = temporaryFolder("report");
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    const file = join(folder, "report.html");
    writeFileSync(file, renderPage(await gather(subjectOf("dev"), { made, rehearsal, scan })));
    url = pathToFileURL(file).href;
    browser = await chromium.launch({ ...(program && { executablePath: program }), args: quiet });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
  });

  async function open(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(url);
    return page;
  }

  const openAll = (page: Page) =>
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");

  test.each([
    ["light", desktop],
    ["dark", desktop],
    ["light", phone],
    ["dark", phone],
  ] as const)(
    "axe finds no violation: %s, %o",
    async (colorScheme, viewport) => {
      const page = await open({ colorScheme, viewport });
      await openAll(page);
      await page.locator(".explorer a.box").last().focus();
      await page.addScriptTag({ path: createRequire(__filename).resolve("axe-core/axe.min.js") });
      const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join("\n")}`),
      ).toEqual([]);
      await page.context().close();
    },
    300_000,
  );

  test("a phone never scrolls the page sideways; what is wide scrolls in its own box", async () => {
    const page = await open({ viewport: { width: 320, height: 640 }, hasTouch: true });
    await openAll(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    expect(
      await page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.explorer .scroll'))"),
    ).toBe(true);
    await page.context().close();
  }, 300_000);

  test("nothing is asked for but the file", async () => {
    const page = await open({ viewport: desktop });
    const asked: string[] = [];
    const wrong: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => wrong.push(message.text()));
    await page.reload({ waitUntil: "load" });
    expect(asked.filter((each) => !each.startsWith("data:"))).toEqual([url]);
    expect(wrong).toEqual([]);
    await page.context().close();
  }, 300_000);

  test("a click on a box shows its resource, stack and settings", async () => {
    const page = await open({ viewport: desktop });
    await page.getByRole("link", { name: "NLB node" }).first().click();
    const panel = page.locator(".panel:visible");
    expect(await panel.count()).toBe(1);
    expect(await panel.innerText()).toMatch(/aws_lb[\s\S]*privatelink-service-dev[\s\S]*load_balancer_type\s+network/);
    await panel.getByRole("link", { name: "Close aws_lb" }).click();
    expect(await panel.count()).toBe(0);
    await page.getByRole("link", { name: "RDS PostgreSQL" }).first().click();
    expect(await page.locator(".panel:visible").innerText()).toContain("db.t4g.micro");
    await page.context().close();
  }, 300_000);

  test("by keyboard: Enter leads into the panel of a box, Escape closes it", async () => {
    const page = await open({ viewport: desktop });
    await page.getByRole("region", { name: "Architecture, scrollable" }).focus();
    await page.keyboard.press("Tab");
    const box = await page.evaluate("document.activeElement.textContent");
    await page.keyboard.press("Enter");
    expect(await page.locator(".panel:visible").count()).toBe(1);
    expect(await page.evaluate("document.activeElement.className")).toContain("panel");
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement.textContent")).toBe(box);
    const stroke = () =>
      page.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth") as Promise<string>;
    expect(await stroke()).toBe("3px");
    expect(await page.locator(".panel:visible").count()).toBe(0);
    await page.context().close();
  }, 300_000);

  test("the drawing fits a laptop with text of 11 pixels, zooms by keys and is saved as SVG and PNG", async () => {
    const page = await open({ viewport: desktop });
    const width = () => page.evaluate("document.querySelector('.explorer svg').getBoundingClientRect().width");
    const fitted = Number(await width());
    expect(fitted).toBeLessThanOrEqual(1440);
    const least = await page.evaluate(
      "Math.min(...[...document.querySelectorAll('.explorer svg text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * document.querySelector('.explorer svg').getBoundingClientRect().width / document.querySelector('.explorer svg').viewBox.baseVal.width))",
    );
    expect(Number(least)).toBeGreaterThanOrEqual(11);
    await page.getByRole("region", { name: "Architecture, scrollable" }).focus();
    await page.keyboard.press("+");
    expect(Number(await width())).toBeCloseTo(fitted * 1.2, 0);
    await page.keyboard.press("0");
    expect(Number(await width())).toBeCloseTo(fitted, 0);
    for (const ending of ["svg", "png"]) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.locator(`[data-tool=${ending}]`).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`architecture-dev.${ending}`);
      const saved = readFileSync(await download.path());
      expect(saved.length).toBeGreaterThan(10_000);
      if (ending === "svg") expect(saved.toString()).toMatch(/^<svg[\s\S]*--page: #/);
    }
    await page.context().close();
  }, 300_000);

  test("sections are closed to their verdict where nothing is wrong, and links open them", async () => {
    const page = await open({ viewport: desktop });
    const isOpen = (id: string) => page.evaluate(`document.querySelector("#${id} > details").open`);
    expect(await page.locator("#paths summary").first().innerText()).toMatch(/must pass: all proven/);
    expect(await isOpen("paths")).toBe(false);
    expect(await isOpen("verification")).toBe(true);
    await page.locator("nav a[href='#rules']").click();
    expect(await isOpen("rules")).toBe(true);
    await page.context().close();
  }, 300_000);

  test.each([true, false])(
    "a chosen path stands alone in the drawing, with scripts: %s",
    async (javaScriptEnabled) => {
      const page = await open({ viewport: desktop, javaScriptEnabled });
      await page.locator("#paths > details > summary").click();
      await page.locator("#paths details.topic > summary").first().click();
      await page.locator("#path-task-database a.show-path").click();
      if (javaScriptEnabled) {
        expect(await page.locator(".path-chip").innerText()).toContain("tasks reach the database");
        const line = await page.locator(".edge.p-task-database").first().boundingBox();
        expect(line?.y).toBeGreaterThan(0);
        expect(line?.y).toBeLessThan(desktop.height);
      }
      const opacity = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((edge) => Number(edge.ownerDocument.defaultView?.getComputedStyle(edge).opacity));
      expect(await opacity(".edge.p-task-database")).toBe(1);
      expect(await opacity(".edge.request")).toBeLessThan(0.2);
      await page.context().close();
    },
    300_000,
  );

  test("without scripts a click on a box shows its panel as well", async () => {
    const page = await open({ viewport: desktop, javaScriptEnabled: false });
    await page.getByRole("link", { name: "Endpoint service" }).click();
    expect(await page.locator(".panel:visible").innerText()).toContain("aws_vpc_endpoint_service");
    await page.context().close();
  }, 300_000);
});
