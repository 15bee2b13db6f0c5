const light = `--paper:#f6f7f4;--card:#fff;--sunk:#eef0eb;--ink:#17211f;--soft:#52605c;--line:#dadfd8;--strong-line:#b4bdb6;
--accent:#0b6063;--good:#1c6b3c;--bad:#b0251c;--warn:#845400;--open:#59479f;--quiet:#5a6763;
--good-wash:#e7f3ea;--bad-wash:#fbebe8;--warn-wash:#f8f0dc;--open-wash:#efecf8;--quiet-wash:#eef0eb;
--clean:#3b7f86;--faulted:#c96a4b;--effect:#59479f;--after:#ecebe2;color-scheme:light`;

const dark = `--paper:#0f1514;--card:#161e1c;--sunk:#1c2624;--ink:#e4ebe8;--soft:#a1aeaa;--line:#293633;--strong-line:#485854;
--accent:#6fc9c4;--good:#7fd09c;--bad:#ff9184;--warn:#e6b75c;--open:#b9abf3;--quiet:#a1aeaa;
--good-wash:#16291f;--bad-wash:#33201d;--warn-wash:#2d2615;--open-wash:#25213a;--quiet-wash:#1f2927;
--clean:#5fa9ae;--faulted:#d98264;--effect:#b9abf3;--after:#1f2523;color-scheme:dark`;

/** Colours and type, for both themes; the toggle wins over the system. */
export const tokens: string = `:root{${light};
--sans:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{${dark}}}
:root[data-theme=light]{${light}}
:root[data-theme=dark]{${dark}}
@media print{:root,:root[data-theme=dark]{${light};--paper:#fff}}
`;
