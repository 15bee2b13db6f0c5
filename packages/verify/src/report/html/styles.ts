import { checkStyles } from "./styles-check.ts";
import { fingerprintStyles } from "./styles-fingerprint.ts";
import { pageStyles } from "./styles-page.ts";
import { tableStyles } from "./styles-table.ts";
import { timelineStyles } from "./styles-timeline.ts";
import { tokens } from "./styles-tokens.ts";

/** The page's style sheet. */
export const styles: string = `${tokens}${pageStyles}${checkStyles}${timelineStyles}${fingerprintStyles}${tableStyles}`;
