// What is known of a chosen node or tie, beside the picture: its events in the period, its neighbours, and the pages on it.

import { make } from "./elements.js";
import { countOf } from "./words.js";

const LISTED = 12;

export class Panel {
  // `choose` is called with a neighbour that somebody presses.
  constructor(choose) {
    this.choose = choose;
    this.element = make("aside", { class: "panel", hidden: true, "aria-label": "chosen", tabindex: "-1" });
  }

  focus() {
    if (!this.element.hidden) this.element.focus();
  }

  hide() {
    this.element.hidden = true;
  }

  // `count` says how many of some events are in the period.
  showNode(data, node, count) {
    if (!node) return this.hide();
    const isEvent = node.kind === "Event";
    const beside = listBeside(data, node, count);
    const facts = isEvent ? "event" : [node.country, countOf(count(node.events), "event"), countOf(beside.length, "neighbour")].filter(Boolean).join(" · ");
    const lines = beside.slice(0, LISTED).map((one) => this.line(one));
    const more = beside.length > LISTED ? [make("p", { class: "unknown" }, `and ${beside.length - LISTED} more`)] : [];
    const head = [make("h2", {}, node.label), make("p", { class: "facts" }, facts), make("p", {}, ...links(node, isEvent))];
    return this.fill(...head, make("ul", {}, ...lines), ...more);
  }

  line({ node, tie, events }) {
    const name = make("button", { type: "button", class: "name", click: () => this.choose(node) }, node.label);
    return make("li", {}, name, " ", make("a", { href: tie.path }, countOf(events, "event")));
  }

  showTie(data, tie, events) {
    const [one, other] = [data.nodes[tie.source], data.nodes[tie.target]];
    const both = make("h2", {}, make("a", { href: one.path }, one.label), " and ", make("a", { href: other.path }, other.label));
    this.fill(both, make("p", {}, make("a", { class: "button", href: tie.path }, countOf(events, "event"))));
  }

  fill(...children) {
    const close = make("button", { type: "button", class: "close", "aria-label": "close", click: () => this.choose(null) }, "✕");
    this.element.replaceChildren(close, ...children);
    this.element.hidden = false;
  }
}

function links(node, isEvent) {
  const link = (path, text) => make("a", { class: "button", href: path }, text);
  if (isEvent) return [link(node.path, "Its page")];
  const handle = decodeURIComponent(node.path.split("/").at(-1));
  return [link(node.path, "Its page"), " ", link(`/network?${new URLSearchParams({ kind: "ego", of: handle })}`, "Network around it")];
}

// The neighbours that a node has in the period, those of most events first.
function listBeside({ nodes, ties }, node, count) {
  const place = nodes.indexOf(node);
  const found = ties.filter(({ source, target }) => source === place || target === place);
  const beside = found.map((tie) => ({ node: nodes[tie.source === place ? tie.target : tie.source], tie, events: count(tie.events) }));
  return beside.filter(({ events }) => events > 0).sort((one, other) => other.events - one.events || (one.node.label < other.node.label ? -1 : 1));
}
