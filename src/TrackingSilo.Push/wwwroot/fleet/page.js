// The fleet page: a key, then all vehicles live.

import { FleetMap } from "./map.js";
import { Health } from "./health.js";
import { Tour } from "./tour.js";
import { VehicleTable } from "./table.js";

const BACKOFF_MAX = 30_000;
const FENCES_SHOWN = 12;
const SEARCH_AFTER = 200;

const state = JSON.parse(document.getElementById("state").content.textContent);
const { assets, base } = document.body.dataset;
const slots = Object.fromEntries([...document.querySelectorAll("[data-slot]")].map(element => [element.dataset.slot, element]));
const map = new FleetMap(slots.map, { assets, ...state }, area => { wish.area = area; look(); });
const table = new VehicleTable(slots.rows, slots.more, open);
const tour = new Tour(slots, map);
const vehicles = new Map();
const wish = { area: null, wanted: null };
let connection = null;
let fleet = { attention: [], occupancy: {}, sums: {} };
let fences = [];
let clock = { now: Date.now(), speed: 1, received: Date.now() };
let key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
let failures = 0;
let opened = false;
let searching = 0;

slots.key.addEventListener("submit", event => {
  event.preventDefault();
  key = slots.key.elements.key.value;
  connect();
});
slots.search.addEventListener("input", () => {
  clearTimeout(searching);
  searching = setTimeout(() => {
    wish.wanted = slots.search.value.trim() || null;
    fleet.found = undefined;
    look();
    draw();
  }, SEARCH_AFTER);
});

if (key) connect();
else askForKey("");

async function connect() {
  slots.keyText.textContent = "";
  const present = new signalR.HubConnectionBuilder()
    .withUrl(`${base}/hub`, { transport: signalR.HttpTransportType.WebSockets, skipNegotiation: true })
    .configureLogging(signalR.LogLevel.None)
    .build();
  let wanted = true;
  present.on("vehicles", take);
  present.onclose(() => wanted && retry());
  try {
    await present.start();
    const { result } = await present.invoke("WatchFleet", key);
    if (result === "watching") {
      failures = 0;
      connection = present;
      look();
      await openPage();
      return freshness("live", "Live");
    }
    wanted = false;
    present.stop();
    askForKey(result === "refused" ? "This key does not open the fleet." : "Too many fleet pages are open. Please close one.");
  } catch {
    if (present.state === signalR.HubConnectionState.Disconnected) retry();
    else present.stop();
  }
}

/** Tells the server what is looked at, so that nothing else is sent. */
function look() {
  if (wish.area || wish.wanted) connection?.invoke("LookAtFleet", wish.area, wish.wanted).catch(() => {}); // a break: the next connection says it again
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

async function openPage() {
  if (opened) return;
  opened = true;
  slots.key.hidden = true;
  slots.map.hidden = slots.list.hidden = false;
  new Health(slots.health, slots.gauges, slots.groups, `${base}/ops/statistics`, key).run();
  await map.open();
  fences = await ask("/fleet/fences") ?? [];
  map.drawFences(fences);
  vehicles.forEach(vehicle => map.show(vehicle));
  map.fit(fleet.bounds);
  setInterval(draw, 1_000);
}

async function ask(path) {
  try {
    const response = await fetch(base + path, { headers: { "X-Api-Key": key }, cache: "no-store" });
    return response.status === 200 ? await response.json() : null;
  } catch {
    return null;
  }
}

function take(message) {
  clock = { now: Date.parse(message.now), speed: message.speed, received: Date.now() };
  fleet = message;
  if (message.all) {
    const present = new Set(message.vehicles.map(vehicle => vehicle.id));
    for (const id of [...vehicles.keys()].filter(id => !present.has(id))) forget(id);
  }
  for (const vehicle of message.vehicles) {
    if (!isInView(vehicle)) {
      forget(vehicle.id);
      continue;
    }
    vehicles.set(vehicle.id, vehicle);
    if (map.isOpen) map.show(vehicle);
  }
  if (map.isOpen) map.fit(message.bounds);
  draw();
}

function forget(id) {
  vehicles.delete(id);
  if (map.isOpen) map.remove(id);
}

function isInView({ latitude, longitude }) {
  const area = wish.area;
  if (!area) return false;
  return latitude >= area.south && latitude <= area.north
    && (area.east - area.west >= 360 || (area.west <= area.east ? longitude >= area.west && longitude <= area.east : longitude >= area.west || longitude <= area.east));
}

function freshness(kind, text) {
  slots.fresh.dataset.state = kind;
  slots.freshText.textContent = text;
}

function now() { return clock.now + (Date.now() - clock.received) * clock.speed; }

function draw() {
  table.draw({ attention: fleet.attention, inView: vehicles, found: wish.wanted ? fleet.found ?? [] : null, now: now() });
  tour.tick(now());
  drawSums(fleet.sums);
  drawFences(fleet.occupancy);
}

async function open(vehicle) {
  map.goTo(vehicle);
  await tour.open(vehicle, () => ask(`/fleet/vehicles/${vehicle.id.split("/").map(encodeURIComponent).join("/")}/route`), now());
}

function drawSums({ vehicles = 0, silent = 0, late = 0, stopsDone = 0, stopsTotal = 0, stopsAtRisk = 0 }) {
  const entries = [
    ["vehicles", vehicles, ""], ["silent", silent, silent ? "silent" : ""], ["late", late, late ? "late" : ""], ["stops at risk", stopsAtRisk, stopsAtRisk ? "late" : ""], ["stops done", stopsTotal ? `${stopsDone} of ${stopsTotal}` : "0", ""],
  ];
  if (slots.sums.children.length === 0) {
    slots.sums.replaceChildren(...entries.map(([name]) => {
      const entry = document.createElement("div");
      entry.append(Object.assign(document.createElement("dt"), { textContent: name }), document.createElement("dd"));
      return entry;
    }));
  }
  entries.forEach(([, value, kind], i) => {
    slots.sums.children[i].className = kind;
    if (slots.sums.children[i].lastElementChild.textContent !== String(value)) slots.sums.children[i].lastElementChild.textContent = value;
  });
}

/** The fullest fences first; a press shows one on the map. */
function drawFences(occupancy) {
  slots.fencesBox.hidden = fences.length === 0;
  const byName = new Map(fences.map(fence => [fence.name, fence]));
  const fullest = [...byName.values()].map(fence => ({ ...fence, count: occupancy[fence.name] ?? 0 }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)).slice(0, FENCES_SHOWN);
  const drawn = fullest.map(fence => `${fence.id}:${fence.count}`).join();
  if (slots.fences.dataset.drawn === drawn) return;
  slots.fences.dataset.drawn = drawn;
  slots.fences.replaceChildren(...fullest.map(fence => {
    const item = document.createElement("li");
    const button = item.appendChild(Object.assign(document.createElement("button"), { type: "button" }));
    button.append(fence.name, " ", Object.assign(document.createElement("strong"), { textContent: fence.count }));
    button.dataset.kind = fence.kind;
    button.addEventListener("click", () => map.showFence(fence.id));
    return item;
  }));
}
