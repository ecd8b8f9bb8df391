// One vehicle's tour: each stop with the time that was planned, and the one that came of it or is expected.

const EVERY = 5_000;
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export class Tour {
  #slots; #map; #vehicle = null; #ask = null; #asked = 0; #opener = null;

  constructor(slots, map) {
    this.#slots = slots;
    this.#map = map;
    slots.tourClose.addEventListener("click", () => this.#close());
  }

  async open(vehicle, ask, now) {
    this.#opener = document.activeElement;
    this.#vehicle = vehicle;
    this.#ask = ask;
    await this.#refresh(true, now);
    this.#slots.tour.focus({ preventScroll: true });
  }

  /** Keeps an open tour up to date. */
  tick(now) {
    if (this.#vehicle && Date.now() - this.#asked > EVERY) this.#refresh(false, now);
  }

  async #refresh(isNew, now) {
    this.#asked = Date.now();
    const vehicle = this.#vehicle;
    const route = await this.#ask();
    if (vehicle !== this.#vehicle) return;
    this.#slots.tour.hidden = false;
    this.#slots.tourTitle.textContent = vehicle.id.split("/")[1];
    const stops = route?.stops ?? [];
    const done = stops.filter(stop => stop.state === "done").length;
    const late = stops.filter(stop => stop.plannedAt && stop.expectedAt && Date.parse(stop.expectedAt) - Date.parse(stop.plannedAt) > 600_000);
    const atRisk = late.reduce((sum, stop) => sum + stop.shipments, 0);
    this.#slots.tourText.textContent = stops.length === 0 ? "It has no tour."
      : [`${done} of ${stops.length} stops done`, atRisk && `${atRisk} ${atRisk === 1 ? "shipment" : "shipments"} expected over ten minutes late`].filter(Boolean).join("; ");
    this.#slots.tourStops.replaceChildren(...stops.map(stop => row(stop)));
    if (isNew) {
      this.#map.drawRoute(route);
      this.#slots.tourStops.querySelector('[data-state="pending"]')?.scrollIntoView({ block: "nearest" });
    }
  }

  #close() {
    this.#vehicle = null;
    this.#slots.tour.hidden = true;
    this.#map.drawRoute(null);
    this.#opener?.focus();
  }
}

function row(stop) {
  const item = document.createElement("li");
  item.dataset.state = stop.state;
  const actual = stop.arrivedAt ?? stop.doneAt;
  const minutes = stop.plannedAt && (actual ?? stop.expectedAt) ? Math.round((Date.parse(actual ?? stop.expectedAt) - Date.parse(stop.plannedAt)) / 60_000) : 0;
  item.append(
    part("strong", stop.stopId),
    part("span", stop.plannedAt ? `planned ${time.format(new Date(stop.plannedAt))}` : ""),
    part("span", actual ? `there ${time.format(new Date(actual))}` : stop.expectedAt ? `expected ${time.format(new Date(stop.expectedAt))}` : ""),
    part("span", minutes >= 10 ? `+${minutes} min` : "", minutes >= 10 ? "late" : ""),
  );
  return item;
}

function part(name, text, className = "") {
  return Object.assign(document.createElement(name), { textContent: text, className });
}
