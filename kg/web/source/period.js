// The period of a network: two sliders of months. It stands in the address behind #, so that a view is a link.

import { make } from "./elements.js";
import { sayMonth } from "./words.js";

const YEAR = 12;
const toMonth = (time) => new Date(time).getUTCFullYear() * YEAR + new Date(time).getUTCMonth();
const toTime = (month) => Date.UTC(Math.floor(month / YEAR), ((month % YEAR) + YEAR) % YEAR, 1);
const write = (month) => new Date(toTime(month)).toISOString().slice(0, 7);
const WRITTEN = /^#(\d{4})-(\d{2})\/(\d{4})-(\d{2})$/;

export class Period {
  // `changed` is called after each change.
  constructor(events, changed) {
    const dated = events.filter(({ start }) => start !== null);
    this.isEmpty = dated.length === 0;
    this.first = this.isEmpty ? 0 : toMonth(dated.reduce((first, { start }) => Math.min(first, start), Infinity));
    this.last = this.isEmpty ? 0 : toMonth(dated.reduce((last, { end }) => Math.max(last, end), -Infinity) - 1);
    [this.from, this.to] = this.read();
    this.changed = changed;
    this.build();
  }

  read() {
    const found = WRITTEN.exec(location.hash)?.slice(1).map(Number);
    const months = found ? [found[0] * YEAR + found[1] - 1, found[2] * YEAR + found[3] - 1] : [this.first, this.last];
    const [from, to] = months.map((month) => Math.min(Math.max(month, this.first), this.last));
    return from <= to ? [from, to] : [this.first, this.last];
  }

  build() {
    const slide = (act) => make("input", { type: "range", min: this.first, max: this.last, step: 1, input: (event) => act(Number(event.target.value)) });
    this.begin = slide((month) => this.set(month, Math.max(month, this.to)));
    this.end = slide((month) => this.set(Math.min(month, this.from), month));
    [this.sayBegin, this.sayEnd] = [make("output"), make("output")];
    this.whole = make("button", { type: "button", click: () => this.set(this.first, this.last) }, "Whole time");
    const label = (text, slider, said) => make("label", {}, make("span", {}, text, " ", said), slider);
    this.element = make("fieldset", { class: "period", hidden: this.isEmpty || this.first === this.last }, make("legend", { class: "hidden" }, "Period"));
    this.element.append(label("first month", this.begin, this.sayBegin), label("last month", this.end, this.sayEnd), this.whole);
    this.say();
  }

  set(from, to) {
    [this.from, this.to] = [from, to];
    this.say();
    history.replaceState(null, "", this.isWhole ? location.pathname + location.search : `#${write(from)}/${write(to)}`);
    this.changed();
  }

  say() {
    for (const [slider, said, month] of [[this.begin, this.sayBegin, this.from], [this.end, this.sayEnd, this.to]]) {
      slider.value = month;
      slider.setAttribute("aria-valuetext", sayMonth(toTime(month)));
      said.textContent = sayMonth(toTime(month));
    }
    this.whole.disabled = this.isWhole;
  }

  get isWhole() {
    return this.from === this.first && this.to === this.last;
  }

  // The first moment and the one after the last; null where nothing has a date.
  get stretch() {
    return this.isEmpty ? null : [toTime(this.from), toTime(this.to + 1)];
  }

  // Whether an event may lie in the period; of one without a date nobody knows, so it counts with the whole time alone.
  includes({ start, end }) {
    return this.isWhole || (start !== null && start < toTime(this.to + 1) && end > toTime(this.from));
  }
}
