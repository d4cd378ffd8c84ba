// Single events in lanes: a solid mark for one day, a pale bar as long as the days among which the event may lie.

import { DAY, packLanes, splitWide } from "./spans.js";
import { countOf, sayDays } from "./words.js";

// More events than these, or more lanes, are counted in bars.
const MOST = 250;
// More of those that may lie on any day of the view are one bar together: they would bury the others.
const FEW = 8;
const THINNEST = 5;
const THICKEST = 20;
const GAP = 3;
const NARROWEST = 6;
// Names stand beside marks where there are few of them and the chart is wide.
const NAMED = 40;
const WIDE = 560;
const LETTER = 6.3;
const LONGEST = 44;

// Where each event stands, in pixels, what may lie on any day of the view folded into one bar; null where there are too many.
export function layMarks(seen, view, scale, size) {
  const { wide, others } = splitWide(seen, view);
  const events = wide.length > FEW ? others : seen;
  return events.length > MOST ? null : lay(events, wide.length > FEW ? wide : [], scale, size);
}

function lay(events, wide, scale, size) {
  const isNamed = events.length <= NAMED && size.width >= WIDE;
  const marks = events.map((event) => layMark(event, scale, size, isNamed));
  const top = wide.length > 0 ? THICKEST + GAP : 0;
  const step = Math.min(THICKEST + GAP, (size.height - top) / Math.max(1, packLanes(marks)));
  return step < THINNEST ? null : { marks, wide, top, step };
}

function layMark(event, scale, { width }, isNamed) {
  const left = Math.max(-NARROWEST, scale(event.start));
  const right = Math.max(left + NARROWEST, Math.min(width + NARROWEST, scale(event.end)));
  const name = event.label.length > LONGEST ? `${event.label.slice(0, LONGEST - 1)}…` : event.label;
  // A name that would not fit on the right stands on the left.
  const reserved = isNamed ? name.length * LETTER + GAP : 0;
  const isTurned = right + reserved > width && left - reserved >= 0;
  const room = isTurned ? [left - reserved, right] : [left, right + reserved];
  return { event, x: left, width: right - left, name: isNamed ? name : "", isTurned, left: room[0] - GAP, right: room[1] + GAP };
}

export function drawMarks(plot, { marks, wide, top, step }, { width }, hint) {
  const height = Math.max(2, step - GAP);
  plot.selectAll("g.bar").remove();
  drawWide(plot, wide, width);
  const links = plot
    .selectAll("a")
    .data(marks, ({ event }) => event.id)
    .join((added) => {
      const link = added.append("a");
      link.append("rect");
      link.append("text");
      return link;
    })
    .attr("class", ({ event }) => event.status)
    .attr("href", ({ event }) => `/event/${event.id}`)
    .attr("tabindex", (_, place) => (place === 0 ? 0 : -1))
    .attr("aria-label", ({ event }) => tell(event).join(", "))
    .attr("transform", ({ lane }) => `translate(0,${top + lane * step})`)
    .on("pointermove focus", (event, { event: told }) => hint(event, tell(told)));
  links
    .select("rect")
    .attr("class", ({ event }) => (event.end - event.start > DAY ? "maybe" : "sure"))
    .attr("x", ({ x }) => x)
    .attr("width", (mark) => mark.width)
    .attr("height", height);
  links
    .select("text")
    .attr("x", ({ x, width: long, isTurned }) => (isTurned ? x - GAP : x + long + GAP))
    .attr("y", height / 2)
    .attr("dy", ".35em")
    .attr("text-anchor", ({ isTurned }) => (isTurned ? "end" : "start"))
    .text(({ name }) => name);
}

// What may lie on any day of the view, as one bar with their number.
function drawWide(plot, wide, width) {
  const bar = plot
    .selectAll("g.wide")
    .data(wide.length ? [wide.length] : [])
    .join((added) => {
      const group = added.append("g").attr("class", "wide");
      group.append("rect").attr("class", "maybe");
      group.append("text").attr("x", 6).attr("dy", ".35em");
      return group;
    });
  bar.select("rect").attr("width", width).attr("height", THICKEST);
  bar.select("text").attr("y", THICKEST / 2).text((count) => `${countOf(count, "event")} of these days or others`);
}

function tell({ start, end, status, label }) {
  return [sayDays(start, end), label, status];
}
