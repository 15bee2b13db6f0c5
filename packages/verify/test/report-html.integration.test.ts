import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { renderReportHtml } from "../src/report/html/page.ts";
import { checklist, observations } from "../src/report/testing/fixture.ts";
import { hostileChecklist, hostileObservations } from "../src/report/testing/hostile.ts";

const executablePath = process.env["HOLDFAST_CHROMIUM"] ?? "/usr/bin/chromium";
const skip = existsSync(executablePath)
  ? false
  : `service: chromium is not at ${executablePath}; set HOLDFAST_CHROMIUM`;

const pages: Readonly<Record<string, string>> = {
  plain: renderReportHtml(checklist, observations),
  hostile: renderReportHtml(hostileChecklist(checklist), hostileObservations(observations)),
};

interface Visit {
  readonly tab: Page;
  readonly messages: string[];
  readonly requests: string[];
}

describe("report.html in a browser", { skip }, () => {
  let browser: Browser;
  let folder = "";
  let axe = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-html-"));
    for (const [name, text] of Object.entries(pages)) await writeFile(join(folder, `${name}.html`), text);
    axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    browser = await chromium.launch({
      executablePath,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function visit(
    name: string,
    width: number,
    colorScheme: "light" | "dark",
    javaScriptEnabled = true,
  ): Promise<Visit> {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      javaScriptEnabled,
      bypassCSP: false,
    });
    const tab = await context.newPage();
    const seen: Visit = { tab, messages: [], requests: [] };
    tab.on("console", (message) => seen.messages.push(message.text()));
    tab.on("pageerror", (error) => seen.messages.push(error.message));
    tab.on("dialog", (dialog) => {
      seen.messages.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    tab.on("request", (request) => seen.requests.push(request.url()));
    await tab.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    return seen;
  }

  const overflow = (tab: Page): Promise<number> =>
    tab.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  const openAll = (tab: Page): Promise<void> =>
    tab.evaluate<void>("for (const details of document.querySelectorAll('details')) details.open = true;");

  async function violations(tab: Page): Promise<readonly string[]> {
    await tab.evaluate(axe);
    return tab.evaluate(async () => {
      const run = (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe;
      const { violations: found } = await run.run();
      return found.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map((node) => node.html.slice(0, 160))
            .join(" | ")}`,
      );
    });
  }

  for (const name of Object.keys(pages))
    for (const width of [1280, 400])
      for (const scheme of ["light", "dark"] as const)
        it(`${name}, ${width} px, ${scheme}: fits, is quiet, asks nobody, and everybody can use it`, async () => {
          const { tab, messages, requests } = await visit(name, width, scheme);
          assert.equal(await overflow(tab), 0);
          await openAll(tab);
          assert.equal(await overflow(tab), 0);
          assert.deepEqual(await violations(tab), []);
          assert.deepEqual(messages, []);
          assert.deepEqual(requests.slice(1), []);
          await tab.context().close();
        });

  it("cuts no table off at 400 px, and says in each cell what it is", async () => {
    const { tab } = await visit("plain", 400, "light");
    await openAll(tab);
    const hidden = await tab
      .locator(".scroll")
      .evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    assert.ok(hidden.length >= 4);
    assert.deepEqual([...new Set(hidden)], [0]);
    const labels = await tab.evaluate<string[]>(
      `[...document.querySelectorAll("section:has(> #coverage) tbody tr:first-child td")].map((cell) => getComputedStyle(cell, "::before").content)`,
    );
    assert.deepEqual(labels, ['"Calls that failed"', '"Alert"', '"Runbook"']);
    await tab.context().close();
  });

  for (const width of [1280, 400])
    it(`has room for the name of a draft at ${width} px`, async () => {
      const { tab } = await visit("plain", width, "light");
      const heights = await tab
        .locator(".scroll summary")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      assert.ok(heights.length > 0 && heights.every((height) => height < 45), heights.join(", "));
      await tab.context().close();
    });

  it("has the ten items on the first screen at 1280 × 800", async () => {
    const { tab } = await visit("plain", 1280, "light");
    const bottoms = await tab
      .locator("a.item")
      .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().bottom));
    assert.equal(bottoms.length, 10);
    assert.ok(Math.max(...bottoms) <= 800, String(Math.max(...bottoms)));
    await tab.context().close();
  });

  it("opens a check by keyboard, walks with j and k, and skips to the checklist", async () => {
    const { tab } = await visit("plain", 1280, "light");
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate("document.activeElement?.textContent"), "Skip to the checklist");
    await tab.keyboard.press("j");
    const focused = tab.locator("summary:focus");
    assert.match((await focused.textContent()) ?? "", /stays-alive/);
    await tab.keyboard.press("j");
    assert.match((await focused.textContent()) ?? "", /attempt/);
    await tab.keyboard.press("k");
    await tab.keyboard.press("Enter");
    assert.ok(await tab.locator("details[open] summary:focus").isVisible());
    assert.ok(await tab.locator("details[open] .timeline").first().isVisible());
    await tab.context().close();
  });

  it("copies the command that repeats a check, or selects it", async () => {
    const { tab } = await visit("plain", 1280, "light");
    const check = tab.locator("#check-reliability-retries-bounded-place-order-payments-charge");
    await check.locator("summary").click();
    await check.locator("button.copy").click();
    await check.locator("button.copy", { hasText: /Copied|Selected/ }).waitFor();
    await tab.context().close();
  });

  it("lets the toggle win over the system's theme, and remembers it", async () => {
    const { tab } = await visit("plain", 1280, "light");
    const paper = (): Promise<string> =>
      tab.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const light = await paper();
    await tab.locator("#theme").click();
    assert.equal(await paper(), light);
    await tab.locator("#theme").click();
    const dark = await paper();
    assert.notEqual(dark, light);
    await tab.reload();
    assert.equal(await paper(), dark);
    assert.deepEqual(await violations(tab), []);
    await tab.context().close();
  });

  it("shows findings only when asked, and all of them", async () => {
    const { tab } = await visit("plain", 1280, "light");
    await tab.locator("#only-findings").click();
    const shown = await tab
      .locator("details.check:visible")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-verdict")));
    assert.equal(shown.length, 11);
    assert.ok(
      shown.every((verdict) => verdict === "fail" || verdict === "advice" || verdict === "inconclusive"),
    );
    await tab.context().close();
  });

  it("is whole without JavaScript, and shows no button that does nothing", async () => {
    const { tab } = await visit("plain", 400, "dark", false);
    assert.equal(await tab.locator("button:visible").count(), 0);
    await tab.locator("#check-reliability-retries-bounded-place-order-payments-charge summary").click();
    assert.equal(
      await tab
        .locator("#check-reliability-retries-bounded-place-order-payments-charge .timeline:visible")
        .count(),
      2,
    );
    await tab.context().close();
  });

  it("prints every check open", async () => {
    const { tab } = await visit("plain", 1280, "dark", false);
    await tab.emulateMedia({ media: "print" });
    const heights = await tab
      .locator("details.check > .check-body")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    assert.ok(heights.length > 15 && heights.every((height) => height > 0), heights.join(" "));
    assert.equal(await tab.locator(".topbar:visible").count(), 0);
    await tab.context().close();
  });

  it("moves nothing for those who asked for less motion", async () => {
    const { tab } = await visit("plain", 1280, "light");
    await tab.emulateMedia({ reducedMotion: "reduce" });
    assert.equal(await tab.evaluate("getComputedStyle(document.documentElement).scrollBehavior"), "auto");
    await tab.context().close();
  });
});
