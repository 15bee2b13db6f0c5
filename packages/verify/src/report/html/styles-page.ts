/** The frame of the page and its first screen. */
export const pageStyles: string = `*,*::before,*::after{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:64px;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}*{transition:none!important}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 var(--sans);overflow-wrap:anywhere}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure{margin:0;padding:0}
ul{list-style:none}
a{color:var(--accent)}
code,.check-id,.cited,.incident-id,.when{font-family:var(--mono);font-size:.88em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
main:focus,.item-section:focus{outline:none}
.defs{position:absolute;width:0;height:0}
.skip{position:absolute;left:12px;top:-60px;background:var(--card);color:var(--accent);padding:8px 14px;border-radius:6px;z-index:9}
.skip:focus{top:8px}
.inner,main,footer{max-width:1200px;margin:0 auto;padding:0 28px}
.topbar{position:sticky;top:0;z-index:5;background:var(--paper);border-bottom:1px solid var(--line)}
.topbar .inner{display:flex;align-items:center;justify-content:space-between;gap:12px;min-height:48px}
.brand{white-space:nowrap;display:flex;align-items:center;gap:8px;font-weight:650;letter-spacing:-.01em;color:var(--ink);text-decoration:none}
.brand svg{stroke:var(--accent);stroke-width:1.6;fill:none;stroke-linecap:round}
.tools{display:flex;flex-wrap:wrap;gap:6px;justify-content:flex-end}
.tools[hidden]{display:none}
button{font:500 13px/1 var(--sans);color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:6px;padding:8px 11px;cursor:pointer}
button:hover{border-color:var(--strong-line)}
button[aria-pressed=true]{border-color:var(--accent);color:var(--accent)}
button[hidden]{display:none}
.mark{display:inline-grid;place-items:center;width:22px;height:22px;border-radius:50%;flex:none;background:var(--wash);color:var(--tone)}
.mark svg,.dot{fill:none;stroke:currentColor;stroke-width:2.1;stroke-linecap:round;stroke-linejoin:round}
.mark svg .solid,.dot .solid,.solid{fill:currentColor;stroke:none}
.tone-good{--tone:var(--good);--wash:var(--good-wash)}
.tone-bad{--tone:var(--bad);--wash:var(--bad-wash)}
.tone-warn{--tone:var(--warn);--wash:var(--warn-wash)}
.tone-open{--tone:var(--open);--wash:var(--open-wash)}
.tone-quiet{--tone:var(--quiet);--wash:var(--quiet-wash)}
.word{color:var(--tone);font-weight:600;font-size:13px;white-space:nowrap}
.overview{padding:26px 0 8px}
.hero{display:grid;grid-template-columns:minmax(0,1fr) 400px;gap:40px;align-items:end;margin-bottom:22px}
.eyebrow{color:var(--soft);font-size:13px}
h1{font-size:34px;line-height:1.15;font-weight:680;letter-spacing:-.022em;margin:2px 0 10px}
.run-facts{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:13px}
.run-facts div{display:flex;gap:6px;min-width:0}
.run-facts dt{color:var(--soft)}
.run-facts dd{font-variant-numeric:tabular-nums}
.totals p{font-size:13px;color:var(--soft);margin-bottom:6px}
.share{display:block;border-radius:5px;overflow:hidden;background:var(--sunk)}
.share rect{fill:var(--tone);stroke:var(--paper);stroke-width:2}
.share .v-not-tested,.share .v-not-applicable{fill:var(--strong-line)}
.totals ul{display:flex;flex-wrap:wrap;gap:2px 14px;margin-top:8px;font-size:13px}
.totals li{display:flex;align-items:center;gap:5px}
.totals .mark{width:16px;height:16px;background:none}
.totals .mark svg{width:14px;height:14px}
.columns{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:22px}
.column h2{font-size:15px;font-weight:650;margin-bottom:10px}
.items{display:grid;grid-template-columns:minmax(0,1fr);gap:8px}
.item{display:block;text-decoration:none;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:9px;padding:10px 13px 11px;transition:border-color .12s}
.item:hover{border-color:var(--tone)}
.item-head{display:flex;align-items:center;gap:9px}
.item-title{flex:1;min-width:0;overflow-wrap:break-word;font-weight:600;line-height:1.3}
.item-says{display:flex;align-items:center;gap:10px;justify-content:space-between;color:var(--soft);font-size:13px;padding-left:31px;margin-top:1px}
.item-says>span:first-child{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;min-width:0}
.dots{display:flex;gap:2px;justify-content:flex-end;flex:none}
.dot{color:var(--tone)}
.tally{display:inline-flex;align-items:center;gap:2px;margin-left:5px;font-variant-numeric:tabular-nums}
.item-worst{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;font-size:13px;line-height:1.4;padding-left:31px;margin-top:4px}
.banner{background:var(--warn-wash);border:1px solid var(--line);border-radius:8px;padding:10px 14px;margin:0 0 16px;font-size:14px}
.block{padding-top:40px}
.block>h2{font-size:21px;font-weight:660;letter-spacing:-.012em;margin-bottom:6px}
.lead{color:var(--soft);margin-bottom:12px}
footer{padding-top:48px;padding-bottom:40px;color:var(--soft);font-size:13px}
@media (max-width:1000px){.hero{grid-template-columns:1fr;gap:18px}.columns{grid-template-columns:1fr}}
@media (max-width:560px){.inner,main,footer{padding-left:16px;padding-right:16px}h1{font-size:27px}.topbar{position:static}.tools{flex-wrap:nowrap;gap:4px}.tools button{padding:7px;font-size:12px}.wide-only{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.block{padding-top:32px}}
`;
