/** Drawings: timelines and number lines. */
export const timelineStyles: string = `.timeline{border:1px solid var(--line);border-radius:8px;padding:12px 16px 10px;background:var(--paper)}
.timeline+.timeline,.matrix+.timeline,.cited-only+.timeline{margin-top:12px}
figcaption{margin-bottom:8px;font-size:14px;line-height:1.4}
.note{font-weight:600}
.note.long{font:12.5px/1.45 var(--mono)}
figcaption .cited{display:block}
.lane{display:grid;grid-template-columns:246px minmax(0,1fr);gap:0 16px;align-items:center}
.label{font-size:12.5px;line-height:1.3;padding:3px 0;color:var(--soft)}
.label b{color:var(--ink);font-weight:600}
.lane.caller .label{font-size:13px}
.plot{display:block;width:100%;overflow:visible}
.stretch{height:100%;min-height:34px}
.plot text{font:11.5px var(--sans);fill:var(--soft);font-variant-numeric:tabular-nums}
.plot .beside{text-anchor:start}
.plot .before{text-anchor:end}
.plot .centred,.plot text.gap{text-anchor:middle}
.plot text.gap.beside{text-anchor:start}
.plot text.gap.before{text-anchor:end}
.plot text.limit{fill:var(--bad);font-weight:600}
.plot text.answered{fill:var(--ink);font-weight:600}
line.grid{stroke:var(--line)}
line.limit{stroke:var(--bad);stroke-dasharray:4 3;stroke-width:1.5}
line.halo{stroke:var(--paper);stroke-width:4.5}
line.answered{stroke:var(--ink);stroke-width:1}
line.gap{stroke:var(--strong-line);stroke-dasharray:1.5 3;stroke-width:1.5}
rect.after{fill:var(--after)}
rect.bar{stroke-width:1.5}
rect.call{fill:var(--quiet);stroke:var(--quiet)}
rect.succeeded{fill:var(--good);stroke:var(--good)}
rect.failed{fill:var(--bad);stroke:var(--bad)}
rect.clean{fill:var(--clean);stroke:var(--clean)}
rect.faulted{fill:var(--faulted);stroke:var(--faulted)}
path.fault{fill:var(--ink);stroke:var(--paper);stroke-width:1;paint-order:stroke}
path.gave-up{stroke:var(--ink);stroke-width:1.6;fill:none}
path.effect{fill:var(--effect);stroke:var(--paper);stroke-width:1}
path.replayed{fill:var(--paper);stroke:var(--effect);stroke-width:1.6}
path.open-end{fill:none;stroke:var(--ink);stroke-width:1.6}
path.end{stroke:var(--ink);stroke-width:2;fill:none}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin-top:6px;font-size:12px;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:4px}
.number-line{margin:2px 0 4px}
.rail{stroke:var(--line);stroke-width:1}
.whisker{stroke:var(--accent);stroke-width:2}
circle.dot{fill:var(--accent);stroke:none}
@media (max-width:720px){.stretch{height:34px}.lane{grid-template-columns:minmax(0,1fr)}.label{padding:8px 0 3px}.heads .label,.axis .label{display:none}.timeline{padding:10px 12px}}
`;
