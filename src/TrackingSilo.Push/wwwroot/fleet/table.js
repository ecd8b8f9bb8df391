// The table: who needs looking after first, wherever they are; then what is in view. Only the first are drawn: nobody reads a thousand rows, one searches.

const ROWS_SHOWN = 200;

export class VehicleTable {
  #body; #more; #onOpen; #rows = new Map();

  constructor(body, more, onOpen) {
    this.#body = body;
    this.#more = more;
    this.#onOpen = onOpen;
  }

  /** @param found what a search has found; null: nothing is searched for. */
  draw({ attention, inView, found, now }) {
    const first = new Set(attention.map(vehicle => vehicle.id));
    const others = [...inView.values()].filter(vehicle => !first.has(vehicle.id)).sort((a, b) => a.id.localeCompare(b.id));
    const all = found ?? [...attention, ...others];
    const shown = all.slice(0, ROWS_SHOWN);
    const lines = shown.map(vehicle => this.#row(vehicle, now));
    if (lines.some((line, i) => this.#body.children[i] !== line) || this.#body.children.length !== lines.length) this.#arrange(lines);
    const present = new Set(shown.map(vehicle => vehicle.id));
    for (const id of this.#rows.keys()) if (!present.has(id)) this.#rows.delete(id);
    const more = all.length > shown.length ? `${all.length - shown.length} more in view; type a name to find one.` : found?.length === 0 ? "No vehicle has that in its name." : "";
    if (this.#more.textContent !== more) this.#more.textContent = more;
  }

  /** New order without losing the keyboard's place. */
  #arrange(lines) {
    const focused = document.activeElement;
    this.#body.replaceChildren(...lines);
    if (focused !== document.activeElement && this.#body.contains(focused)) focused.focus({ preventScroll: true });
  }

  #row(vehicle, now) {
    const line = this.#rows.get(vehicle.id) ?? this.#newRow(vehicle);
    line.vehicle = vehicle;
    const [name, stops, speed, seen] = line.children;
    line.className = vehicle.silent ? "silent" : vehicle.late ? "late" : "";
    text(name.querySelector(".quiet"), [vehicle.silent && "silent", lateness(vehicle), vehicle.fence].filter(Boolean).join(", "));
    const progress = stops.querySelector("progress");
    progress.max = Math.max(1, vehicle.stopsTotal);
    progress.value = vehicle.stopsDone;
    progress.setAttribute("aria-label", "Stops done");
    text(stops.querySelector(".stops > span"), vehicle.stopsTotal ? `${vehicle.stopsDone}/${vehicle.stopsTotal}` : "no tour");
    text(speed, vehicle.metresPerSecond === undefined ? "" : String(Math.round(vehicle.metresPerSecond * 3.6)));
    text(seen, ago(now - Date.parse(vehicle.seenAt)));
    return line;
  }

  #newRow(vehicle) {
    const line = document.createElement("tr");
    line.innerHTML = `<td><button type="button"></button> <span class="quiet"></span></td><td><span class="stops"><progress></progress><span></span></span></td><td class="number speed"></td><td></td>`;
    const button = line.querySelector("button");
    button.textContent = vehicle.id.split("/")[1];
    button.title = vehicle.id;
    button.addEventListener("click", () => this.#onOpen(line.vehicle));
    this.#rows.set(vehicle.id, line);
    return line;
  }
}

export function lateness({ late, lateSeconds }) { return late ? `${Math.round(lateSeconds / 60)} min late` : ""; }

function text(element, content) {
  if (element.textContent !== content) element.textContent = content;
}

function ago(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
