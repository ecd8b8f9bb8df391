// The map: the van, the door, and the ground between them.

import { addGround, loadLeaflet } from "../ground.js";

export class PlaceMap {
  #element; #settings; #words; #map; #van; #home; #moved = false; #building;

  constructor(element, settings, words) {
    this.#element = element;
    this.#settings = settings;
    this.#words = words;
    element.setAttribute("aria-label", words.text("map.label"));
  }

  async show(view) {
    await (this.#building ??= this.#build(view));
    const van = point(view.vehiclePlace);
    this.#van.setLatLng(van);
    this.#van.getElement()?.classList.toggle("silent", Boolean(view.vehicleSilent));
    if (view.destinationPlace) this.#home.setLatLng(point(view.destinationPlace));
    if (!this.#moved && !this.#map.getBounds().pad(-0.08).contains(van)) this.#fit(view);
  }

  async #build(view) {
    const L = await loadLeaflet(this.#settings.assets);
    const map = L.map(this.#element, { zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.5 });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright", zoomInTitle: this.#words.text("map.zoomIn"), zoomOutTitle: this.#words.text("map.zoomOut") }).addTo(map);
    this.#map = map;
    this.#fit(view);
    addGround(L, map, this.#settings);
    this.#home = marker(L, "home", point(view.destinationPlace ?? view.vehiclePlace), this.#words.text("map.home"));
    this.#van = marker(L, "van", point(view.vehiclePlace), this.#words.text("map.van"));
    if (view.destinationPlace) this.#home.addTo(map);
    this.#van.addTo(map);
    map.on("dragstart zoomstart", () => { this.#moved = this.#moved || this.#fitted; });
  }

  #fitted = false;

  #fit(view) {
    this.#fitted = false;
    const places = [view.vehiclePlace, view.destinationPlace].filter(Boolean).map(point);
    this.#map.fitBounds(places, { padding: [44, 44], maxZoom: 16, animate: false });
    this.#fitted = true;
  }
}

function marker(L, kind, at, label) {
  const icon = L.divIcon({ className: `pin ${kind}`, html: `<span class="label"></span>`, iconSize: [28, 28], iconAnchor: [14, 14] });
  const pin = L.marker(at, { icon, keyboard: false, interactive: false });
  pin.on("add", () => { pin.getElement().querySelector(".label").textContent = label; });
  return pin;
}

function point(place) { return [place.latitude, place.longitude]; }
