// The editor for SPARQL: YASGUI with this server as its only endpoint, the graph's own prefixes and terms to complete, and examples.
// `#graph` holds what it has to know; a click on a `[data-example]` loads that query.

import Yasgui from "@zazuko/yasgui";

const ENDPOINT = new URL("/sparql", location.href).href;
const TABLE = { accept: "application/sparql-results+json", triples: "text/turtle" };
const graph = JSON.parse(document.getElementById("graph").textContent);
const START = `PREFIX nk: <${graph.prefixes.nk}>
PREFIX sem: <${graph.prefixes.sem}>

SELECT ?event ?type ?day WHERE {
  ?event a nk:Event ; sem:eventType ?type ; nk:earliest ?day .
}
ORDER BY DESC(?day)
LIMIT 20
`;

// Completers with the same names take the place of those that ask other hosts.
function complete() {
  const { prefixes, class: classes, property } = Yasgui.Yasqe.Autocompleters;
  const declared = Object.entries(graph.prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`);
  const replace = (completer, known) => Yasgui.Yasqe.registerAutocompleter({ ...completer, bulk: true, persistenceId: null, get: async () => known });
  replace(prefixes, declared);
  replace(classes, graph.classes);
  replace(property, graph.properties);
}

function make(parent) {
  return new Yasgui(parent, {
    autofocus: false,
    copyEndpointOnNewTab: false,
    // A shared link may name another endpoint; none is asked but this one.
    populateFromUrl: (config) => ({ ...config, requestConfig: { ...config.requestConfig, endpoint: ENDPOINT } }),
    persistenceId: "kg",
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    requestConfig: { endpoint: ENDPOINT, method: "POST", acceptHeaderSelect: TABLE.accept, acceptHeaderGraph: TABLE.triples },
    yasqe: { value: START, prefixCcApi: null, createShortLink: undefined },
    yasr: { prefixes: graph.prefixes },
  });
}

// Editors and the answers shown in one have a name each, and the part that scrolls can be reached by keys.
function openToKeys(parent) {
  for (const editor of parent.querySelectorAll(".CodeMirror:not([data-named])")) {
    const name = editor.closest(".yasr") ? "answer" : "query";
    editor.dataset.named = name;
    editor.querySelector("textarea").setAttribute("aria-label", name);
    const scroller = editor.querySelector(".CodeMirror-scroll");
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "region");
    scroller.setAttribute("aria-label", `lines of the ${name}`);
  }
}

function listen(yasgui) {
  const about = document.getElementById("about");
  for (const button of document.querySelectorAll("[data-example]")) {
    button.addEventListener("click", () => {
      const yasqe = yasgui.getTab().getYasqe();
      yasqe.setValue(graph.examples[button.dataset.example]);
      yasqe.query();
      about.textContent = `${button.textContent}: ${button.title}`;
      document.getElementById("editor").scrollIntoView({ block: "nearest" });
      yasqe.focus();
    });
  }
}

// Entities, events and articles in a table lead to their pages here.
function leadHome({ target }) {
  const link = target.closest?.(".yasr a[href]");
  const [namespace, path] = Object.entries(graph.pages).find(([namespace]) => link?.href.startsWith(namespace)) ?? [];
  if (namespace) link.href = path + link.href.slice(namespace.length);
}

const parent = document.getElementById("editor");
for (const event of ["pointerover", "focusin"]) parent.addEventListener(event, leadHome);
new MutationObserver(() => openToKeys(parent)).observe(parent, { childList: true, subtree: true });
complete();
listen(make(parent));
