// Carriers' scorecards: a key, then a card for each carrier, read again every minute.

const EVERY = 60_000;
const { base } = document.body.dataset;
const slots = Object.fromEntries([...document.querySelectorAll("[data-slot]")].map(element => [element.dataset.slot, element]));
const number = new Intl.NumberFormat("en-GB");
const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
let key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
let timer;

slots.key.addEventListener("submit", event => {
  event.preventDefault();
  key = slots.key.elements.key.value;
  read();
});

if (key) read();
else askForKey("");

async function read() {
  clearTimeout(timer);
  try {
    const response = await fetch(`${base}/v1/scorecards`, { headers: { "X-Api-Key": key }, cache: "no-store" });
    if (response.status === 401) return askForKey("This key does not open the scorecards.");
    if (!response.ok) throw new Error(response.statusText);
    draw(await response.json());
  } catch {
    slots.asOf.textContent = "No connection. Trying again.";
  }
  timer = setTimeout(read, slots.carriers.childElementCount ? EVERY : 2_000);
}

function askForKey(text) {
  slots.key.hidden = false;
  slots.carriers.hidden = true;
  slots.keyText.textContent = text;
  slots.key.elements.key.focus();
}

function draw({ asOf, carriers }) {
  slots.key.hidden = true;
  slots.carriers.hidden = false;
  slots.asOf.textContent = asOf ? `As of ${time.format(new Date(asOf))}` : "Counting";
  slots.carriers.replaceChildren(...carriers.map(card));
  if (asOf && carriers.length === 0) slots.asOf.textContent += ". No shipments yet.";
}

function card(carrier) {
  const article = element("article", { className: "card" });
  article.append(
    element("h2", { textContent: carrier.carrier }),
    element("p", { className: "sum", textContent: `${number.format(carrier.shipments)} shipments, ${number.format(carrier.delivered)} delivered` }),
    share("On time", carrier.onTime, carrier.promised),
    share("At the first attempt", carrier.firstAttempt, carrier.delivered),
    counts([
      ["Attempts per delivery", carrier.delivered ? (carrier.attempts / carrier.delivered).toFixed(2) : "–"],
      ["Scan delay, median", carrier.scanDelaySeconds === undefined ? "–" : duration(carrier.scanDelaySeconds)],
      ["Late now", number.format(carrier.late)],
      ["Silent now", number.format(carrier.stalled)],
      ["Handed over elsewhere", number.format(carrier.misplaced)],
      ["Unrecognised scans", `${number.format(carrier.unrecognised)} of ${number.format(carrier.scans)}`],
    ]));
  return article;
}

function share(name, part, whole) {
  const row = element("div", { className: "share" });
  const line = element("div", { className: "line" });
  line.append(element("span", { textContent: name }), element("span", { textContent: whole ? `${percent.format(part / whole)} of ${number.format(whole)}` : "–" }));
  const meter = element("meter", { min: 0, max: 1, low: 0.8, high: 0.95, optimum: 1, value: whole ? part / whole : 0 });
  meter.setAttribute("aria-label", name);
  row.append(line, meter);
  return row;
}

function counts(entries) {
  const list = element("dl", { className: "counts" });
  for (const [name, value] of entries) list.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
  return list;
}

function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

function element(name, properties) { return Object.assign(document.createElement(name), properties); }
