// Nodes and ties -> a picture that sigma draws: places by forces, the same each time; colours of the page's own style.

import Graph from "graphology";
import forces from "graphology-layout-forceatlas2";
import Sigma from "sigma";
import { sdfCircle, sdfSquare } from "sigma/rendering";

const ROUNDS = 500;
const SMALLEST = 3;
// The largest disc in a wide picture, and in one as narrow as a phone.
const [LARGEST, SMALLER, NARROW] = [20, 13, 500];
const EVENT_SIZE = 4;
// How much longer one side of a network may become.
const STRETCH = 2.5;
// Widths of ties: of one event, of the strongest at most, and what one event more adds.
const [THINNEST, THICKEST, MORE] = [1, 9, 1.2];
const SETTINGS = {
  allowInvalidContainer: true,
  itemSizesReference: "screen",
  autoRescaleContent: "labels",
  enableEdgeEvents: true,
  gestureTarget: "shared",
  labelRenderedSizeThreshold: 5,
  labelDensity: 1.6,
  labelGridCellSize: 110,
  stagePadding: 40,
};
// So many ties can be told apart as they are; more of them are paler, so that names stay legible.
const FEW = 250;
const [PALEST, FULLEST] = [0.18, 0.75];
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif";
// How much of what lies behind a name is covered, as CSS writes it behind a colour.
const VEIL = "b8";
const DARK = "(prefers-color-scheme: dark)";

export class Picture {
  constructor(container, data, { choose, chooseTie, leave }) {
    this.data = data;
    this.most = Math.max(1, ...data.nodes.map(({ events }) => events.length));
    this.strongest = Math.max(2, ...data.ties.map(({ events }) => events.length));
    this.widest = Math.min(THICKEST, THINNEST + MORE * (this.strongest - 1));
    this.largest = container.clientWidth < NARROW ? SMALLER : LARGEST;
    this.fullness = Math.max(PALEST, Math.min(FULLEST, (FULLEST * FEW) / data.ties.length));
    this.graph = makeGraph(data);
    fit(this.graph, container.clientWidth, container.clientHeight);
    this.readColours();
    this.sigma = new Sigma(this.graph, container, {
      primitives: { nodes: { shapes: [sdfCircle(), sdfSquare()] } },
      styles: { nodes: this.nodeStyles(), edges: this.edgeStyles() },
      customNodeState: { isFaded: false },
      customEdgeState: { isFaded: false },
      settings: SETTINGS,
    });
    this.sigma.on("clickNode", ({ node }) => choose(data.nodes[Number(node)]));
    this.sigma.on("clickEdge", ({ edge }) => chooseTie(data.ties[Number(edge)]));
    this.sigma.on("clickStage", leave);
    matchMedia(DARK).addEventListener("change", () => {
      this.readColours();
      this.sigma.refresh();
    });
  }

  get camera() {
    return this.sigma.getCamera();
  }

  readColours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    this.colours = { ink: read("--ink"), soft: read("--soft"), line: read("--tie"), paper: read("--paper"), link: read("--link") };
  }

  nodeStyles() {
    const colour = (name) => () => this.colours[name];
    return {
      x: { attribute: "x" },
      y: { attribute: "y" },
      size: { attribute: "size" },
      shape: ({ isEvent }) => (isEvent ? "square" : "circle"),
      color: ({ isEvent, colour: own }) => (isEvent ? this.colours.soft : own),
      opacity: { whenState: "isFaded", then: 0.15, else: 1 },
      visibility: { whenState: "isHidden", then: "hidden", else: "visible" },
      depth: { whenState: "isHovered", then: "topNodes", else: "nodes" },
      label: { attribute: "label" },
      labelColor: colour("ink"),
      labelFont: FONT,
      labelSize: ({ isEvent }) => (isEvent ? 11 : 13),
      labelVisibility: ({ isCentre }, { isHovered, isHighlighted, isFaded }) =>
        isHovered || isHighlighted || (isCentre && !isFaded) ? "visible" : isFaded ? "hidden" : "auto",
      labelBackgroundColor: () => `${this.colours.paper}${VEIL}`,
      labelBackgroundPadding: 1,
      backdropVisibility: (_, { isHovered, isHighlighted, isFaded }) => (isHovered || isHighlighted || !isFaded ? "visible" : "hidden"),
      backdropArea: "node",
      backdropColor: ({ isCentre }, { isHovered, isHighlighted }) =>
        isHovered || isHighlighted || isCentre ? this.colours.ink : this.colours.paper,
      backdropPadding: 1.5,
      backdropShadowBlur: 0,
    };
  }

  edgeStyles() {
    return {
      size: { attribute: "size" },
      color: (_, { isHovered, isHighlighted }) => (isHovered || isHighlighted ? this.colours.link : this.colours.line),
      opacity: (_, { isHovered, isHighlighted, isFaded }) => (isHovered || isHighlighted ? 1 : isFaded ? 0.05 : this.fullness),
      visibility: { whenState: "isHidden", then: "hidden", else: "visible" },
      depth: { whenState: "isHovered", then: "topEdges", else: "edges" },
    };
  }

  // Sizes by the number of events in the period; what has none is hidden. Returns how many nodes and ties are shown.
  show(count) {
    const shown = { nodes: 0, ties: 0 };
    this.data.ties.forEach((tie, place) => {
      const events = count(tie.events);
      shown.ties += events > 0 ? 1 : 0;
      this.graph.setEdgeAttribute(place, "size", grow((events - 1) / (this.strongest - 1), THINNEST, this.widest));
      this.sigma.setEdgeState(String(place), { isHidden: events === 0 });
    });
    this.data.nodes.forEach((node, place) => {
      const events = count(node.events);
      shown.nodes += events > 0 ? 1 : 0;
      this.graph.setNodeAttribute(place, "size", node.kind === "Event" ? EVENT_SIZE : grow(events / this.most, SMALLEST, this.largest));
      this.sigma.setNodeState(String(place), { isHidden: events === 0 });
    });
    return shown;
  }

  // Shows a node with its neighbours and fades all others; none brings them back.
  light(node) {
    const of = node ? String(this.data.nodes.indexOf(node)) : null;
    const near = new Set(of === null ? this.graph.nodes() : [of, ...this.graph.neighbors(of)]);
    for (const one of this.graph.nodes()) this.sigma.setNodeState(one, { isFaded: !near.has(one), isHighlighted: one === of });
    for (const edge of this.graph.edges()) {
      const isOf = of !== null && this.graph.extremities(edge).includes(of);
      this.sigma.setEdgeState(edge, { isFaded: of !== null && !isOf, isHighlighted: isOf });
    }
  }
}

// The square root, since a disc is seen by its area.
const grow = (part, least, most) => least + (most - least) * Math.sqrt(Math.max(0, part));

function makeGraph({ nodes, ties, of }) {
  const graph = new Graph({ type: "undirected" });
  const order = nodes.map((_, place) => place).sort((one, other) => compare(nodes[one], nodes[other]));
  order.forEach((place, turn) => {
    const angle = (2 * Math.PI * turn) / nodes.length;
    const { id, label, colour, kind } = nodes[place];
    const known = { label, colour, isEvent: kind === "Event", isCentre: id === of };
    graph.addNode(place, { ...known, size: SMALLEST, x: 100 * Math.cos(angle), y: 100 * Math.sin(angle) });
  });
  ties.forEach(({ source, target, events }, place) => {
    graph.addEdgeWithKey(String(place), source, target, { size: THINNEST, weight: Math.log2(1 + events.length) });
  });
  // Strong gravity keeps groups that nothing joins within sight of each other.
  const settings = { ...forces.inferSettings(graph), strongGravityMode: true, gravity: 0.04, scalingRatio: 12, outboundAttractionDistribution: true };
  if (graph.order > 1) forces.assign(graph, { iterations: ROUNDS, settings, getEdgeWeight: "weight" });
  return graph;
}

// Turns and stretches the places into the shape of the room that there is, so that a long network stands upright in a narrow picture.
function fit(graph, width, height) {
  const places = graph.mapNodes((_, { x, y }) => [x, y]);
  const extent = (axis) => Math.max(...places.map((place) => place[axis])) - Math.min(...places.map((place) => place[axis])) || 1;
  const turned = extent(0) > extent(1) !== width > height;
  const [across, up] = turned ? [extent(1), extent(0)] : [extent(0), extent(1)];
  // Much more would tell of a distance that the forces did not give.
  const stretch = Math.min(STRETCH, Math.max(1 / STRETCH, (height / width) * (across / up)));
  graph.forEachNode((node, { x, y }) => {
    const [right, top] = turned ? [y, x] : [x, y];
    graph.mergeNodeAttributes(node, { x: right, y: top * stretch });
  });
}

// Nodes of one country begin beside each other.
function compare(one, other) {
  const key = ({ country, label, id }) => [country ?? "", label, id];
  const [mine, theirs] = [key(one), key(other)];
  const place = mine.findIndex((value, index) => value !== theirs[index]);
  return place < 0 ? 0 : mine[place] < theirs[place] ? -1 : 1;
}
