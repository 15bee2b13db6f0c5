/** Items, checks and what they open onto. */
export const checkStyles: string = `.item-section{padding-top:18px;scroll-margin-top:50px}
.item-section h3{display:flex;flex-wrap:wrap;align-items:center;gap:4px 10px;font-size:16px;font-weight:630;margin-bottom:8px}
.says{color:var(--soft);font-size:13px;font-weight:400}
.checks-list,.block>.incident{background:var(--card);border:1px solid var(--line);border-radius:10px}
.checks-list{overflow:hidden}
.check+.check{border-top:1px solid var(--line)}
.block>.incident{margin-top:8px}
summary{list-style:none;cursor:pointer;display:grid;grid-template-columns:22px 232px minmax(0,1fr) auto 12px;gap:4px 12px;align-items:center;padding:10px 16px}
summary::-webkit-details-marker{display:none}
summary::after{content:"";width:7px;height:7px;border:solid var(--soft);border-width:0 1.6px 1.6px 0;transform:rotate(45deg) translate(-2px,-2px);justify-self:end}
details[open]>summary::after{transform:rotate(225deg) translate(-2px,-2px)}
summary:hover{background:var(--sunk)}
summary:focus-visible{outline-offset:-2px}
.check-id{font-weight:600;line-height:1.35}
.target{display:block;font-weight:400;color:var(--soft);font-size:.93em}
.because{min-width:0;line-height:1.42}
.accepted{border:1px solid var(--strong-line);border-radius:4px;padding:0 6px;font-size:12px;white-space:nowrap}
[data-verdict=not-tested] .because,[data-verdict=not-applicable] .because{color:var(--soft)}
.check-body{padding:6px 20px 20px 50px;display:grid;grid-template-columns:minmax(0,1fr);gap:18px}
.check-body .banner{margin:0}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:18px 28px}
.pair section:only-child{grid-column:1/-1}
h4{font-size:13px;font-weight:640;color:var(--soft);margin-bottom:5px}
.severity{font-weight:400}
.callout{border-left:3px solid var(--strong-line);padding:1px 0 1px 14px}
.cause{border-color:var(--warn)}
.remedy{border-color:var(--good)}
code{background:var(--sunk);border-radius:4px;padding:1px 4px}
.question{font-weight:600}
.facts{font-size:14px;margin-top:6px}
.facts div{display:grid;grid-template-columns:minmax(110px,44%) minmax(0,1fr);gap:12px;padding:4px 0;border-top:1px solid var(--line)}
.facts div:first-child{border-top:0}
.facts dt{color:var(--soft)}
.facts dd{font-variant-numeric:tabular-nums}
.pair section+section .facts div{grid-template-columns:80px minmax(0,1fr)}
.facts.wide div{grid-template-columns:minmax(110px,200px) minmax(0,1fr)}
.more{font-size:14px}
.repeat{display:flex;gap:8px;align-items:stretch}
.repeat code{flex:1;min-width:0;padding:7px 11px;white-space:pre-wrap;border:1px solid var(--line)}
.cited,.cited-only{color:var(--soft);font-size:13px}
.cited{font-size:12px}
.untested{display:grid;gap:4px;font-size:14px}
.matrices{display:grid;gap:10px;margin-bottom:14px}
.matrix-title{font-size:13px;margin-bottom:5px}
.matrix{display:flex;flex-wrap:wrap;gap:7px}
.matrix li{border:1px solid var(--line);border-radius:7px;padding:6px 11px;font-size:13px;line-height:1.4;display:grid;min-width:112px;background:var(--paper)}
.matrix b{font-family:var(--mono);font-size:13px}
.matrix .told{display:flex;align-items:center;gap:4px}
.matrix .mark{width:14px;height:14px;background:none}
.matrix .mark svg{width:13px;height:13px}
.matrix .again{background:var(--open-wash)}
.matrix .wrong{background:var(--bad-wash);border-color:var(--bad)}
.matrix .count{color:var(--soft);font-variant-numeric:tabular-nums}
.incident summary{grid-template-columns:auto minmax(0,1fr) auto 12px}
.incident .check-body{padding-left:20px}
.incident-title{font-weight:600}
.incident-id{color:var(--soft)}
.severity-tag{border:1px solid var(--strong-line);border-radius:4px;padding:0 7px;font-size:12px}
.steps{list-style:none;border-left:2px solid var(--line);padding-left:14px;display:grid;gap:4px;font-size:14px}
.steps li{display:grid;grid-template-columns:76px minmax(0,1fr);gap:8px}
.when{color:var(--soft);text-align:right}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;min-width:720px;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:9px 14px;border-top:1px solid var(--line);overflow-wrap:break-word}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:13px;white-space:nowrap}
tbody th{font-weight:600}
.experiments tbody th{font:500 12.5px/1.45 var(--mono)}
.does{display:block;font:13px/1.45 var(--sans);color:var(--soft)}
.checks{font-size:13px;color:var(--soft)}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.cost{display:block;margin:5px 0 0 auto;width:130px}
.experiments td.number{width:1%}
.cost .wall{fill:var(--strong-line)}
.cost .least{fill:var(--accent)}
.only-findings .check:is([data-verdict=pass],[data-verdict=not-tested],[data-verdict=not-applicable]){display:none}
.only-findings .item-section:not(:has(.check:is([data-verdict=fail],[data-verdict=advice],[data-verdict=inconclusive]))){display:none}
@media (max-width:860px){summary{grid-template-columns:22px minmax(0,1fr) auto 12px}.because{grid-column:2/-1;grid-row:2}.check-body{padding:6px 16px 18px}.pair{grid-template-columns:1fr}}
@media (max-width:560px){.incident summary{grid-template-columns:auto minmax(0,1fr) 12px}.incident-title{grid-column:1/-1;grid-row:2}summary{padding:10px 12px}}
@media print{.topbar,.skip,.copy,summary::after{display:none!important}details::details-content{content-visibility:visible!important;block-size:auto!important;display:block!important}.check-body{break-inside:auto}.timeline,.callout,tr{break-inside:avoid}.columns{grid-template-columns:repeat(3,1fr);gap:12px}.dots{display:none}.item{padding:8px 10px;break-inside:avoid}.item-head{flex-wrap:wrap;gap:2px 8px}.item-title{flex:1 1 120px;font-size:14px}.item-says,.item-worst{padding-left:0}.hero{grid-template-columns:1fr 1fr}.scroll{overflow:visible}table{min-width:0}}
`;
