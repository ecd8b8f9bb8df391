// The fleet page: a key, then all vehicles live.

import { FleetMap } from "./map.js";
import { Health } from "./health.js";

const ROWS_SHOWN = 200;
const BACKOFF_MAX = 30_000;

const state = JSON.parse(document.getElementById("state").content.textContent);
const { assets, base } = document.body.dataset;
const slots = Object.fromEntries([...document.querySelectorAll("[data-slot]")].map(element => [element.dataset.slot, element]));
const map = new FleetMap(slots.map, { assets, ...state });
const vehicles = new Map();
const rows = new Map();
let clock = { now: Date.now(), speed: 1, received: Date.now() };
let key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
let failures = 0;
let opened = false;
let drawn = 0;

slots.key.addEventListener("submit", event => {
  event.preventDefault();
  key = slots.key.elements.key.value;
  connect();
});
slots.search.addEventListener("input", drawTable);

if (key) connect();
else askForKey("");

async function connect() {
  slots.keyText.textContent = "";
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(`${base}/hub`, { transport: signalR.HttpTransportType.WebSockets, skipNegotiation: true })
    .configureLogging(signalR.LogLevel.None)
    .build();
  let wanted = true;
  connection.on("vehicles", take);
  connection.onclose(() => wanted && retry());
  try {
    await connection.start();
    const { result } = await connection.invoke("WatchFleet", key);
    if (result === "watching") {
      failures = 0;
      await open();
      return freshness("live", "Live");
    }
    wanted = false;
    connection.stop();
    askForKey(result === "refused" ? "This key does not open the fleet." : "Too many fleet pages are open. Please close one.");
  } catch {
    if (connection.state === signalR.HubConnectionState.Disconnected) retry();
    else connection.stop();
  }
}

function retry() {
  freshness("off", "Connecting again");
  setTimeout(connect, Math.min(BACKOFF_MAX, 500 * 2 ** failures++) * (0.5 + Math.random()));
}

function askForKey(text) {
  slots.key.hidden = false;
  slots.keyText.textContent = text;
  freshness("off", "Not connected");
  slots.key.elements.key.focus();
}

async function open() {
  if (opened) return;
  opened = true;
  slots.key.hidden = true;
  slots.map.hidden = slots.list.hidden = false;
  new Health(slots.health, slots.groups, `${base}/ops/statistics`, key).run();
  await map.open();
  vehicles.forEach(vehicle => map.show(vehicle));
  map.fit();
  setInterval(drawTable, 1_000);
}

function take(fleet) {
  clock = { now: Date.parse(fleet.now), speed: fleet.speed, received: Date.now() };
  if (fleet.all) {
    const present = new Set(fleet.vehicles.map(vehicle => vehicle.id));
    for (const id of [...vehicles.keys()].filter(id => !present.has(id))) {
      vehicles.delete(id);
      map.remove(id);
    }
  }
  const ready = opened && !slots.map.hidden && window.L;
  for (const vehicle of fleet.vehicles) {
    vehicles.set(vehicle.id, vehicle);
    if (ready) map.show(vehicle);
  }
  if (ready) map.fit();
  if (fleet.all || Date.now() - drawn > 1_000) drawTable();
}

function freshness(kind, text) {
  slots.fresh.dataset.state = kind;
  slots.freshText.textContent = text;
}

/** Silent ones first, the longest silent at the top; then by name. Only the first are drawn: nobody reads a thousand rows, one searches. */
function drawTable() {
  drawn = Date.now();
  const wanted = slots.search.value.trim().toUpperCase();
  const all = [...vehicles.values()];
  const found = all.filter(vehicle => !wanted || vehicle.id.toUpperCase().includes(wanted));
  found.sort((a, b) => Boolean(b.silent) - Boolean(a.silent) || (a.silent ? a.seenAt.localeCompare(b.seenAt) : a.id.localeCompare(b.id)));
  const shown = found.slice(0, ROWS_SHOWN);
  const now = clock.now + (Date.now() - clock.received) * clock.speed;
  const lines = shown.map(vehicle => row(vehicle, now));
  if (lines.some((line, i) => slots.rows.children[i] !== line) || slots.rows.children.length !== lines.length) arrange(lines);
  const present = new Set(shown.map(vehicle => vehicle.id));
  for (const id of rows.keys()) if (!present.has(id)) rows.delete(id);
  slots.more.textContent = found.length > shown.length ? `${found.length - shown.length} more; type a name to find one.` : "";
  sums(all);
}

/** New order without losing the keyboard's place. */
function arrange(lines) {
  const focused = document.activeElement;
  slots.rows.replaceChildren(...lines);
  if (focused !== document.activeElement && slots.rows.contains(focused)) focused.focus({ preventScroll: true });
}

function row(vehicle, now) {
  let line = rows.get(vehicle.id);
  if (!line) {
    line = document.createElement("tr");
    line.innerHTML = `<td><button type="button"></button> <span class="quiet"></span></td><td><span class="stops"><progress></progress><span></span></span></td><td class="number speed"></td><td></td>`;
    const button = line.querySelector("button");
    button.textContent = vehicle.id.split("/")[1];
    button.title = vehicle.id;
    button.addEventListener("click", () => map.find(vehicle.id));
    rows.set(vehicle.id, line);
  }
  const [name, stops, speed, seen] = line.children;
  line.className = vehicle.silent ? "silent" : "";
  text(name.querySelector(".quiet"), [vehicle.silent && "silent", vehicle.fence].filter(Boolean).join(", "));
  const progress = stops.querySelector("progress");
  progress.max = Math.max(1, vehicle.stopsTotal);
  progress.value = vehicle.stopsDone;
  progress.setAttribute("aria-label", "Stops done");
  text(stops.querySelector(".stops > span"), vehicle.stopsTotal ? `${vehicle.stopsDone}/${vehicle.stopsTotal}` : "no tour");
  text(speed, vehicle.metresPerSecond === undefined ? "" : String(Math.round(vehicle.metresPerSecond * 3.6)));
  text(seen, ago(now - Date.parse(vehicle.seenAt)));
  return line;
}

function text(element, content) {
  if (element.textContent !== content) element.textContent = content;
}

function ago(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

function sums(all) {
  const silent = all.filter(vehicle => vehicle.silent).length;
  const done = all.reduce((sum, vehicle) => sum + vehicle.stopsDone, 0);
  const total = all.reduce((sum, vehicle) => sum + vehicle.stopsTotal, 0);
  const entries = [["vehicles", all.length, ""], ["silent", silent, silent ? "silent" : ""], ["stops done", total ? `${done} of ${total}` : "0", ""]];
  if (slots.sums.children.length === 0) {
    slots.sums.replaceChildren(...entries.map(([name]) => {
      const entry = document.createElement("div");
      entry.append(Object.assign(document.createElement("dt"), { textContent: name }), document.createElement("dd"));
      return entry;
    }));
  }
  entries.forEach(([, value, kind], i) => {
    slots.sums.children[i].className = kind;
    text(slots.sums.children[i].lastElementChild, String(value));
  });
}
