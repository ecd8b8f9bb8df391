// The system's health: a few gauges that say at a glance whether it keeps up, and under them all counts, whatever the server calls them.

const EVERY = 2_000;
const SILENT_WORDS = new Set(["engine", "ingestion", "push"]);
const number = new Intl.NumberFormat("en-GB");
const rate = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

export class Health {
  #section; #gauges; #groups; #url; #key; #last = new Map(); #lastAt = 0;

  constructor(section, gauges, groups, url, key) {
    this.#section = section;
    this.#gauges = gauges;
    this.#groups = groups;
    this.#url = url;
    this.#key = key;
  }

  async run() {
    for (;;) {
      if (!document.hidden) await this.#read();
      await new Promise(resolve => setTimeout(resolve, EVERY));
    }
  }

  async #read() {
    try {
      const response = await fetch(this.#url, { headers: { "X-Api-Key": this.#key }, cache: "no-store" });
      if (response.ok) this.#draw(await response.json());
      else this.#section.hidden = true;
    } catch {
      this.#section.dataset.state = "old";
    }
  }

  #draw(statistics) {
    const now = performance.now();
    const seconds = (now - this.#lastAt) / 1000;
    const groups = new Map();
    collect(statistics, [], groups);
    this.#drawGauges(statistics, seconds);
    this.#groups.replaceChildren(...[...groups].map(([title, entries]) => this.#group(title, entries, seconds)));
    this.#lastAt = now;
    this.#section.hidden = false;
    delete this.#section.dataset.state;
  }

  #drawGauges({ engine = {}, ingestion = {}, push = {} }, seconds) {
    const refused = sum(ingestion.refused);
    const gauges = [
      ["positions/s", this.#rate("positions", engine.applied?.position, seconds)],
      ["scans/s", this.#rate("scans", engine.applied?.scan, seconds)],
      ["lag", ingestion.lag === undefined ? null : number.format(typeof ingestion.lag === "number" ? ingestion.lag : sum(ingestion.lag)), ingestion.lag > 10_000],
      ["refused", number.format(refused), false, Object.entries(ingestion.refused ?? {}).filter(([, n]) => n > 0).map(([reason, n]) => `${words(reason)}: ${number.format(n)}`).join("\n")],
      ["push p99", push.latency?.p99Ms === undefined || push.latency.p99Ms === null ? null : `${number.format(push.latency.p99Ms)} ms`, push.latency?.p99Ms > 1_000],
      ["pages open", push.connections === undefined ? null : number.format(push.connections)],
      ["input", engine.input === undefined ? null : words(String(engine.input)), engine.input !== "live"],
    ].filter(([, value]) => value !== null);
    this.#gauges.replaceChildren(...gauges.map(([name, value, isBad, detail]) => {
      const gauge = document.createElement("div");
      gauge.className = isBad ? "bad" : "";
      gauge.title = detail ?? "";
      gauge.append(Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: value }));
      return gauge;
    }));
  }

  #rate(name, value, seconds) {
    const key = `gauge/${name}`;
    const before = this.#last.get(key);
    if (value === undefined) return null;
    this.#last.set(key, value);
    return before === undefined ? "–" : rate.format(Math.max(0, value - before) / seconds);
  }

  #group(title, entries, seconds) {
    const group = document.createElement("div");
    const list = document.createElement("dl");
    for (const [name, value] of entries) {
      const key = `${title}/${name}`;
      const row = list.appendChild(document.createElement("div"));
      row.appendChild(document.createElement("dt")).textContent = words(name);
      const shown = row.appendChild(document.createElement("dd"));
      shown.textContent = typeof value === "number" ? number.format(value) : words(String(value));
      if (typeof value !== "number") continue;
      const before = this.#last.get(key);
      this.#last.set(key, value);
      if (before !== undefined && value > before && value > 100) {
        const growth = shown.appendChild(document.createElement("span"));
        growth.className = "rate";
        growth.textContent = `+${rate.format((value - before) / seconds)}/s`;
      }
    }
    group.append(Object.assign(document.createElement("h3"), { textContent: title }), list);
    return group;
  }
}

function sum(counts) { return Object.values(counts ?? {}).reduce((sum, count) => sum + (Number(count) || 0), 0); }

/** Every object that holds plain values becomes a group, named by its path. */
function collect(value, path, groups) {
  const title = path.map(words).filter((word, i) => path.length === 1 || !SILENT_WORDS.has(path[i])).join(" · ") || "All";
  for (const [name, content] of Object.entries(value)) {
    if (content !== null && typeof content === "object" && !Array.isArray(content)) collect(content, [...path, name], groups);
    else if (typeof content === "number" || typeof content === "string" || typeof content === "boolean") {
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push([name, content]);
    }
  }
}

function words(name) {
  const text = name.replaceAll(/[-_.]/g, " ").replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
