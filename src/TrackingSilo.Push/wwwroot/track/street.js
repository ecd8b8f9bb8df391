// The street to the visitor's door: a house at the end, one dot for each stop before it, and the van. It says what the words beside it say, so screen readers leave it out.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;
const HOME = 566;
const STOPS_SHOWN = 10;
const GAP = 46;
const Y = 46;

/** @param stopsAway null: nothing to draw, unless it is done and the door stands open. */
export function drawStreet(svg, stopsAway, done) {
  const hidden = !done && (stopsAway === undefined || stopsAway === null);
  svg.toggleAttribute("hidden", hidden);
  if (hidden) return;
  if (!svg.firstChild) build(svg);
  const shown = done ? 0 : Math.min(stopsAway, STOPS_SHOWN);
  const van = done ? HOME - 20 : Math.max(32, HOME - GAP * (shown + 0.92));
  svg.classList.toggle("done", done);
  svg.querySelector(".van").style.transform = `translateX(${van}px)`;
  svg.querySelector(".behind").style.transform = `scaleX(${van / WIDTH})`;
  svg.querySelectorAll(".stop").forEach((stop, i) => stop.setAttribute("visibility", i < shown ? "visible" : "hidden"));
}

function build(svg) {
  svg.setAttribute("viewBox", `0 0 ${WIDTH} 64`);
  add(svg, "line", { class: "ahead", x1: 0, y1: Y, x2: HOME - 22, y2: Y });
  add(svg, "line", { class: "behind", x1: 0, y1: Y, x2: WIDTH, y2: Y });
  for (let i = 0; i < STOPS_SHOWN; i++) add(svg, "circle", { class: "stop", cx: HOME - GAP * (i + 1), cy: Y, r: 6 });
  add(svg, "path", { class: "home", d: `M${HOME - 20} ${Y + 8}V${Y - 16}L${HOME} ${Y - 34}l20 18v24z` });
  add(svg, "path", { class: "door", d: `M${HOME - 6} ${Y + 8}v-16h12v16z` });
  const van = add(svg, "g", { class: "van" });
  add(van, "path", { class: "body", d: `M-30 ${Y + 4}v-22a4 4 0 0 1 4-4H6v26zM8 ${Y + 4}v-20h10a5 5 0 0 1 4.300 2.500l4.500 7.500a6 6 0 0 1 .8 3v7z` });
  add(van, "path", { class: "pane", d: `M12 ${Y - 12}h6l4.500 8H12z` });
  add(van, "circle", { class: "wheel", cx: -18, cy: Y + 4, r: 5.5 });
  add(van, "circle", { class: "wheel", cx: 16, cy: Y + 4, r: 5.5 });
}

function add(parent, name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return parent.appendChild(element);
}
