// The merge deck.
const decks = new WeakMap();
const KEYS = [
  ["M", "merge into one"], ["D", "different: never ask again"], ["U", "unsure: put aside"], ["Z", "undo the last decision"],
  ["↑ ↓", "previous or next field that differs"], ["← →", "keep the left or the right value (also 1 and 2)"],
  ["0", "back to the proposed value"], ["?", "show or hide this help"],
];
const VERBS = { merge: "Merged", different: "Different", unsure: "Put aside" };

function chips(pair) {
  const top = Math.max(1, ...pair.evidence.map((e) => Math.abs(e.weight)));
  return pair.evidence.map((e) => {
    const kind = e.weight > 0.5 ? "for" : e.weight < -0.5 ? "against" : "even";
    const bits = `${e.weight > 0 ? "+" : e.weight < 0 ? "−" : ""}${Math.abs(e.weight).toFixed(1)}`;
    const width = Math.round((100 * Math.abs(e.weight)) / top);
    return `<span class="chip ${kind}" title="${escape(e.field)}: ${escape(e.label)}, ${bits} bits">
      <b>${escape(e.field)}</b> ${escape(e.label)} <i>${bits}</i><u style="width:${width}%"></u></span>`;
  }).join("");
}

class Deck {
  constructor(root, data) {
    this.root = root;
    this.log = []; this.seq = data.acked || 0; this.done = new Map(); this.past = []; this.back = [];
    this.decided = 0; this.help = false; this.said = ""; this.current = null; this.place = 0; this.chosen = {};
    root.addEventListener("click", (event) => this.onClick(event));
    this.onDocumentKey = (event) => {
      if (!root.isConnected) { document.removeEventListener("keydown", this.onDocumentKey); return; }
      this.onKey(event);
    };
    document.addEventListener("keydown", this.onDocumentKey);
    // Who closes the window while decisions are on their way is asked first.
    window.addEventListener("beforeunload", (event) => { if (root.isConnected && this.log.length) event.preventDefault(); });
  }

  take(data, setStateValue) {
    this.data = data; this.setStateValue = setStateValue;
    const acked = data.acked || 0;
    this.log = this.log.filter((entry) => entry.seq > acked);
    // What the server has carried out it does not send again, unless it was undone: then it may be shown once more.
    for (const [id, seq] of this.done) if (seq <= acked && !data.pairs.some((pair) => pair.id === id)) this.done.delete(id);
    this.draw();
  }

  queue() {
    const open = this.data.pairs.filter((pair) => !this.done.has(pair.id) && !this.back.some((b) => b.id === pair.id));
    return [...this.back, ...open];
  }

  send(entry) {
    this.log.push({ seq: ++this.seq, ...entry });
    this.setStateValue("log", this.log.slice());
    return this.seq;
  }

  // Fields in which the two contradict each other come first: those that only one has need no choice as a rule.
  differing(pair) {
    const found = this.data.fields.filter((f) => readable(pair.a.values[f.name]) !== readable(pair.b.values[f.name]));
    const both = (f) => filled(pair.a.values[f.name]) && filled(pair.b.values[f.name]);
    return [...found.filter(both), ...found.filter((f) => !both(f))];
  }

  sideOf(pair, name) {
    if (this.chosen[name]) return this.chosen[name];
    const result = pair.result[name];
    if (result === pair.a.values[name]) return "a";
    if (result === pair.b.values[name]) return "b";
    return "";
  }

  decide(action) {
    const pair = this.queue()[0];
    if (!pair) return;
    const keep = {};
    if (action === "merge") {
      for (const [name, side] of Object.entries(this.chosen)) if (pair[side].values[name] !== pair.result[name]) keep[name] = side;
    }
    const seq = this.send({ action, left: pair.left, right: pair.right, keep, drawn: pair.why });
    this.done.set(pair.id, seq);
    this.back = this.back.filter((b) => b.id !== pair.id);
    this.past.push({ seq, pair, chosen: this.chosen });
    this.decided++;
    this.said = `${VERBS[action]}: ${pair.a.caption}`;
    this.draw();
  }

  undo() {
    const last = this.past.pop();
    if (!last) { this.said = "Nothing of this visit to undo; see Merged for earlier ones"; this.draw(); return; }
    this.send({ action: "undo", of: last.seq, left: last.pair.left, right: last.pair.right, keep: {} });
    this.done.delete(last.pair.id);
    this.back.unshift(last.pair);
    this.decided--;
    this.said = `Undone: ${last.pair.a.caption}`;
    this.draw();
    this.chosen = last.chosen; this.draw();
  }

  choose(name, side) {
    if (side) this.chosen[name] = side; else delete this.chosen[name];
    this.draw();
  }

  onClick(event) {
    const at = event.target.closest("[data-do]");
    if (!at) return;
    const [what, a, b] = at.dataset.do.split("|");
    if (what === "decide") this.decide(a);
    else if (what === "undo") this.undo();
    else if (what === "help") { this.help = !this.help; this.draw(); }
    else if (what === "choose") { this.place = Number(at.dataset.place); this.choose(a, b); }
    this.root.focus({ preventScroll: true });
  }

  onKey(event) {
    if (event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
    if (isTyping(event, this.root)) return;
    const pair = this.queue()[0];
    const fields = pair ? this.differing(pair) : [];
    const name = fields[this.place]?.name;
    const acts = {
      m: () => this.decide("merge"), d: () => this.decide("different"), u: () => this.decide("unsure"), z: () => this.undo(),
      arrowdown: () => this.move(1, fields.length), arrowup: () => this.move(-1, fields.length),
      arrowleft: () => name && this.choose(name, "a"), arrowright: () => name && this.choose(name, "b"),
      1: () => name && this.choose(name, "a"), 2: () => name && this.choose(name, "b"), 0: () => name && this.choose(name, ""),
      "?": () => { this.help = !this.help; this.draw(); }, escape: () => { this.help = false; this.draw(); },
    };
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault(); event.stopPropagation();
    act();
  }

  move(step, count) {
    if (count) this.place = (this.place + step + count) % count;
    this.draw();
  }

  draw() {
    this.root.dataset.unsaved = this.log.length;
    const queue = this.queue(), pair = queue[0];
    if (!pair) { this.root.innerHTML = this.nothing() + this.footer(null); return; }
    if (this.current !== pair.id) { this.current = pair.id; this.chosen = {}; this.place = 0; }
    this.root.innerHTML = this.top(pair) + this.table(pair) + this.footer(pair) + (this.help ? this.helpBox() : "") + this.next(queue);
  }

  nothing() {
    const waiting = this.data.remaining - this.log.length > 0;
    return waiting
      ? `<div class="none" aria-busy="true"><b>Fetching the next pairs …</b></div>`
      : `<div class="none"><b>No pair is left to judge.</b><span>${number(this.decided)} decided in this visit.</span></div>`;
  }

  top(pair) {
    const left = Math.max(0, this.data.remaining - this.log.filter((entry) => entry.action !== "undo").length);
    return `<div class="top"><span class="score" title="${SCORE}"><i style="--p:${(100 * pair.score).toFixed(1)}"></i>score ${score(pair.score)}</span>
      <span class="chips">${chips(pair)}</span>
      <span class="left">${this.log.length > 2 ? `saving ${number(this.log.length)} · ` : ""}${number(left)} open · ${number(this.decided)} decided</span></div>${said(pair.sentence)}${asked(pair.why, pair.stake)}${guardBox(pair.guards)}`;
  }

  head(pair, side) {
    const record = pair[side];
    return `<div class="cell head ${side}" role="columnheader"><bdi>${escape(record.caption)}</bdi>
      <small>${recordFacts(record)}</small></div>`;
  }

  table(pair) {
    const differing = this.differing(pair);
    const same = this.data.fields.filter((f) => !differing.includes(f) && filled(pair.a.values[f.name]));
    const rows = differing.map((f, place) => this.row(pair, f, place)).join("");
    const equal = same.map((f) => `<div class="row same" role="row"><div class="cell name" role="rowheader">${escape(f.label)}</div>
      <div class="cell both" role="gridcell"><bdi>${escape(readable(pair.a.values[f.name]))}</bdi></div></div>`).join("");
    const none = differing.length ? "" : `<div class="row same" role="row"><div class="cell name"></div>
      <div class="cell both">Nothing differs between the two.</div></div>`;
    return `<div class="grid" role="grid" aria-label="The two records, field by field">
      <div class="row heads" role="row"><div class="cell head name" role="columnheader"></div>${this.head(pair, "a")}${this.head(pair, "b")}
      <div class="cell head result" role="columnheader">Golden record<small>what stands after a merge</small></div></div>${rows}${none}${equal}</div>`;
  }

  row(pair, f, place) {
    const side = this.sideOf(pair, f.name), own = Boolean(this.chosen[f.name]);
    const value = own ? pair[side].values[f.name] : pair.result[f.name];
    const option = (s, o) => {
      const v = pair[s].values[f.name];
      const text = filled(v) ? marked(v, pair[o].values[f.name]) : "<em>–</em>";
      return `<button type="button" class="cell value ${side === s ? "on" : ""}" role="radio" aria-checked="${side === s}"
        tabindex="-1" data-do="choose|${f.name}|${s}" data-place="${place}"><span class="dot"></span><bdi>${text}</bdi></button>`;
    };
    const lone = !filled(pair.a.values[f.name]) || !filled(pair.b.values[f.name]);
    return `<div class="row ${place === this.place ? "here" : ""} ${lone ? "lone" : ""}" role="row"><div class="cell name" role="rowheader">${escape(f.label)}</div>
      ${option("a", "b")}${option("b", "a")}<div class="cell result ${own ? "own" : ""}" role="gridcell">
      <bdi>${filled(value) ? escape(readable(value)) : "<em>empty</em>"}</bdi>${own ? '<small>your choice</small>' : ""}</div></div>`;
  }

  footer(pair) {
    const off = pair ? "" : "disabled";
    return `<div class="bar"><button type="button" class="main" data-do="decide|merge" ${off}>Merge<kbd>M</kbd></button>
      <button type="button" data-do="decide|different" ${off}>Different<kbd>D</kbd></button>
      <button type="button" data-do="decide|unsure" ${off}>Unsure<kbd>U</kbd></button>
      <button type="button" class="quiet" data-do="undo" ${this.past.length ? "" : "disabled"}>Undo<kbd>Z</kbd></button>
      <span class="said" role="status"><bdi>${escape(this.said)}</bdi></span>
      <button type="button" class="quiet keys" data-do="help" aria-expanded="${this.help}">Keys<kbd>?</kbd></button></div>`;
  }

  helpBox() { return keyHelp(KEYS); }

  next(queue) {
    if (queue.length < 2) return "";
    const rows = queue.slice(1, 5).map((pair) => `<div><bdi>${escape(pair.a.caption)}</bdi><bdi class="dim">${escape(pair.b.caption)}</bdi>
      <span class="dim">${score(pair.score)}</span></div>`).join("");
    return `<div class="next"><h4>Up next</h4>${rows}</div>`;
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector("#deck");
  let deck = decks.get(root);
  if (!deck) {
    deck = new Deck(root, data);
    decks.set(root, deck);
    setTimeout(() => root.focus({ preventScroll: true }), 60);
  }
  deck.take(data, setStateValue);
}
