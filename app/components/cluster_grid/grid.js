// The cluster grid.
const grids = new WeakMap();
const KEYS = [
  ["1 … 9", "tick a record, or leave it out"], ["M", "those ticked are one, the others are not"], ["D", "no two of them are the same"],
  ["S", "later: show the next one"], ["Z", "undo the last decision"], ["P", "part it at its weakest bridge"], ["?", "show or hide this help"],
];

class Grid {
  constructor(root, data) {
    this.root = root;
    this.log = []; this.seq = data.acked || 0; this.done = new Map(); this.past = []; this.later = new Set();
    this.decided = 0; this.help = false; this.said = ""; this.current = null; this.out = new Set(); this.chosen = {}; this.asking = "";
    root.addEventListener("click", (event) => this.onClick(event));
    this.onDocumentKey = (event) => {
      if (!root.isConnected) { document.removeEventListener("keydown", this.onDocumentKey); return; }
      this.onKey(event);
    };
    document.addEventListener("keydown", this.onDocumentKey);
    window.addEventListener("beforeunload", (event) => { if (root.isConnected && this.log.length) event.preventDefault(); });
  }

  take(data, setStateValue) {
    this.data = data; this.setStateValue = setStateValue;
    const acked = data.acked || 0;
    this.log = this.log.filter((entry) => entry.seq > acked);
    for (const [id, seq] of this.done) if (seq <= acked && !data.clusters.some((each) => each.id === id)) this.done.delete(id);
    this.draw();
  }

  cluster() {
    const open = this.data.clusters.filter((each) => !this.done.has(each.id));
    return open.find((each) => !this.later.has(each.id)) || open[0];
  }

  yes(cluster) { return cluster.records.filter((record) => !this.out.has(record.id)).map((record) => record.id); }

  send(entry) {
    this.log.push({ seq: ++this.seq, ...entry });
    this.setStateValue("log", this.log.slice());
    return this.seq;
  }

  decide(action) {
    const cluster = this.cluster();
    if (!cluster) return;
    const yes = this.yes(cluster), no = [...this.out];
    if (action === "cluster" && !yes.length) { this.said = "Tick the records that are one"; this.draw(); return; }
    if (action === "cluster" && yes.length + no.length < 2) return;
    if (action === "later") { this.later.add(cluster.id); this.said = "Put off until the others are done"; this.ask(); this.draw(); return; }
    const result = this.result(cluster) || {};
    const keep = Object.fromEntries(Object.entries(this.chosen).filter(([name, id]) =>
      yes.includes(id) && cluster.records.find((record) => record.id === id).values[name] !== result[name]));
    const seq = this.send(action === "apart" ? { action, id: cluster.id, yes: cluster.records.map((r) => r.id), no: [], keep: {} }
      : { action, id: cluster.id, yes, no, keep: yes.length > 1 ? keep : {} });
    this.done.set(cluster.id, seq);
    this.past.push({ seq, id: cluster.id });
    this.decided++;
    this.said = action === "apart" ? "Kept all apart" : no.length ? `Merged ${yes.length}, kept ${no.length} apart` : `Merged ${yes.length}`;
    this.draw();
  }

  undo() {
    const last = this.past.pop();
    if (!last) { this.said = "Nothing of this visit to undo; see Merged for earlier ones"; this.draw(); return; }
    this.send({ action: "undo", of: last.seq, id: last.id, yes: [], no: [], keep: {} });
    this.done.delete(last.id);
    this.decided--;
    this.said = "Undone";
    this.draw();
  }

  toggle(id) {
    if (this.out.has(id)) this.out.delete(id); else this.out.add(id);
    for (const [name, whose] of Object.entries(this.chosen)) if (this.out.has(whose)) delete this.chosen[name];
    this.ask(); this.draw();
  }

  // The result of fewer records is worked out where survivorship is known.
  ask() {
    const cluster = this.cluster();
    if (!cluster || this.result(cluster)) return;
    const yes = this.yes(cluster), wanted = `${cluster.id}:${yes.join(",")}`;
    if (yes.length < 2 || wanted === this.asking) return;
    this.asking = wanted;
    this.setStateValue("draft", { id: cluster.id, yes });
  }

  result(cluster) { return cluster.results[this.yes(cluster).join(",")]; }

  part() {
    const cluster = this.cluster();
    if (!cluster?.bridge) return;
    this.out = new Set(cluster.bridge.other);
    this.ask(); this.draw();
  }

  onClick(event) {
    const at = event.target.closest("[data-do]");
    if (!at) return;
    const [what, a, b] = at.dataset.do.split("|");
    if (what === "decide") this.decide(a);
    else if (what === "undo") this.undo();
    else if (what === "part") this.part();
    else if (what === "help") { this.help = !this.help; this.draw(); }
    else if (what === "toggle") this.toggle(Number(a));
    else if (what === "choose") { if (this.chosen[a] === Number(b)) delete this.chosen[a]; else this.chosen[a] = Number(b); this.draw(); }
    this.root.focus({ preventScroll: true });
  }

  onKey(event) {
    if (event.metaKey || event.ctrlKey || event.altKey || event.repeat || isTyping(event, this.root)) return;
    const cluster = this.cluster(), digit = Number(event.key);
    const acts = {
      m: () => this.decide("cluster"), d: () => this.decide("apart"), s: () => this.decide("later"), z: () => this.undo(), p: () => this.part(),
      "?": () => { this.help = !this.help; this.draw(); }, escape: () => { this.help = false; this.draw(); },
    };
    const act = digit >= 1 && cluster?.records[digit - 1] ? () => this.toggle(cluster.records[digit - 1].id) : acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault(); event.stopPropagation();
    act();
  }

  draw() {
    this.root.dataset.unsaved = this.log.length;
    const cluster = this.cluster();
    if (!cluster) { this.root.innerHTML = this.nothing() + this.bar(null); return; }
    if (this.current !== cluster.id) { this.current = cluster.id; this.out = new Set(); this.chosen = {}; this.asking = ""; }
    const scrolled = this.root.querySelector(".scroll")?.scrollLeft || 0;
    this.root.innerHTML = this.top(cluster) + asked("", cluster.stake) + guardBox(cluster.guards) + this.hold(cluster) + this.table(cluster)
      + this.bar(cluster) + (this.help ? keyHelp(KEYS) : "");
    this.root.querySelector(".scroll").scrollLeft = scrolled;
  }

  nothing() {
    return this.data.remaining - this.log.length > 0
      ? `<div class="none" aria-busy="true"><b>Fetching the next cluster …</b></div>`
      : `<div class="none"><b>No cluster is left to judge.</b><span>${number(this.decided)} decided in this visit.</span></div>`;
  }

  top(cluster) {
    const left = Math.max(0, this.data.remaining - this.log.filter((entry) => entry.action !== "undo").length);
    const lowest = cluster.cohesion === null ? `${number(cluster.found)} of its pairs were found alike`
      : `least score of any two ${score(cluster.cohesion)}`;
    const ring = cluster.cohesion === null ? "" : `<i style="--p:${(100 * cluster.cohesion).toFixed(1)}"></i>`;
    return `<div class="top"><span class="score">${ring}${number(cluster.records.length)} records look like one</span>
      <span class="chips dim">${lowest}</span><span class="left">${number(left)} open · ${number(this.decided)} decided</span></div>`;
  }

  hold(cluster) {
    const b = cluster.bridge;
    if (!b) return "";
    return `<div class="hold"><span>Hangs on <b>#${b.left_id} – #${b.right_id}</b> (score <b>${score(b.score)}</b>), its weakest bridge</span>
      <button type="button" data-do="part">Part it there<kbd>P</kbd></button></div>`;
  }

  table(cluster) {
    const n = cluster.records.length, result = this.result(cluster), yes = this.yes(cluster);
    const heads = cluster.records.map((record, place) => {
      const out = this.out.has(record.id);
      return `<button type="button" class="cell head ${out ? "out" : ""}" role="checkbox" aria-checked="${!out}" tabindex="-1"
        data-do="toggle|${record.id}"><span class="tick"><i>✓</i>${out ? "not the same" : "the same"}${place < 9 ? `<kbd>${place + 1}</kbd>` : ""}</span>
        <bdi>${escape(record.caption)}</bdi><small>${recordFacts(record)}</small></button>`;
    }).join("");
    const filledSomewhere = (f) => cluster.records.some((record) => filled(record.values[f.name]));
    const differing = this.data.fields.filter((f) => cluster.differing.includes(f.name) && filledSomewhere(f));
    const same = this.data.fields.filter((f) => !cluster.differing.includes(f.name) && filledSomewhere(f));
    const rows = differing.map((f) => this.row(cluster, f, result, yes)).join("");
    const equal = same.map((f) => `<div class="row same" role="row"><div class="cell name" role="rowheader">${escape(f.label)}</div>
      <div class="cell both" role="gridcell"><bdi>${escape(readable(cluster.records[0].values[f.name]))}</bdi></div></div>`).join("");
    const becomes = yes.length > 1 ? `what ${number(yes.length)} become` : "nothing becomes one";
    return `<div class="scroll"><div class="grid" role="grid" aria-label="The records, field by field" style="--n:${n}">
      <div class="row heads" role="row"><div class="cell head name" role="columnheader"></div>${heads}
      <div class="cell head result" role="columnheader">Golden record<small>${becomes}</small></div></div>${rows}${equal}</div></div>`;
  }

  row(cluster, f, result, yes) {
    const own = this.chosen[f.name], whole = yes.length > 1 && result;
    const told = own ? cluster.records.find((record) => record.id === own).values[f.name] : whole ? result[f.name] : null;
    const cells = cluster.records.map((record) => {
      const value = record.values[f.name], out = this.out.has(record.id);
      const on = !out && (own ? own === record.id : whole && filled(value) && value === told);
      const text = filled(value) ? (out || value === told ? escape(readable(value)) : marked(value, told)) : "<em>–</em>";
      return `<button type="button" class="cell value ${on ? "on" : ""} ${out ? "out" : ""}" role="radio" aria-checked="${Boolean(on)}" tabindex="-1"
        ${out ? "disabled" : `data-do="choose|${f.name}|${record.id}"`}><span class="dot"></span><bdi>${text}</bdi></button>`;
    }).join("");
    const waits = yes.length > 1 && !result && !own;
    return `<div class="row" role="row"><div class="cell name" role="rowheader">${escape(f.label)}</div>${cells}
      <div class="cell result ${own ? "own" : ""} ${waits ? "pending" : ""}" role="gridcell"><bdi>${filled(told) ? escape(readable(told)) : waits ? "…" : "<em>–</em>"}</bdi>
      ${own ? "<small>your choice</small>" : ""}</div></div>`;
  }

  bar(cluster) {
    const yes = cluster ? this.yes(cluster).length : 0, no = this.out.size, off = cluster && yes ? "" : "disabled";
    const words = no ? (yes > 1 ? `Merge ${yes}, keep ${no} apart` : `Keep ${no} apart`) : `Merge all ${yes || ""}`;
    return `<div class="bar"><button type="button" class="main" data-do="decide|cluster" ${off}>${words}<kbd>M</kbd></button>
      <button type="button" data-do="decide|apart" ${cluster ? "" : "disabled"}>All different<kbd>D</kbd></button>
      <button type="button" data-do="decide|later" ${cluster ? "" : "disabled"}>Later<kbd>S</kbd></button>
      <button type="button" class="quiet" data-do="undo" ${this.past.length ? "" : "disabled"}>Undo<kbd>Z</kbd></button>
      <span class="said" role="status"><bdi>${escape(this.said)}</bdi></span>
      <button type="button" class="quiet keys" data-do="help" aria-expanded="${this.help}">Keys<kbd>?</kbd></button></div>`;
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector("#deck");
  let grid = grids.get(root);
  if (!grid) {
    grid = new Grid(root, data);
    grids.set(root, grid);
    setTimeout(() => root.focus({ preventScroll: true }), 60);
  }
  grid.take(data, setStateValue);
}
