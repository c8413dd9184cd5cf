// The page of a worker: asks for the figures every two seconds while it is seen.
"use strict";

const EVERY = 2000; // milliseconds between two questions
const PATIENCE = 6000; // milliseconds for an answer
const RATE_SPAN = 10; // seconds over which the rate is taken

const whole = new Intl.NumberFormat("en");
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const UNKNOWN = "–";

const count = (value) => (value === null ? UNKNOWN : whole.format(value));

function duration(seconds) {
  if (seconds === null) return UNKNOWN;
  if (seconds > 0 && seconds < 0.00005) return "< 0.1 ms";
  if (seconds < 1) return `${tenths.format(seconds * 1000)} ms`;
  if (seconds < 120) return `${tenths.format(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} days`;
}

// The columns of the flow, left to right: heading, what to show of a stage, and whether it is a fault.
const COLUMNS = [
  ["Partitions", (stage) => count(stage.partitions)],
  ["Lag", (stage) => count(stage.waiting)],
  ["In flight", (stage) => count(stage.in_flight)],
  ["In", (stage) => count(stage.taken)],
  ["Out", (stage) => count(stage.passed)],
  ["Dead letters", (stage) => count(stage.dead), (stage) => stage.dead > 0],
  ["Per second", (stage) => rate(stage)],
  ["Stage time, mean", (stage) => duration(stage.work_seconds)],
  ["Latency, median", (stage) => duration(stage.latency_seconds)],
];

// Only what has changed is replaced, so that a reader's selection or cursor stays where it is.
function put(id, ...children) {
  const parent = document.getElementById(id);
  if (parent.children.length !== children.length) parent.replaceChildren(...children);
  else children.forEach((child, index) => patch(parent.children[index], child));
}

function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const alike = fresh.children.length > 0 && old.children.length === fresh.children.length;
  if (alike) [...fresh.children].forEach((child, index) => patch(old.children[index], child));
  else old.replaceWith(fresh);
}

// --- the rate: the growth of the counts over the last answers ---------------------------------------------------------

let answers = [];

function remember(figures) {
  const now = performance.now() / 1000;
  if (answers.length && answers.at(-1).started !== figures.started) answers = [];
  const taken = Object.fromEntries(figures.stages.map((stage) => [stage.name, stage.taken]));
  answers.push({ now, started: figures.started, taken });
  while (answers.length > 2 && now - answers[1].now >= RATE_SPAN) answers.shift();
}

function rate(stage) {
  const [first, last] = [answers[0], answers.at(-1)];
  if (last.now === first.now) return UNKNOWN;
  return tenths.format((last.taken[stage.name] - first.taken[stage.name]) / (last.now - first.now));
}

// --- the parts of the page --------------------------------------------------------------------------------------------

const articles = (value) => `${count(value)} ${value === 1 ? "article" : "articles"}`;

// What a reader wants to know first, in one sentence or two.
function lede({ stages, dead }) {
  const [first, last] = [stages[0], stages.at(-1)];
  if (stages.every((stage) => stage.taken === 0)) return "No articles have come to this worker yet.";
  const letters = dead.reduce((sum, letter) => sum + letter.count, 0);
  const told = `This worker took in ${articles(first.taken)}, passed on ${count(last.passed)} enriched, `
    + `and set aside ${count(letters)} as dead ${letters === 1 ? "letter" : "letters"}.`;
  if (last.latency_seconds === null) return told;
  return `${told} Half of the articles were enriched within ${duration(last.latency_seconds)} of their receipt.`;
}

function row(stage) {
  const topics = `${stage.reads} → ${stage.writes.join(", ")}`;
  const name = element("th", { scope: "row", role: "rowheader" },
    element("span", { class: "stage", text: stage.name }),
    element("span", { class: "about", text: stage.about }),
    element("span", { class: "topics", text: topics }));
  const cells = COLUMNS.map(([heading, show, isFault]) => {
    const text = show(stage);
    const tone = isFault?.(stage) ? " bad" : text === "0" || text === UNKNOWN ? " zero" : "";
    return element("td", { class: `number${tone}`, role: "cell", "data-label": heading, text });
  });
  return element("tr", { role: "row", "data-stage": stage.name }, name, ...cells);
}

function headings() {
  const heads = ["Stage", ...COLUMNS.map(([heading]) => heading)];
  put("flow-head", ...heads.map((text, index) =>
    element("th", { scope: "col", role: "columnheader", class: index ? "number" : "", text })));
}

function deadLetters(rows) {
  document.getElementById("dead-table").hidden = rows.length === 0;
  document.getElementById("dead-none").hidden = rows.length > 0;
  put("dead", ...rows.map((letter) => element("tr", {},
    element("th", { scope: "row", text: letter.reason }),
    element("td", { text: letter.stage }),
    element("td", { class: "number", text: count(letter.count) }))));
}

function facts({ pool, stages, transactions, retries }) {
  const partitions = stages.reduce((sum, stage) => sum + stage.partitions, 0);
  const replaced = `${count(pool.recycled)} by plan, ${count(pool.lost)} lost`;
  const rows = [
    ["Partitions held", count(partitions)],
    ["Processes", `${count(pool.ready)} ready, ${count(pool.busy)} busy`],
    ["Processes replaced", replaced],
    ["Transactions", `${count(transactions)} committed, ${count(retries)} tried again`],
  ];
  put("facts", ...rows.map(([term, value]) =>
    element("div", {}, element("dt", { text: term }), element("dd", { text: value }))));
}

function identity({ worker, started }) {
  const parts = [`Version ${worker.version}`, `group ${worker.group}`, `broker ${worker.broker}`,
    `process ${worker.pid} on ${worker.host}`];
  if (started !== null) parts.push(`up ${duration(Math.max(0, Date.now() / 1000 - started))}`);
  document.getElementById("worker").textContent = parts.join(" · ");
}

// A live region speaks whenever it is written to: so it is written to only when the state changes.
function state(name, text) {
  const region = document.getElementById("state");
  if (region.dataset.state === name) return;
  region.dataset.state = name;
  region.textContent = text;
}

function readiness(reasons) {
  state(reasons.length ? "waiting" : "ready", reasons.length ? "Not ready" : "Ready");
  document.getElementById("reasons").hidden = reasons.length === 0;
  put("reasons", ...reasons.map((text) => element("li", { text })));
}

function show(figures) {
  remember(figures);
  identity(figures);
  document.getElementById("lede").textContent = lede(figures);
  readiness(figures.reasons);
  put("flow", ...figures.stages.map(row));
  deadLetters(figures.dead);
  facts(figures);
  delete document.body.dataset.stale;
}

// --- the clock --------------------------------------------------------------------------------------------------------

let timer;

async function refresh() {
  try {
    const answer = await fetch("/api/flow", { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch (error) {
    console.warn("no figures:", error.message);
    state("lost", "No answer from the worker");
    document.body.dataset.stale = "";
  }
  schedule();
}

function schedule(delay = EVERY) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, delay);
}

headings();
refresh();
document.addEventListener("visibilitychange", () => schedule(0));
