/** Tables on narrow screens: each row becomes a block, each cell stands under the name of its column; nothing is cut off. */
export const tableStyles: string = `.scroll summary{display:flex;width:fit-content;align-items:center;gap:10px;padding:6px 0;color:var(--accent)}
.scroll summary:hover{background:none;text-decoration:underline}
.scroll details pre{margin:0;padding:10px;max-height:360px;overflow:auto;font:12.5px/1.45 var(--mono);white-space:pre-wrap;background:var(--sunk);border-radius:6px}
@media (max-width:720px){.scroll table{display:block;min-width:0}.scroll thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.scroll tbody{display:block}.scroll tr{display:grid;grid-template-columns:minmax(0,1fr);gap:6px;padding:12px 14px;border-top:1px solid var(--line)}.scroll tbody tr:first-child{border-top:0}
.scroll tbody :is(th,td),.fingerprint tbody :is(th,td),.fingerprint .inferred,.fingerprint td:nth-of-type(2),.experiments td.number{display:block;width:auto;min-width:0;padding:0;border:0;text-align:left;white-space:normal}
.fingerprint tbody th{color:var(--ink);font-weight:600}.scroll td:empty{display:none}
.scroll td::before{content:attr(data-label);display:block;font-size:12.5px;color:var(--soft)}.cost{margin-left:0}}
`;
