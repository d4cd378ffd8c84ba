// The network of the page: a picture to move and zoom in, the period that it shows, and what is known of the node or tie chosen.
// `#network` says where the data is.

import { isCalm, load, make } from "./elements.js";
import { Panel } from "./panel.js";
import { Period } from "./period.js";
import { Picture } from "./picture.js";
import { DAY } from "./spans.js";
import { countOf, sayStretch } from "./words.js";

const ZOOM = 1.5;
const FRAMES = { duration: 200 };
const CALM = { duration: 0 };

class Network {
  constructor(root, data) {
    this.events = data.events.map(([id, first, days]) => ({ id, start: first === null ? null : first * DAY, end: (first + days) * DAY }));
    this.data = data;
    this.chosen = null;
    this.told = make("p", { class: "told", "aria-live": "polite" });
    this.canvas = make("div", { class: "canvas", tabindex: "0", role: "group", "aria-label": describe(data) });
    this.panel = new Panel((node) => this.choose(node));
    this.period = new Period(this.events, () => this.update());
    const stage = make("div", { class: "stage" }, this.canvas, this.panel.element);
    root.replaceChildren(this.period.element, this.tools(), stage);
    this.picture = new Picture(this.canvas, data, {
      choose: (node) => this.choose(node),
      chooseTie: (tie) => this.panel.showTie(this.data, tie, this.countShown(tie.events)),
      leave: () => this.choose(null),
    });
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.update();
  }

  tools() {
    const press = (text, name, act) => make("button", { type: "button", "aria-label": name, title: name, click: act }, text);
    const motion = isCalm() ? CALM : FRAMES;
    return make(
      "div",
      { class: "tools" },
      press("−", "zoom out", () => this.picture.camera.animatedUnzoom({ factor: ZOOM, ...motion })),
      press("+", "zoom in", () => this.picture.camera.animatedZoom({ factor: ZOOM, ...motion })),
      press("All", "All of the network", () => this.picture.camera.animatedReset(motion)),
      this.told,
    );
  }

  // Arrow keys go from node to node, in the order of the table; Enter opens what is chosen.
  press(event) {
    const nodes = this.data.nodes.filter((node) => this.countShown(node.events) > 0);
    const place = nodes.indexOf(this.chosen);
    const next = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1 }[event.key];
    if (event.key === "Escape") this.choose(null);
    else if (event.key === "Enter") this.panel.focus();
    else if (next !== undefined) {
      event.preventDefault();
      this.choose(nodes.at(next % nodes.length));
    }
  }

  countShown(events) {
    return events.filter((place) => this.period.includes(this.events[place])).length;
  }

  choose(node) {
    this.chosen = node;
    this.picture.light(node);
    this.panel.showNode(this.data, node, (events) => this.countShown(events));
  }

  update() {
    const { nodes, ties } = this.picture.show((events) => this.countShown(events));
    const shown = this.events.filter((event) => this.period.includes(event));
    const undated = this.period.isWhole ? 0 : this.events.filter(({ start }) => start === null).length;
    const left = undated ? `; ${countOf(undated, "undated event")} left out` : "";
    const when = this.period.stretch ? ` ${sayStretch(...this.period.stretch)}` : "";
    this.told.textContent = `${countOf(nodes, "node")}, ${countOf(ties, "tie")}, ${countOf(shown.length, "event")}${when}${left}`;
    if (this.chosen) this.panel.showNode(this.data, this.chosen, (events) => this.countShown(events));
  }
}

function describe({ nodes, ties }) {
  const size = `${countOf(nodes.length, "node")}, ${countOf(ties.length, "tie")}`;
  return `Network of ${size}. Arrow keys go from node to node, Enter leads to what is known of it. The tables below say the same.`;
}

const root = document.getElementById("network");
if (root) {
  load(root.dataset.source)
    .then((data) => new Network(root, data))
    .catch((error) => root.replaceChildren(make("p", { class: "none" }, `The picture could not be drawn: ${error.message} The tables below say the same.`)));
}
