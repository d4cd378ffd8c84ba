// A GEXF file -> a picture with a date: shown is what has a spell that holds the day, and what has no spell at all.

import Graph from "graphology";
import { parse } from "graphology-gexf/browser";
import Sigma from "sigma";

// To judge positions a person wants all labels; else sigma leaves out those for which it finds no room.
const ALL_LABELS = new URLSearchParams(location.search).has("labels");

// The spells of the elements with this name, by id; graphology-gexf leaves them out.
function readSpells(file, name) {
  const spells = new Map();
  for (const element of file.getElementsByTagName(name)) {
    const found = [...element.getElementsByTagName("spell")];
    spells.set(element.getAttribute("id"), found.map((spell) => [spell.getAttribute("start"), spell.getAttribute("end")]));
  }
  return spells;
}

// Days are written as YYYY-MM-DD, so that they come in the order of their letters; without a day all is shown.
function lives(spells, day) {
  return !day || spells.length === 0 || spells.some(([start, end]) => start <= day && day < end);
}

function draw(graph) {
  const settings = { labelRenderedSizeThreshold: 0, autoRescaleContent: "nodes" };
  // Sizes have the unit of positions, as in Gephi; colours, sizes and positions are those of the file.
  const sigma = new Sigma(graph, document.getElementById("view"), { settings: { ...settings, itemSizesReference: "positions" } });
  if (ALL_LABELS) sigma.setSettings({ labelDensity: 1000, labelGridCellSize: 10 });
  return sigma;
}

function show(graph, sigma, spells, day) {
  graph.forEachNode((node) => sigma.setNodeState(node, { isHidden: !lives(spells.nodes.get(node), day) }));
  graph.forEachEdge((edge) => sigma.setEdgeState(edge, { isHidden: !lives(spells.edges.get(edge), day) }));
  sigma.refresh();
}

// What the renderer itself holds, after all its rules.
function tell(graph, sigma) {
  const isShown = (data) => data.visibility !== "hidden";
  const edges = graph.filterEdges((edge) => isShown(sigma.getEdgeDisplayData(edge)));
  return {
    nodes: graph.filterNodes((node) => isShown(sigma.getNodeDisplayData(node))),
    edges: edges.map((edge) => [graph.source(edge), graph.target(edge), graph.getEdgeAttribute(edge, "event") ?? ""]),
  };
}

// How the first view looks, in pixels: which nodes lie outside, which lie on each other, how many bear a label.
function look(graph, sigma) {
  const { width, height } = sigma.getDimensions();
  const discs = graph.mapNodes((node, { label, x, y }) => {
    const data = sigma.getNodeDisplayData(node);
    return { label, ...sigma.graphToViewport({ x, y }), radius: sigma.scaleSize(data.size), colour: data.color };
  });
  const isOutside = ({ x, y, radius }) => x < radius || y < radius || x > width - radius || y > height - radius;
  const meet = (one, other) => Math.hypot(one.x - other.x, one.y - other.y) < one.radius + other.radius;
  const pairs = discs.flatMap((one, index) => discs.slice(index + 1).map((other) => [one, other]));
  return {
    outside: discs.filter(isOutside).map(({ label }) => label),
    meeting: pairs.filter(([one, other]) => meet(one, other)).map((pair) => pair.map(({ label }) => label)),
    labels: sigma.getNodeDisplayedLabels().size,
    smallest: Math.min(...discs.map(({ radius }) => radius)),
    largest: Math.max(...discs.map(({ radius }) => radius)),
    colours: new Set(discs.map(({ colour }) => colour)).size,
  };
}

async function open() {
  const text = await (await fetch("graph.gexf")).text();
  const file = new DOMParser().parseFromString(text, "application/xml");
  const spells = { nodes: readSpells(file, "node"), edges: readSpells(file, "edge") };
  const graph = parse(Graph, file);
  const sigma = draw(graph);
  const input = document.getElementById("date");
  const update = () => {
    show(graph, sigma, spells, input.value);
    const { nodes, edges } = tell(graph, sigma);
    document.getElementById("counts").textContent = `${nodes.length} of ${graph.order} nodes, ${edges.length} of ${graph.size} edges`;
  };
  input.addEventListener("change", update);
  update();
  // For the test: what is there, what is shown on the day that the field holds, how it looks.
  window.gexf = {
    all: { nodes: graph.order, edges: graph.size },
    shown: () => ({ date: input.value, ...tell(graph, sigma) }),
    look: () => look(graph, sigma),
  };
}

open().catch((error) => {
  console.error(error);
  window.gexf = null;
});
