// A view in plain words. The server's ViewWording says the same for the first picture, in the destination's time zone; here it is the visitor's.

const EXPECTED = ["registered", "inTransit", "outForDelivery", "attemptFailed"];
const STEPS = ["shipped", "inTransit", "outForDelivery", "delivered"];
const STANDING = {
  registered: [0, "current"], inTransit: [1, "current"], outForDelivery: [2, "current"], attemptFailed: [2, "problem"],
  readyForPickup: [3, "current"], delivered: [3, "done"],
};
// Those that end otherwise: the steps that lie behind them, and then their own.
const ASIDE = { returning: 2, returned: 2, lost: 2, cancelled: 0 };
const SHIPPED_SCANS = ["pickedUp", "arrivedAtFacility", "departedFacility", "handedToOtherCarrier"];
const MINUTE = 60_000;

export class Words {
  #texts; #plural; #time; #dayName; #dayShort; #weekday; #percent; #kilometres;

  constructor(texts, language, locale) {
    this.#texts = texts;
    this.#plural = new Intl.PluralRules(language);
    this.#time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.#dayName = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
    this.#dayShort = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
    this.#weekday = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "numeric", minute: "2-digit" });
    this.#percent = new Intl.NumberFormat(locale, { style: "percent" });
    this.#kilometres = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }

  text(key, values = {}) {
    return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), this.#texts[key] ?? "");
  }

  count(key, n) {
    return (this.#texts[`${key}.${this.#plural.select(n)}`] ?? this.#texts[`${key}.other`]).replaceAll("{n}", n);
  }

  has(key) { return key in this.#texts; }

  time(instant) { return this.#time.format(new Date(instant)); }

  day(instant, now) { return this.#relativeDay(instant, now) ?? this.#dayName.format(new Date(instant)); }

  /** Short, and fit for the middle of a sentence. */
  dayAndTime(instant, now) {
    const day = this.#relativeDay(instant, now)?.toLocaleLowerCase() ?? this.#dayShort.format(new Date(instant));
    return this.text("when.deliveredAt", { day, time: this.time(instant) });
  }

  /** Everything that the band says. */
  headline(view, now) {
    const expected = EXPECTED.includes(view.status);
    const arrival = expected ? view.arrival : null;
    const window = arrival && wholeMinutes(arrival);
    const oneDay = arrival && dayNumber(window.low) === dayNumber(window.high);
    const atTheDoor = !arrival && view.status === "outForDelivery" && view.stopsAway === 0;
    const range = arrival ? this.#range(window, oneDay) : "";
    return {
      status: this.text(`status.${view.status}`),
      meaning: this.text(`status.${view.status}.text`),
      day: arrival ? (oneDay ? this.day(window.low, now) : "") : atTheDoor ? "" : expected ? this.text("when.unknown") : view.statusSince ? this.day(view.statusSince, now) : "",
      window: arrival ? range : !expected && view.statusSince ? this.time(view.statusSince) : "",
      isLong: range.length > 11,
      stops: this.stops(view),
      countdown: atTheDoor ? this.text("countdown.any") : arrival && view.status === "outForDelivery" ? this.countdown(arrival, now) : "",
      promise: expected ? this.#promise(view.promise, now) : "",
      coverage: arrival ? this.text("coverage", { percent: this.#percent.format(arrival.coverage) }) : expected && !atTheDoor ? this.text("when.unknown.text") : "",
    };
  }

  stops(view) {
    if (view.stopsAway === undefined || view.stopsAway === null) return "";
    return view.stopsAway === 0 ? this.text("stops.next") : this.count("stops", view.stopsAway);
  }

  countdown(arrival, now) {
    const minutes = Math.round((Date.parse(arrival.median) - now) / MINUTE);
    if (minutes < 1) return this.text("countdown.any");
    if (minutes < 60) return this.count("countdown.minutes", minutes);
    return this.text("countdown.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }

  notice(view) {
    if (view.countdownTakenBack) return { title: this.text("takenBack"), text: this.text("takenBack.text") };
    if (!EXPECTED.includes(view.status) || !["atRisk", "late", "stalled"].includes(view.punctuality)) return null;
    const sentences = [
      this.text(this.has(`why.${view.reason}`) ? `why.${view.reason}` : `reason.${view.responsibility}`), this.text("late.sorry"), this.text(`late.${view.punctuality}.todo`),
      view.possibleInstructions?.length ? this.text("late.other") : "",
    ];
    return { title: this.text(`late.${view.punctuality}`), text: sentences.filter(Boolean).join(" ") };
  }

  steps(view, now) {
    const status = this.text(`status.${view.status}`);
    if (view.status in ASIDE) {
      const behind = STEPS.slice(0, ASIDE[view.status]).map(step => this.#step(step, "done", this.#stepTime(step, view, now)));
      return [...behind, { name: status, text: "", state: "problem", time: view.statusSince ? this.dayAndTime(view.statusSince, now) : "" }];
    }
    const [reached, state] = STANDING[view.status];
    return STEPS.map((step, i) => {
      const drawn = this.#step(step, i < reached ? "done" : i === reached ? state : "ahead", i <= reached ? this.#stepTime(step, view, now) : "");
      return i === reached && status !== drawn.name ? { ...drawn, text: status } : drawn;
    });
  }

  proofs(view) {
    const { proof, misplacedMetres } = view;
    return [
      misplacedMetres && this.text("misplaced", { distance: `${this.#kilometres.format(misplacedMetres / 1000)} km` }),
      proof?.name && this.text("proof.name", { name: proof.name }),
      proof?.signature && this.text("proof.signature"),
      proof?.photo && this.text("proof.photo"),
    ].filter(Boolean);
  }

  #step(step, state, time) { return { name: this.text(`step.${step}`), text: this.text(`step.${step}.text`), state, time }; }

  #relativeDay(instant, now) {
    const days = dayNumber(new Date(instant)) - dayNumber(new Date(now));
    return { 0: this.text("when.today"), 1: this.text("when.tomorrow") }[days];
  }

  #range({ low, high }, oneDay) {
    if (!oneDay) return this.#weekday.formatRange(low, high);
    // Some languages put a word behind a range; the big figures need none.
    return this.#time.resolvedOptions().hour12 ? this.#time.formatRange(low, high) : `${this.time(low)}–${this.time(high)}`;
  }

  #promise(promise, now) {
    if (!promise) return "";
    return promise.from
      ? this.text("when.promisedBetween", { from: this.dayAndTime(promise.from, now), to: this.time(promise.by) })
      : this.text("when.promised", { time: this.dayAndTime(promise.by, now) });
  }

  #stepTime(step, view, now) {
    const scans = view.timeline;
    const scan = step === "shipped" ? scans.find(scan => SHIPPED_SCANS.includes(scan.event))
      : step === "outForDelivery" ? scans.findLast(scan => scan.event === "outForDelivery")
      : step === "delivered" ? scans.findLast(scan => scan.event === "delivered")
      : null;
    return scan ? this.dayAndTime(scan.occurredAt, now) : "";
  }
}

/** A window is shown in steps of five minutes, widened and never narrowed: it stays true, and does not flicker. */
function wholeMinutes({ low, high }) {
  const step = 5 * MINUTE;
  return { low: new Date(Math.floor(Date.parse(low) / step) * step), high: new Date(Math.ceil(Date.parse(high) / step) * step) };
}

function dayNumber(date) {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}
