// The system's own counts, whatever the server calls them: groups of numbers, and how fast those grow that only grow.

const EVERY = 2_000;
const SILENT_WORDS = new Set(["engine", "ingestion", "push"]);
const number = new Intl.NumberFormat("en-GB");
const rate = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

export class Health {
  #section; #groups; #url; #key; #last = new Map(); #lastAt = 0;

  constructor(section, groups, url, key) {
    this.#section = section;
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
    this.#groups.replaceChildren(...[...groups].map(([title, entries]) => this.#group(title, entries, seconds)));
    this.#lastAt = now;
    this.#section.hidden = false;
    delete this.#section.dataset.state;
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
