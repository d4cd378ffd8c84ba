// Days and numbers in words, as the pages write them.

import { DAY } from "./spans.js";

const FORMS = {
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }),
};
// Views longer than this are told in months.
const LONG = 62 * DAY;

export const sayDay = (time) => FORMS.day.format(time);
export const sayMonth = (time) => FORMS.month.format(time);
export const countOf = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

// "March 2023", "13 September 2023", "from 1 March 2023 to 3 April 2024"; the end is exclusive.
export function sayStretch(from, to) {
  const say = to - from > LONG ? sayMonth : sayDay;
  const [first, last] = [say(from), say(Math.max(from, to - 1))];
  return first === last ? `in ${first}` : `from ${first} to ${last}`;
}

// The days among which an event may lie; its whole months and years as such.
export function sayDays(start, end) {
  if (end - start <= DAY) return sayDay(start);
  const [first, next] = [new Date(start), new Date(end)];
  if (first.getUTCDate() === 1 && next.getUTCDate() === 1) {
    const months = (next.getUTCFullYear() - first.getUTCFullYear()) * 12 + next.getUTCMonth() - first.getUTCMonth();
    if (months === 1) return `some day of ${sayMonth(start)}`;
    if (months === 12 && first.getUTCMonth() === 0) return `some day of ${first.getUTCFullYear()}`;
  }
  return `some day or days from ${sayDay(start)} to ${sayDay(end - DAY)}`;
}

export const toIso = (time) => new Date(time).toISOString().slice(0, 10);
