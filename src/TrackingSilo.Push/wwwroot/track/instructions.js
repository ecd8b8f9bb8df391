// "Not at home?": one button for each thing that can still be asked for, a line for the visitor's own words, and what came of it.

export class Instructions {
  #section; #outcome; #choices; #words; #send; #open = null; #shown = ""; #sent = null;

  constructor(section, outcome, choices, words, send) {
    this.#section = section;
    this.#outcome = outcome;
    this.#choices = choices;
    this.#words = words;
    this.#send = send;
  }

  show(view, mayInstruct) {
    const kinds = mayInstruct ? view.possibleInstructions ?? [] : [];
    // What was just sent is answered once the view shows it, taken or refused.
    if (this.#sent && view.instruction?.kind === this.#sent.kind && (view.instruction.note ?? "") === this.#sent.note) this.#sent = null;
    if (this.#open && !kinds.includes(this.#open)) this.#open = null;
    const title = this.#words.text(kinds.length > 0 ? "instruct.title" : "instruct.wish");
    if (this.#section.firstElementChild.textContent !== title) this.#section.firstElementChild.textContent = title;
    this.#section.hidden = kinds.length === 0 && !view.instruction;
    if (!this.#sent) this.#showOutcome(view.instruction);
    const state = kinds.join();
    if (state !== this.#shown) {
      this.#shown = state;
      this.#drawChoices(kinds);
    }
  }

  #showOutcome(instruction) {
    if (!instruction) return this.#say(null);
    const what = [this.#words.text(`instruct.${instruction.kind}`), instruction.day ?? instruction.note].filter(Boolean).join(": ");
    if (instruction.state === "declined") return this.#say("refused", this.#words.text("instruct.declined"), `${what}. ${this.#words.text("instruct.declined.text")}`);
    if (instruction.state === "confirmed") return this.#say("accepted", this.#words.text("instruct.confirmed"), `${what}. ${this.#words.text("instruct.confirmed.text")}`);
    if (instruction.accepted) return this.#say("accepted", this.#words.text("instruct.accepted"), `${what}. ${this.#words.text("instruct.accepted.text")}`);
    const reason = `refused.${instruction.refusedBecause}`;
    this.#say("refused", this.#words.text("instruct.refused"), `${what}. ${this.#words.text(this.#words.has(reason) ? reason : "refused.other")}`);
  }

  #say(kind, title, text) {
    this.#outcome.hidden = !kind;
    if (!kind) return;
    this.#outcome.className = "outcome";
    this.#outcome.dataset.kind = kind;
    this.#outcome.replaceChildren(element("strong", title), document.createTextNode(text ?? ""));
  }

  #drawChoices(kinds) {
    this.#choices.replaceChildren();
    if (kinds.length === 0) return;
    const row = element("div");
    row.className = "kinds";
    for (const kind of kinds) {
      const button = element("button", this.#words.text(`instruct.${kind}`));
      button.type = "button";
      button.className = "button";
      button.dataset.kind = kind;
      button.setAttribute("aria-expanded", String(kind === this.#open));
      button.addEventListener("click", () => this.#toggle(kind));
      row.append(button);
    }
    this.#choices.append(element("p", this.#words.text("instruct.text")), row);
    if (this.#open) this.#choices.append(this.#form(this.#open));
  }

  #toggle(kind) {
    this.#open = this.#open === kind ? null : kind;
    this.#drawChoices(this.#shown.split(","));
    if (this.#open) this.#choices.querySelector("input").focus();
    else this.#choices.querySelector(`[data-kind="${kind}"]`)?.focus();
  }

  #form(kind) {
    const form = element("form");
    form.className = "ask";
    const label = element("label", this.#words.text(`instruct.${kind}.ask`));
    const input = element("input");
    Object.assign(input, { id: "note", name: "note", maxLength: 200, autocomplete: "off", placeholder: this.#words.text(`instruct.${kind}.example`) });
    if (kind === "reschedule") Object.assign(input, { type: "date", required: true });
    if (kind === "otherAddress") input.required = true;
    label.htmlFor = input.id;
    const send = element("button", this.#words.text("instruct.send"));
    Object.assign(send, { type: "submit", className: "button primary" });
    const cancel = element("button", this.#words.text("instruct.cancel"));
    Object.assign(cancel, { type: "button", className: "button" });
    cancel.addEventListener("click", () => this.#toggle(kind));
    const row = element("div");
    row.className = "row";
    row.append(send, cancel);
    form.append(label, input, row);
    // One id for all tries of one wish: however often it is sent, it counts once.
    const commandId = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), n => n.toString(16)).join("-");
    form.addEventListener("submit", event => {
      event.preventDefault();
      this.#submit(form, kind === "reschedule" ? { commandId, kind, note: "", day: input.value } : { commandId, kind, note: input.value.trim() });
    });
    return form;
  }

  async #submit(form, instruction) {
    const controls = [...form.elements];
    controls.forEach(control => { control.disabled = true; });
    this.#say("sending", this.#words.text("instruct.sending"));
    const result = await this.#send(instruction);
    if (["received", "accepted", "refused"].includes(result)) {
      this.#sent = instruction;
      this.#open = null;
      this.#drawChoices(this.#shown.split(","));
      this.#choices.querySelector(`[data-kind="${instruction.kind}"]`)?.focus();
      return this.#say("received", this.#words.text("instruct.received"));
    }
    controls.forEach(control => { control.disabled = false; });
    const key = { limited: "instruct.limited", notAllowed: "instruct.notAllowed" }[result] ?? "instruct.failed";
    this.#say("refused", this.#words.text(key));
  }
}

function element(name, text) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  return element;
}
