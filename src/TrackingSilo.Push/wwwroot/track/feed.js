// Keeps the newest view coming: over the hub, found again with backoff and jitter; by polling where the hub cannot be reached.

const BACKOFF_FIRST = 500;
const BACKOFF_MAX = 30_000;
const POLL_EVERY = 5_000;
const POLL_AFTER_FAILURES = 3;
const SERVER_TIMEOUT = 30_000;
const ASLEEP_AFTER = 45_000;
// What moves with the van, and is gone where a "moved" does not say it.
const STILL = { arrival: null, stopsAway: null, vehiclePlace: null, vehicleWithinMetres: null, vehicleSeenAt: null, vehicleSilent: false };

export class Feed {
  #link; #base; #onView; #onState;
  #view; #connection = null; #connected = false; #failures = 0; #timer = 0; #polling = 0; #over = false; #heard = 0; #hiddenSince = 0;

  constructor({ link, base, view, onView, onState }) {
    this.#link = link;
    this.#base = base;
    this.#view = view;
    this.#onView = onView;
    this.#onState = onState;
  }

  start() {
    addEventListener("online", () => this.#tryNow());
    addEventListener("offline", () => this.#lost(Date.now()));
    document.addEventListener("visibilitychange", () => this.#visibility());
    addEventListener("pagehide", () => this.#connection?.stop());
    addEventListener("pageshow", event => event.persisted && this.#tryNow());
    this.#connect();
  }

  async #connect() {
    clearTimeout(this.#timer);
    if (this.#over || this.#connection) return;
    const connection = new signalR.HubConnectionBuilder()
      .withUrl(`${this.#base}/hub`, { transport: signalR.HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(signalR.LogLevel.None)
      .build();
    connection.serverTimeoutInMilliseconds = SERVER_TIMEOUT;
    connection.on("changed", view => this.#take(view));
    connection.on("moved", motion => this.#move(connection, motion));
    connection.on("gone", () => this.#end());
    connection.onclose(error => this.#closed(connection, error));
    this.#connection = connection;
    try {
      await connection.start();
      await this.#follow(connection);
    } catch {
      if (connection.state === signalR.HubConnectionState.Disconnected) this.#closed(connection);
      else connection.stop();
    }
  }

  async #follow(connection) {
    const heard = this.#heard;
    const answer = await connection.invoke("Follow", this.#link, this.#view.version.run, this.#view.version.number);
    if (answer.result === "gone") return this.#end();
    if (answer.result === "tooMany") return connection.stop();
    this.#failures = 0;
    this.#connected = true;
    this.#stopPolling();
    // A change that overtook the answer is newer than it.
    if (answer.result === "view" && heard === this.#heard) this.#take(answer.view);
    this.#onState("live");
  }

  #take(view) {
    this.#heard++;
    this.#view = view;
    this.#onView(view);
  }

  /** Only the van has moved since the version that it builds on; a page that has none since then asks for the whole view. */
  #move(connection, { on, ...motion }) {
    const { run, number } = this.#view.version;
    if (run === on.run && number >= on.number) this.#take({ ...this.#view, ...STILL, ...motion });
    else this.#ask(connection);
  }

  async #ask(connection) {
    const heard = this.#heard;
    const answer = await connection.invoke("Follow", this.#link, 0, 0).catch(() => null); // a break: the next connection asks again
    if (answer?.result === "gone") this.#end();
    else if (answer?.result === "view" && heard === this.#heard) this.#take(answer.view);
  }

  #closed(connection, error) {
    if (connection !== this.#connection) return;
    this.#connection = null;
    if (this.#over) return;
    // A silent connection was last heard of before its time-out.
    const timedOut = /timeout/i.test(error?.message ?? "");
    this.#lost(Date.now() - (timedOut ? SERVER_TIMEOUT : 0));
    const delay = Math.min(BACKOFF_MAX, BACKOFF_FIRST * 2 ** this.#failures++) * (0.5 + Math.random());
    this.#timer = setTimeout(() => this.#connect(), delay);
    if (this.#failures >= POLL_AFTER_FAILURES) this.#startPolling();
  }

  #lost(at) {
    if (this.#connected) this.#onState(navigator.onLine ? "reconnecting" : "offline", at);
    else if (!navigator.onLine) this.#onState("offline");
    this.#connected = false;
  }

  #tryNow() {
    if (this.#over) return;
    this.#failures = 0;
    const old = this.#connection;
    this.#connection = null;
    old?.stop();
    this.#connect();
  }

  #visibility() {
    if (document.hidden) this.#hiddenSince = Date.now();
    else if (Date.now() - this.#hiddenSince > ASLEEP_AFTER || !this.#connection) this.#tryNow();
  }

  #startPolling() {
    if (!this.#polling) this.#poll();
  }

  #stopPolling() {
    clearTimeout(this.#polling);
    this.#polling = 0;
  }

  async #poll() {
    this.#polling = setTimeout(() => this.#poll(), POLL_EVERY * (0.8 + 0.4 * Math.random()));
    if (document.hidden) return;
    try {
      const response = await fetch(`${this.#base}/track/${this.#link}/view`, { headers: { "If-None-Match": `"${this.#view.version.run}-${this.#view.version.number}"` }, cache: "no-store" });
      if (response.status === 404) return this.#end();
      if (response.status === 200) this.#take(await response.json());
      if (!this.#connected && (response.ok || response.status === 304)) this.#onState("polling");
    } catch {
      this.#onState("offline");
    }
  }

  #end() {
    this.#over = true;
    this.#stopPolling();
    clearTimeout(this.#timer);
    this.#connection?.stop();
    this.#onState("gone");
  }
}
