// The tracking page: takes over from the server's first picture and keeps it up to date.

import { Feed } from "./feed.js";
import { Instructions } from "./instructions.js";
import { PlaceMap } from "./map.js";
import { drawStreet } from "./street.js";
import { Words } from "./words.js";

const state = JSON.parse(document.getElementById("state").content.textContent);
const assets = document.body.dataset.assets;
const base = assets.slice(0, assets.lastIndexOf("/assets/"));
const link = location.pathname.split("/").pop();
const words = new Words(state.texts, document.documentElement.lang, state.locale);
const slots = Object.fromEntries([...document.querySelectorAll("[data-slot]")].map(element => [element.dataset.slot, element]));
const map = new PlaceMap(slots.map, { assets, tileUrl: state.tileUrl, tileAttribution: state.tileAttribution }, words);
const instructions = new Instructions(slots.instruct, slots.outcome, slots.choices, words, instruct);
const visitorZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let view = state.view;
let received = Date.now();
let connection = "connecting";
let lostAt = received;
let announced = "";
let timeline = "";

/** Domain time at a moment of this machine: it may be shifted, and run faster than the clock on the wall. */
function domainTime(at = Date.now()) { return Date.parse(view.now) + (at - received) * view.speed; }

function draw() {
  const now = domainTime();
  const headline = words.headline(view, now);
  document.body.dataset.status = view.status;
  put("status", headline.status);
  put("meaning", headline.meaning);
  put("day", headline.day);
  put("window", headline.window);
  slots.window.classList.toggle("long", headline.isLong);
  put("stops", headline.stops);
  put("countdown", headline.countdown);
  put("promise", headline.promise);
  put("coverage", headline.coverage);
  put("zone", visitorZone === view.destinationTimeZone || !view.destinationTimeZone ? "" : words.text("zone", { zone: visitorZone.replaceAll("_", " ") }));
  document.title = [headline.window, headline.status].filter(Boolean).join(" · ");
  drawStreet(slots.street, view.stopsAway, view.status === "delivered");
  drawNotice(words.notice(view));
  drawPlace();
  drawSteps(now);
  drawTimeline(now);
  drawList(slots.proofs, words.proofs(view).map(text => item([], text)));
  slots.proof.hidden = !view.proof && !view.misplacedMetres;
  instructions.show(view, state.mayInstruct);
  drawFreshness();
  announce([headline.status, headline.stops, view.status === "outForDelivery" ? "" : headline.window, words.notice(view)?.title].filter(Boolean).join(". "));
}

function put(slot, text) {
  if (slots[slot].textContent !== text) slots[slot].textContent = text;
}

function drawNotice(notice) {
  slots.notice.hidden = !notice;
  put("noticeTitle", notice?.title ?? "");
  put("noticeText", notice?.text ?? "");
}

function drawPlace() {
  slots.place.hidden = !view.vehiclePlace;
  if (!view.vehiclePlace) return;
  put("seen", view.vehicleSeenAt ? words.text(view.vehicleSilent ? "map.silent" : view.vehicleWithinMetres ? "map.area" : "map.seen", { time: words.time(view.vehicleSeenAt) }) : "");
  map.show(view).catch(() => { slots.map.hidden = true; });
}

function drawSteps(now) {
  drawList(slots.steps, words.steps(view, now).map(step => {
    const element = item([["strong", "", step.name], ["span", "state", words.text(`step.state.${step.state}`)], ["span", "text", step.text], ["time", "", step.time]]);
    element.dataset.state = step.state;
    if (step.state === "current" || step.state === "problem") element.setAttribute("aria-current", "step");
    return element;
  }));
}

function drawTimeline(now) {
  const shown = JSON.stringify(view.timeline) + words.day(now, now);
  if (shown === timeline) return;
  timeline = shown;
  const scans = view.timeline.toReversed().map(scan => item([
    ["time", "", words.dayAndTime(scan.occurredAt, now)], ["strong", "", words.text(`scan.${scan.event}`)], ["span", "", scan.place ?? ""], ["span", "quiet", scan.text ?? ""],
  ]));
  drawList(slots.scans, scans.length > 0 ? scans : [item([], words.text("scans.none"))]);
  slots.earlier.hidden = !view.earlierScansNotShown;
}

function drawList(list, items) {
  const html = items.map(item => item.outerHTML).join("");
  if (list.dataset.drawn === html) return;
  list.dataset.drawn = html;
  list.replaceChildren(...items);
}

function item(parts, text) {
  const element = document.createElement("li");
  if (text !== undefined) element.textContent = text;
  for (const [name, className, content] of parts) {
    const part = document.createElement(name);
    if (className) part.className = className;
    part.textContent = content;
    element.append(part, " ");
  }
  return element;
}

function drawFreshness() {
  const asOf = { time: words.time(view.asOf ?? domainTime(lostAt)) };
  const text = view.asOf && connection === "live" ? words.text("asOf", asOf)
    : { live: words.text(view.unsaved ? "unsaved" : "live"), polling: words.text("polling"), offline: words.text("offline", asOf), reconnecting: words.text("reconnecting", asOf) }[connection]
    ?? words.text("asOf", asOf);
  slots.fresh.dataset.state = view.asOf && connection === "live" ? "asOf" : connection;
  put("freshText", text);
}

/** Said aloud only when it has changed, and never at first: a screen reader reads the page itself. */
function announce(text) {
  if (announced && announced !== text) slots.announcer.textContent = text;
  announced = text;
}

function take(newer) {
  view = newer;
  received = Date.now();
  lostAt = received;
  draw();
}

function connectionIs(now, since) {
  if (now === "gone") return location.reload();
  if (now === "live" || now === "polling") lostAt = Date.now();
  else if (since && connection === "live") lostAt = Math.max(since, received);
  connection = now;
  drawFreshness();
}

async function instruct(instruction) {
  try {
    const response = await fetch(`${base}/track/${link}/instructions`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(instruction),
    });
    return (await response.json()).result;
  } catch {
    return "failed";
  }
}

draw();
new Feed({ link, base, view, onView: take, onState: connectionIs }).start();
// Countdown and "today" move on by themselves, several times a shown minute.
setInterval(draw, Math.max(1_000, 15_000 / view.speed));
