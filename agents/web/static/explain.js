// The page that explains an article: sends it to the worker, shows each line.
"use strict";

const PATIENCE = 60000; // milliseconds for an answer: a busy worker lets nobody wait longer for one article

const at = (id) => document.getElementById(id);

function state(name, text) {
  at("told").dataset.state = name;
  at("told").textContent = text;
}

function facts({ title, source, published_at, modified_at, section, authors, credits, language, text, truncated, clutter }) {
  const moment = (value) => value && `${value.value} (to the ${value.precision}, zone ${value.zone})`;
  const rows = [
    ["Title", title],
    ["Source", source.name ?? source.domain],
    ["Published", moment(published_at)],
    ["Modified", moment(modified_at)],
    ["Section", section],
    ["Authors", authors.map((author) => author.name).join(", ")],
    ["Credits", credits.map((credit) => `${credit.name} (${credit.role})`).join(", ")],
    ["Language", language && `${language.code} (${language.confidence})`],
    ["Text", `${text.length} characters${truncated ? ", cut off" : ""}`],
    ["Learned clutter", clutter],
  ];
  at("facts").replaceChildren(...rows.filter(([, value]) => value).map(([term, value]) =>
    element("div", {}, element("dt", { text: term }), element("dd", { text: value }))));
}

function line({ text, decision, kept, chance, phrase }) {
  const words = phrase ? `${text} [${phrase}]` : text;
  return element("tr", { "data-kept": decision === "title" ? "title" : String(kept) },
    element("th", { scope: "row", text: decision }),
    element("td", { class: "number", text: chance.toFixed(2) }),
    element("td", { text: words, dir: "auto" }));
}

function show({ article, lines }) {
  facts(article);
  at("lines").replaceChildren(...lines.map(line));
  at("answer").hidden = false;
  const kept = lines.filter((one) => one.kept).length;
  state("ready", `${kept} of ${lines.length} lines kept`);
}

async function explain() {
  const chosen = at("file").files[0] ?? at("raw").value;
  at("answer").hidden = true;
  state("unknown", "Asking the worker");
  at("send").disabled = true;
  try {
    const headers = { "content-type": "application/octet-stream" }; // the worker looks at what it is
    const request = { method: "POST", body: chosen, headers, signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch("/api/explain", request);
    const told = await answer.json();
    if (answer.ok) show(told);
    else state("waiting", `${told.reason}: ${told.message}`);
  } catch (error) {
    console.warn("no explanation:", error.message);
    state("lost", "No answer from the worker");
  }
  at("send").disabled = false;
}

at("send").addEventListener("click", explain);
at("file").addEventListener("change", () => { at("raw").disabled = at("file").files.length > 0; });
