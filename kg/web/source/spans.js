// Events as stretches of days, arithmetic alone: which lie in a view, in which bucket of time, in which lane.
// Times are milliseconds since 1970, UTC; a stretch goes from `start` up to and without `end`.

import { bisectRight } from "d3-array";
import { utcDay, utcMonday, utcMonth, utcYear } from "d3-time";

export const DAY = 86_400_000;

// From the coarsest to the finest.
const UNITS = [
  { name: "year", interval: utcYear, days: 365 },
  { name: "quarter", interval: utcMonth.every(3), days: 91 },
  { name: "month", interval: utcMonth, days: 30 },
  { name: "week", interval: utcMonday, days: 7 },
  { name: "day", interval: utcDay, days: 1 },
];
// The least width of a bar, in pixels.
const NARROWEST = 9;

// What the server says, [id, first day since 1970, days, status, label], as objects.
export function readEvents({ events, statuses }) {
  return events.map(([id, first, days, status, label]) => ({
    id,
    start: first * DAY,
    end: (first + days) * DAY,
    status: statuses[status],
    label,
  }));
}

export function listWithin(events, [from, to]) {
  return events.filter(({ start, end }) => start < to && end > from);
}

// The finest unit of time whose bars are wide enough.
export function chooseUnit([from, to], width) {
  const pixels = (days) => (width * days * DAY) / (to - from);
  return UNITS.findLast(({ days }) => pixels(days) >= NARROWEST) ?? UNITS[0];
}

// How many events lie in each bucket: `sure` those that lie in it alone, `maybe` those that may lie in others as well, by status.
export function countInBuckets(events, [from, to], { interval }, statuses) {
  const starts = interval.range(interval.floor(from), to).map(Number);
  const zeros = () => Object.fromEntries(statuses.map((status) => [status, 0]));
  const buckets = starts.map((start) => ({ start, end: Number(interval.offset(start, 1)), sure: zeros(), maybe: zeros() }));
  for (const { start, end, status } of events) {
    const first = Math.max(0, bisectRight(starts, start) - 1);
    const last = bisectRight(starts, end - 1) - 1;
    const isSure = first === last && start >= buckets[first].start && end <= buckets[first].end;
    for (let place = first; place <= last; place++) buckets[place][isSure ? "sure" : "maybe"][status] += 1;
  }
  return buckets;
}

export const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

// Puts stretches of pixels (`left`, `right`), in the order of `left`, into the first lane with room; the number of lanes is returned.
export function packLanes(marks) {
  const ends = [];
  for (const mark of marks) {
    const free = ends.findIndex((end) => end <= mark.left);
    mark.lane = free < 0 ? ends.length : free;
    ends[mark.lane] = mark.right;
  }
  return ends.length;
}

// Events that may lie on any day of the view, and before or after it, apart from the others.
export function splitWide(events, [from, to]) {
  const isWide = ({ start, end }) => start <= from && end >= to;
  return { wide: events.filter(isWide), others: events.filter((event) => !isWide(event)) };
}
