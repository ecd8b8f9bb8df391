// Thousands of vehicles as dots on one canvas.

import { addGround, loadLeaflet } from "../ground.js";

export class FleetMap {
  #element; #settings; #L; #map; #dots = new Map(); #fitted = false; #colours;

  constructor(element, settings) {
    this.#element = element;
    this.#settings = settings;
  }

  async open() {
    const L = this.#L = await loadLeaflet(this.#settings.assets);
    this.#map = L.map(this.#element, { preferCanvas: true, zoomSnap: 0.5, zoomControl: false }).setView([0, 0], 2);
    this.#map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright" }).addTo(this.#map);
    addGround(L, this.#map, this.#settings);
    this.#readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#readColours();
      this.#dots.forEach(dot => dot.setStyle(this.#style(dot.vehicle)));
    });
  }

  show(vehicle) {
    const at = [vehicle.latitude, vehicle.longitude];
    let dot = this.#dots.get(vehicle.id);
    if (!dot) {
      dot = this.#L.circleMarker(at, { radius: 6 }).addTo(this.#map).bindTooltip(() => `${vehicle.id.split("/")[1]} · ${dot.vehicle.stopsDone} / ${dot.vehicle.stopsTotal}`);
      this.#dots.set(vehicle.id, dot);
    }
    const changed = !dot.vehicle || dot.vehicle.silent !== vehicle.silent;
    dot.vehicle = vehicle;
    dot.setLatLng(at);
    if (changed) dot.setStyle(this.#style(vehicle));
  }

  remove(id) {
    this.#dots.get(id)?.remove();
    this.#dots.delete(id);
  }

  /** All vehicles into the window, once. */
  fit() {
    if (this.#fitted || this.#dots.size === 0) return;
    this.#fitted = true;
    this.#map.fitBounds([...this.#dots.values()].map(dot => dot.getLatLng()), { padding: [30, 30], maxZoom: 15, animate: false });
  }

  find(id) {
    const dot = this.#dots.get(id);
    if (!dot) return;
    this.#map.setView(dot.getLatLng(), Math.max(this.#map.getZoom(), 14));
    dot.bringToFront().openTooltip();
  }

  #style(vehicle) {
    const { silent, moving, rim } = this.#colours;
    return { color: rim, weight: 1.5, fillColor: vehicle.silent ? silent : moving, fillOpacity: 1, radius: vehicle.silent ? 7 : 5.5 };
  }

  #readColours() {
    const style = getComputedStyle(document.documentElement);
    this.#colours = {
      silent: style.getPropertyValue("--sun").trim(), moving: style.getPropertyValue("--leaf").trim(), rim: style.getPropertyValue("--paper").trim(),
    };
  }
}
