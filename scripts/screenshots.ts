/**
 * Takes pictures of a report for people to look at: `node scripts/screenshots.ts [report.html] [folder]`. Without a report
 * the made-up one of the tests is drawn. Light and dark, 1280 and 400 px wide; each as first screen and as whole page with the
 * findings open.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { renderReportHtml } from "../packages/verify/src/report/html/page.ts";
import { checklist, observations } from "../packages/verify/src/report/testing/fixture.ts";

const browserArgs = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const openFindings = `for (const details of document.querySelectorAll("details"))
  details.open = details.dataset.verdict === "fail" || details.classList.contains("incident");`;

const [report, folder = "screenshots"] = process.argv.slice(2);
const page =
  report === undefined ? renderReportHtml(checklist, observations) : await readFile(report, "utf8");
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env["HOLDFAST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: browserArgs,
});
try {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      const tab = await browser.newPage({
        viewport: { width, height: 800 },
        colorScheme,
        deviceScaleFactor: 1,
      });
      await tab.setContent(page);
      await shoot(tab, join(folder, `report-${width}-${colorScheme}`));
      await tab.close();
    }
  }
} finally {
  await browser.close();
}

async function shoot(tab: Page, name: string): Promise<void> {
  await tab.screenshot({ path: `${name}.png` });
  await tab.evaluate(openFindings);
  await tab.screenshot({ path: `${name}-open.png`, fullPage: true });
  process.stdout.write(`${name}.png\n`);
}
