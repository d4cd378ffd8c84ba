// Buckets of time as bars, stacked by status: below what surely lies in the bucket, above, pale, what may lie in it.

import { scaleLinear } from "d3-scale";

import { total } from "./spans.js";
import { countOf, sayDay, sayMonth } from "./words.js";

const GAP = 1;

// Draws into `plot` and returns the scale of heights. `hint` takes lines for the pointer, `open` the bucket that was pressed.
export function drawBars(plot, buckets, { scale, size, statuses, unit }, { hint, open }) {
  const most = Math.max(1, ...buckets.map(({ sure, maybe }) => total(sure) + total(maybe)));
  const heights = scaleLinear().domain([0, most]).nice(4).range([size.height, 0]);
  plot.selectAll("a, text, g.wide").remove();
  const bars = plot
    .selectAll("g.bar")
    .data(buckets, ({ start }) => start)
    .join((added) => {
      const bar = added.append("g").attr("class", "bar");
      bar.append("rect").attr("class", "whole");
      return bar;
    })
    .on("pointermove", (event, bucket) => hint(event, tell(bucket, statuses, unit)))
    .on("click", (_, bucket) => open(bucket));
  const place = boundsWithin(scale, size.width);
  bars
    .select("rect.whole")
    .attr("x", (bucket) => place(bucket)[0])
    .attr("width", (bucket) => place(bucket)[1])
    .attr("height", size.height);
  bars
    .selectAll("g.part")
    .data((bucket) => stack(bucket, statuses))
    .join((added) => {
      const part = added.append("g");
      part.append("rect");
      return part;
    })
    .attr("class", ({ status }) => `part ${status}`)
    .select("rect")
    .attr("class", ({ kind }) => kind)
    .attr("x", ({ bucket }) => place(bucket)[0])
    .attr("width", ({ bucket }) => place(bucket)[1])
    .attr("y", ({ to }) => heights(to))
    .attr("height", ({ from, to }) => heights(from) - heights(to));
  return heights;
}

// Where a bucket stands: [left, width], cut at the edges of the view.
function boundsWithin(scale, width) {
  return ({ start, end }) => {
    const left = Math.max(0, scale(start));
    return [left, Math.max(0, Math.min(width, scale(end)) - left - GAP)];
  };
}

function stack(bucket, statuses) {
  const parts = [];
  let from = 0;
  for (const kind of ["sure", "maybe"]) {
    for (const status of statuses) {
      const to = from + bucket[kind][status];
      if (to > from) parts.push({ bucket, kind, status, from, to });
      from = to;
    }
  }
  return parts;
}

function tell({ start, sure, maybe }, statuses, { name }) {
  const says = {
    year: () => `${new Date(start).getUTCFullYear()}`,
    quarter: () => `quarter from ${sayMonth(start)}`,
    month: () => sayMonth(start),
    week: () => `week from ${sayDay(start)}`,
    day: () => sayDay(start),
  };
  const lines = statuses.filter((status) => sure[status]).map((status) => `${sure[status]} ${status}`);
  const more = total(maybe);
  return [says[name](), ...lines, ...(more ? [`${countOf(more, "event")} may lie here, or before or after`] : [])];
}
