// The events of the page on a line of time: bars that count them, or single marks where few are in view.
// `#chart` says where the data is; the form `#filter` takes the days in view.

import { axisBottom, axisLeft } from "d3-axis";
import { scaleUtc } from "d3-scale";
import { pointer, select } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity } from "d3-zoom";

import { drawBars } from "./bars.js";
import { isCalm, load, make } from "./elements.js";
import { drawMarks, layMarks } from "./marks.js";
import { DAY, chooseUnit, countInBuckets, listWithin, readEvents } from "./spans.js";
import { countOf, sayStretch, toIso } from "./words.js";

const MARGIN = { left: 38, right: 10, top: 12, bottom: 26 };
const HEIGHT = 260;
// The shortest view, room beside the first and the last event, the least width of a whole view, in days.
const SHORTEST = 7 * DAY;
const ROOM = 0.02;
const WHOLE = 28 * DAY;
const STEP = 0.2;
const FACTOR = 2;
const DURATION = 250;
const PATIENCE = 400;

class Chart {
  constructor(root, answer) {
    this.events = readEvents(answer).sort((one, other) => one.start - other.start || one.end - other.end);
    this.statuses = answer.statuses.filter((status) => this.events.some((event) => event.status === status));
    this.undated = answer.undated;
    this.filter = document.querySelector("form#filter");
    this.build(root);
    this.bounds = [this.events[0].start, this.events.reduce((latest, { end }) => Math.max(latest, end), -Infinity)];
    this.whole = widen(this.bounds);
    this.base = scaleUtc().domain(this.whole);
    this.zoom = zoom()
      .filter((event) => this.takes(event))
      .on("zoom", () => this.draw());
    this.surface.call(this.zoom).on("dblclick.zoom", null);
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.view);
    this.resize();
  }

  build(root) {
    const press = (text, name, act) => make("button", { type: "button", "aria-label": name, title: name, click: act }, text);
    this.told = make("p", { class: "told", "aria-live": "polite" });
    this.only = make("button", { type: "button", hidden: true, click: () => this.submit() }, "Show these days");
    this.reset = press("All", "All of the time", () => this.show(this.whole));
    this.tip = make("div", { class: "tip", hidden: true });
    const help = "Arrow keys move, + and − zoom, 0 shows all. Tab leads to the events where they stand singly.";
    this.view = make("div", { class: "view", tabindex: "0", role: "group", "aria-label": `Events in time. ${help}` });
    this.surface = select(this.view).append("svg").attr("height", HEIGHT).attr("width", "100%");
    this.axes = this.surface.append("g").attr("class", "axes");
    this.plot = this.surface.append("g").attr("class", "plot").attr("transform", `translate(${MARGIN.left},${MARGIN.top})`);
    this.view.append(this.tip);
    const zoomIn = press("+", "zoom in", () => this.scale(FACTOR));
    const zoomOut = press("−", "zoom out", () => this.scale(1 / FACTOR));
    const tools = make("div", { class: "tools" }, zoomOut, zoomIn, this.reset, this.only, this.told);
    this.note = make("span");
    this.caption = make("figcaption", {}, this.legend(), this.note);
    root.replaceChildren(make("figure", { class: "chart" }, tools, this.view, this.caption));
  }

  legend() {
    const swatch = (status) => {
      const item = make("li");
      const drawn = select(item).append("svg").attr("width", 12).attr("height", 12).attr("aria-hidden", true);
      drawn.append("g").attr("class", status).append("rect").attr("width", 12).attr("height", 12);
      item.append(status);
      return item;
    };
    return make("ul", { class: "legend", "aria-label": "colours" }, ...this.statuses.map(swatch));
  }

  // A wheel moves the page unless somebody is in the chart; one finger moves the page up and down and the view sideways (`listen`).
  takes(event) {
    if (event.type === "wheel") return event.ctrlKey || event.metaKey || this.view.contains(document.activeElement);
    if (event.touches) return event.touches.length > 1;
    return !event.button && !event.ctrlKey;
  }

  listen() {
    this.view.addEventListener("keydown", (event) => this.press(event));
    this.view.addEventListener("pointerleave", () => this.hint());
    this.view.addEventListener("focusout", () => this.hint());
    const fingers = new Map();
    const lift = (event) => fingers.delete(event.pointerId);
    const surface = this.surface.node();
    surface.addEventListener("pointerdown", (event) => event.pointerType === "touch" && fingers.set(event.pointerId, event.clientX));
    surface.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      const moved = event.clientX - fingers.get(event.pointerId);
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size === 1) this.surface.call(this.zoom.translateBy, moved / this.transform.k, 0);
    });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, lift);
  }

  press(event) {
    const acts = {
      ArrowLeft: () => this.move(-STEP),
      ArrowRight: () => this.move(STEP),
      ArrowUp: () => this.scale(FACTOR),
      ArrowDown: () => this.scale(1 / FACTOR),
      "+": () => this.scale(FACTOR),
      "=": () => this.scale(FACTOR),
      "-": () => this.scale(1 / FACTOR),
      0: () => this.show(this.whole),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in acts)) return;
    event.preventDefault();
    if (event.target === this.view || !this.step(event)) acts[event.key]();
  }

  // From one mark to the next; false for a key that does not lead there.
  step(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const marks = [...this.view.querySelectorAll("a")];
    const next = by && marks[marks.indexOf(event.target) + by];
    next?.focus();
    return Boolean(by);
  }

  get transform() {
    return this.surface.property("__zoom");
  }

  get shown() {
    return this.transform.rescaleX(this.base).domain().map(Number);
  }

  get width() {
    return Math.max(1, this.view.clientWidth - MARGIN.left - MARGIN.right);
  }

  resize() {
    const [from, to] = this.base.range()[1] > 1 ? this.shown : this.whole;
    const extent = [[0, 0], [this.width, HEIGHT]];
    this.base.range([0, this.width]);
    this.zoom.extent(extent).translateExtent(extent).scaleExtent([1, Math.max(1, (this.whole[1] - this.whole[0]) / SHORTEST)]);
    this.surface.call(this.zoom.transform, this.reach([from, to]));
  }

  // The transform that shows a stretch of time.
  reach([from, to]) {
    const [, most] = this.zoom.scaleExtent();
    const middle = (from + to) / 2;
    const scale = Math.min(most, (this.whole[1] - this.whole[0]) / (to - from));
    const half = (this.whole[1] - this.whole[0]) / scale / 2;
    return zoomIdentity.scale(scale).translate(-this.base(middle - half), 0);
  }

  get moving() {
    return isCalm() ? this.surface : this.surface.transition().duration(DURATION);
  }

  show(stretch) {
    this.moving.call(this.zoom.transform, this.reach(stretch));
  }

  scale(factor) {
    this.moving.call(this.zoom.scaleBy, factor);
  }

  move(part) {
    this.moving.call(this.zoom.translateBy, (-part * this.width) / this.transform.k, 0);
  }

  draw() {
    const scale = this.transform.rescaleX(this.base);
    const seen = listWithin(this.events, this.shown);
    const size = { width: this.width, height: HEIGHT - MARGIN.top - MARGIN.bottom };
    const laid = layMarks(seen, this.shown, scale, size);
    this.hint();
    if (laid) drawMarks(this.plot, laid, size, (event, lines) => this.hint(event, lines));
    else this.drawCounts(seen, scale, size);
    this.drawTime(scale, size);
    this.say(seen, laid);
  }

  drawCounts(seen, scale, size) {
    const unit = chooseUnit(this.shown, size.width);
    const buckets = countInBuckets(seen, this.shown, unit, this.statuses);
    const heights = drawBars(this.plot, buckets, { scale, size, statuses: this.statuses, unit }, {
      hint: (event, lines) => this.hint(event, lines),
      open: ({ start, end }) => this.show([start, end]),
    });
    const counts = this.axes.selectAll("g.counts").data([0]).join("g").attr("class", "counts");
    counts.attr("transform", `translate(${MARGIN.left},${MARGIN.top})`).call(axisLeft(heights).ticks(4, "d").tickSize(-size.width));
  }

  drawTime(scale, size) {
    if (this.plot.select("g.bar").empty()) this.axes.selectAll("g.counts").remove();
    const time = this.axes.selectAll("g.time").data([0]).join("g").attr("class", "time");
    time.attr("transform", `translate(${MARGIN.left},${MARGIN.top + size.height})`).call(axisBottom(scale).ticks(size.width / 90));
  }

  say(seen, laid) {
    const isWhole = this.transform.k === 1;
    const [from, to] = isWhole ? this.bounds : this.shown;
    this.only.hidden = isWhole || !this.filter;
    this.reset.disabled = isWhole;
    this.note.textContent = [
      laid
        ? "A solid mark is one day; a pale bar is as long as the days among which the event may lie."
        : "Pale: events that may lie there, and may lie before or after. A click on a bar shows what is in it.",
      this.undated ? `Not drawn: ${countOf(this.undated, "undated event")}.` : "",
    ].join(" ");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const vague = seen.filter(({ start, end }) => start < from || end > to).length;
      this.told.textContent = `${countOf(seen.length, "event")} ${sayStretch(from, to)}${vague ? `, ${vague} of them perhaps before or after` : ""}`;
    }, PATIENCE);
  }

  // Lines of text beside the pointer or the focused mark; none hides them.
  hint(event, lines) {
    this.tip.hidden = !lines;
    if (!lines) return;
    this.tip.replaceChildren(...lines.map((line) => make("div", {}, line)));
    const box = event.target.getBoundingClientRect();
    const frame = this.view.getBoundingClientRect();
    const [x, y] = event.type === "focus" ? [box.right - frame.left, box.bottom - frame.top] : pointer(event, this.view);
    const left = Math.min(x + 12, frame.width - this.tip.offsetWidth - 4);
    this.tip.style.left = `${Math.max(4, left)}px`;
    this.tip.style.top = `${y + 14}px`;
  }

  submit() {
    const [from, to] = this.shown;
    this.filter.elements.from.value = toIso(from);
    this.filter.elements.to.value = toIso(to - 1);
    this.filter.requestSubmit();
  }
}

// The same stretch with a little room at both ends.
function widen([first, last]) {
  const room = Math.max((last - first) * ROOM, (WHOLE - (last - first)) / 2, DAY);
  return [first - room, last + room];
}

async function open(root) {
  const answer = await load(root.dataset.source);
  if (answer.events.length > 0) new Chart(root, answer);
}

const root = document.getElementById("chart");
if (root) open(root).catch((error) => root.replaceChildren(make("p", { class: "none" }, `The chart could not be drawn: ${error.message}`)));
