// The map: the van, or the area that it is in, the door, and the ground between them.

import { addGround, loadLeaflet } from "../ground.js";

// The map follows by itself in whole steps, so that it does not creep.
const NEARER_BY = 1;

export class PlaceMap {
  #element; #settings; #words; #map; #van; #area; #home; #building;
  #touched = false; #fitting = false;

  constructor(element, settings, words) {
    this.#element = element;
    this.#settings = settings;
    this.#words = words;
    element.setAttribute("aria-label", words.text("map.label"));
  }

  async show(view) {
    await (this.#building ??= this.#build(view));
    const at = point(view.vehiclePlace);
    const isArea = Boolean(view.vehicleWithinMetres);
    this.#van.setLatLng(at);
    this.#van.getElement()?.classList.toggle("silent", Boolean(view.vehicleSilent));
    this.#van.getElement()?.classList.toggle("about", isArea);
    this.#area.setLatLng(at).setRadius(view.vehicleWithinMetres ?? 1);
    if (isArea !== this.#map.hasLayer(this.#area)) isArea ? this.#area.addTo(this.#map) : this.#area.remove();
    if (view.destinationPlace) this.#home.setLatLng(point(view.destinationPlace)).addTo(this.#map);
    if (!this.#touched && (this.#strays(view) || this.#isNearer(view))) this.#fit(view, true);
  }

  async #build(view) {
    const L = await loadLeaflet(this.#settings.assets);
    const map = L.map(this.#element, { zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.5 });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright", zoomInTitle: this.#words.text("map.zoomIn"), zoomOutTitle: this.#words.text("map.zoomOut") }).addTo(map);
    this.#map = map;
    this.#fit(view, false);
    addGround(L, map, this.#settings);
    this.#area = L.circle(point(view.vehiclePlace), { radius: 1, className: "area", interactive: false });
    this.#home = marker(L, "home", point(view.destinationPlace ?? view.vehiclePlace), this.#words.text("map.home"));
    this.#van = marker(L, "van", point(view.vehiclePlace), this.#words.text("map.van")).addTo(map);
    // Whoever has moved the map is left alone from then on.
    map.on("dragstart zoomstart", () => { this.#touched ||= !this.#fitting; });
    map.on("moveend", () => { this.#fitting = false; });
  }

  #strays(view) { return !this.#map.getBounds().pad(-0.06).contains(this.#bounds(view)); }

  #isNearer(view) { return this.#zoomFor(view) >= this.#map.getZoom() + NEARER_BY; }

  #zoomFor(view) { return Math.min(17, this.#map.getBoundsZoom(this.#bounds(view), false, window.L.point(88, 88))); }

  #bounds(view) {
    const van = window.L.latLng(point(view.vehiclePlace));
    const bounds = view.vehicleWithinMetres ? van.toBounds(2 * view.vehicleWithinMetres) : window.L.latLngBounds([van]);
    return view.destinationPlace ? bounds.extend(point(view.destinationPlace)) : bounds;
  }

  #fit(view, mayAnimate) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#fitting = true;
    this.#map.fitBounds(this.#bounds(view), { padding: [44, 44], maxZoom: 17, animate: mayAnimate && !calm });
    if (!mayAnimate || calm) this.#fitting = false;
  }
}

function marker(L, kind, at, label) {
  const icon = L.divIcon({ className: `pin ${kind}`, html: `<span class="label"></span>`, iconSize: [28, 28], iconAnchor: [14, 14] });
  const pin = L.marker(at, { icon, keyboard: false, interactive: false });
  pin.on("add", () => { pin.getElement().querySelector(".label").textContent = label; });
  return pin;
}

function point(place) { return [place.latitude, place.longitude]; }
