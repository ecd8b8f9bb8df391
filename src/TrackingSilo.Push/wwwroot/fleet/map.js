// Thousands of vehicles as dots on one canvas, the fences under them, and one vehicle's tour.

import { addGround, loadLeaflet } from "../ground.js";

const LOOK_AFTER = 250;

export class FleetMap {
  #element; #settings; #onLook; #L; #map; #dots = new Map(); #fences = new Map(); #route; #fitted = false; #colours; #looking = 0;

  /** @param onLook told the part of the map that is shown, a moment after it has come to rest. */
  constructor(element, settings, onLook) {
    this.#element = element;
    this.#settings = settings;
    this.#onLook = onLook;
  }

  async open() {
    const L = this.#L = await loadLeaflet(this.#settings.assets);
    this.#map = L.map(this.#element, { preferCanvas: true, zoomSnap: 0.5, zoomControl: false, worldCopyJump: true }).setView([0, 0], 2);
    this.#map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright" }).addTo(this.#map);
    addGround(L, this.#map, this.#settings);
    // Fences under the tour, the tour under the vehicles.
    for (const [name, order] of [["fences", 390], ["route", 395]]) this.#map.createPane(name).style.zIndex = order;
    this.#readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#readColours();
      this.#dots.forEach(dot => dot.setStyle(this.#style(dot.vehicle)));
      this.#fences.forEach(fence => fence.shape.setStyle(this.#fenceStyle(fence.kind)));
    });
    this.#map.on("moveend", () => {
      clearTimeout(this.#looking);
      this.#looking = setTimeout(() => this.look(), LOOK_AFTER);
    });
  }

  get isOpen() { return Boolean(this.#map); }

  look() {
    if (!this.#fitted) return;
    const bounds = this.#map.getBounds().pad(0.1);
    this.#onLook({ south: bounds.getSouth(), west: wrap(bounds.getWest(), bounds), north: bounds.getNorth(), east: wrap(bounds.getEast(), bounds) });
  }

  show(vehicle) {
    const at = [vehicle.latitude, vehicle.longitude];
    let dot = this.#dots.get(vehicle.id);
    if (!dot) {
      dot = this.#L.circleMarker(at, { radius: 6 }).addTo(this.#map).bindTooltip(() => `${vehicle.id.split("/")[1]} · ${dot.vehicle.stopsDone} / ${dot.vehicle.stopsTotal}`);
      this.#dots.set(vehicle.id, dot);
    }
    const changed = !dot.vehicle || dot.vehicle.silent !== vehicle.silent || dot.vehicle.late !== vehicle.late;
    dot.vehicle = vehicle;
    dot.setLatLng(at);
    if (changed) dot.setStyle(this.#style(vehicle));
  }

  remove(id) {
    this.#dots.get(id)?.remove();
    this.#dots.delete(id);
  }

  /** All vehicles into the window, once. */
  fit(bounds) {
    if (this.#fitted || !bounds) return;
    this.#fitted = true;
    const [south, west, north, east] = bounds;
    this.#map.fitBounds([[south, west], [north, east]], { padding: [30, 30], maxZoom: 15, animate: false });
    this.look();
  }

  goTo(vehicle) { this.#map.setView([vehicle.latitude, vehicle.longitude], Math.max(this.#map.getZoom(), 14)); }

  drawFences(fences) {
    for (const fence of fences) {
      const style = { ...this.#fenceStyle(fence.kind), pane: "fences", interactive: false };
      const shape = fence.areas ? this.#L.polygon(fence.areas, style)
        : fence.circle ? this.#L.circle(fence.circle.slice(0, 2), { ...style, radius: fence.circle[2] })
        : this.#L.polyline(fence.line, { ...style, weight: 6, opacity: 0.35 });
      shape.addTo(this.#map);
      this.#fences.set(fence.id, { shape, kind: fence.kind });
    }
  }

  showFence(id) {
    const shape = this.#fences.get(id)?.shape;
    if (shape) this.#map.fitBounds(shape.getBounds(), { padding: [40, 40], maxZoom: 16 });
  }

  /** The tour: the planned way from stop to stop, and each stop as it stands. */
  drawRoute(route) {
    this.#route?.remove();
    this.#route = undefined;
    if (!route) return;
    const { leaf, quiet, paper } = this.#colours;
    const points = route.stops.map(stop => [stop.place.latitude, stop.place.longitude]);
    const done = route.stops.findIndex(stop => stop.state === "pending");
    const line = (points, style) => this.#L.polyline(points, { pane: "route", interactive: false, weight: 2.5, ...style });
    const stops = route.stops.map((stop, i) => this.#L.circleMarker(points[i], {
      pane: "route", radius: 4, weight: 2, color: stop.state === "pending" ? quiet : leaf, fillColor: stop.state === "done" ? leaf : paper, fillOpacity: 1,
    }).bindTooltip(stop.stopId));
    this.#route = this.#L.layerGroup([
      line(points, { color: quiet, dashArray: "2 7" }), line(done < 0 ? points : points.slice(0, done + 1), { color: leaf }), ...stops,
    ]).addTo(this.#map);
    this.#map.fitBounds(this.#L.latLngBounds(points), { padding: [40, 40], maxZoom: 15 });
  }

  #style(vehicle) {
    const { silent, late, moving, rim } = this.#colours;
    const trouble = vehicle.silent || vehicle.late;
    return { color: rim, weight: 1.5, fillColor: vehicle.silent ? silent : vehicle.late ? late : moving, fillOpacity: 1, radius: trouble ? 7 : 5.5 };
  }

  #fenceStyle(kind) {
    const colour = { restricted: this.#colours.late, depot: this.#colours.moving, hub: this.#colours.moving }[kind] ?? this.#colours.quiet;
    return { color: colour, weight: 1.25, opacity: 0.8, fillColor: colour, fillOpacity: 0.09 };
  }

  #readColours() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(`--${name}`).trim();
    this.#colours = { silent: colour("sun"), late: colour("rose"), moving: colour("leaf"), leaf: colour("leaf"), rim: colour("paper"), paper: colour("paper"), quiet: colour("quiet") };
  }
}

/** Longitudes as the server has them; a map that shows the whole world shows all of it. */
function wrap(longitude, bounds) {
  if (bounds.getEast() - bounds.getWest() >= 360) return longitude;
  return ((longitude + 180) % 360 + 360) % 360 - 180;
}
