// What the deck of pairs and the grid of clusters share. Values of records are only ever written as escaped text.
const escape = (text) => String(text).replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
const filled = (value) => value !== null && value !== undefined && value !== "";
// Never 1: that two records are one is a guess. It ranks pairs; how many of a score are right differs from table to table.
const score = (value) => (value > 0.9995 ? "> 0.999" : value.toFixed(3));
const SCORE = "What the model makes of the evidence, from 0 to 1. It ranks pairs; it is no share of right ones.";
const number = (value) => Number(value).toLocaleString("en");

function readable(value) {
  if (!filled(value)) return "";
  if (value === "true") return "Yes";
  if (value === "false") return "No";
  const text = String(value);
  if (text.startsWith("[")) {
    try { return JSON.parse(text).join(", "); } catch { return text; }
  }
  return text;
}

// What differs between two texts, marked; the same beginning and end stay plain.
function marked(value, other) {
  const a = Array.from(readable(value)), b = Array.from(readable(other));
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = a.slice(start, a.length - end).join("");
  const whole = escape(a.join(""));
  if (!b.length || !middle || middle.length > a.length * 0.7) return whole;
  return `${escape(a.slice(0, start).join(""))}<mark>${escape(middle)}</mark>${escape(a.slice(a.length - end).join(""))}`;
}

// What stands above the records: why they are asked, what hangs on them, and what speaks for a closer look.
const WHY = {
  value: ["Much hangs on it", "asked early, because of what hangs on it"],
  information: ["Your answer teaches most", "the score is close to one half: the machine cannot tell"],
  audit: ["Drawn at random", "to measure how precise the certain pairs are; only such answers count for merging without a person"],
};

function stakeWords(stake) {
  const told = [];
  if (stake.open_amount) told.push(`${number(Math.round(stake.open_amount))} in open business`);
  if (stake.activities) told.push(`${number(stake.activities)} ${stake.activities === 1 ? "activity" : "activities"} in a year`);
  if (stake.links) told.push(`${number(stake.links)} ${stake.links === 1 ? "link" : "links"}`);
  return told.length ? told.join(" · ") : "nothing hangs on it";
}

function asked(why, stake) {
  const [title, help] = WHY[why] || ["", ""];
  const chip = title ? `<span class="why for-${escape(why)}" title="${escape(help)}">${escape(title)}</span>` : "";
  return `<div class="asked">${chip}<span class="dim">${escape(stakeWords(stake || {}))}</span></div>`;
}

function said(sentence) {
  return sentence ? `<div class="sentence">${escape(sentence)}</div>` : "";
}

function guardBox(guards) {
  if (!guards.length) return "";
  const rows = guards.map((g) => `<li><b>${escape(g.title)}</b> <span>${escape(g.reason)}</span></li>`).join("");
  return `<ul class="guards" aria-label="What speaks for a closer look">${rows}</ul>`;
}

function keyHelp(keys) {
  return `<dl class="help">${keys.map(([key, does]) => `<dt>${key.split(" ").map((k) => `<kbd>${k}</kbd>`).join(" ")}</dt><dd>${does}</dd>`).join("")}</dl>`;
}

function recordFacts(record) {
  const links = `${number(record.links)} ${record.links === 1 ? "link" : "links"}`;
  return [`#${record.id}`, record.members ? `${record.members} merged` : record.source, links].filter(filled).map(escape).join(" · ");
}

// Whether a key is meant for somebody else: who types, or uses a control outside of this part.
function isTyping(event, root) {
  const path = event.composedPath();
  if (path.some((node) => node.matches?.("input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]"))) return true;
  return !path.includes(root) && ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)
    && path.some((node) => node.matches?.("button, a, [role=tab], [role=radio], canvas"));
}
