// Leaflet, fetched only when a map is needed, and the ground under it: tiles where the server names some, else a plain grid and a scale, so that no third party learns who looks.

let loading;

export function loadLeaflet(assets) {
  return loading ??= Promise.all([
    loaded("link", { rel: "stylesheet", href: `${assets}/lib/leaflet/leaflet.css` }),
    loaded("script", { src: `${assets}/lib/leaflet/leaflet.js` }),
  ]).then(() => window.L);
}

export function addGround(L, map, { tileUrl, tileAttribution }) {
  L.control.scale({ imperial: false }).addTo(map);
  if (tileUrl) return L.tileLayer(tileUrl, { attribution: tileAttribution ?? "", maxZoom: 19, referrerPolicy: "no-referrer" }).addTo(map);
  const ground = grid(L).addTo(map);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => ground.redraw());
  return ground;
}

function loaded(name, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${attributes.href ?? attributes.src} did not load`));
    document.head.append(element);
  });
}

/** Lines of latitude and longitude at round distances, drawn tile by tile. */
function grid(L) {
  const Grid = L.GridLayer.extend({
    createTile(coords) {
      const size = this.getTileSize();
      const tile = document.createElement("canvas");
      const ratio = Math.min(2, devicePixelRatio || 1);
      tile.width = size.x * ratio;
      tile.height = size.y * ratio;
      const pen = tile.getContext("2d");
      pen.scale(ratio, ratio);
      pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--map-line").trim();
      pen.lineWidth = 1;
      const bounds = this._tileCoordsToBounds(coords);
      const step = stepAt(coords.z);
      const at = (latitude, longitude) => this._map.project([latitude, longitude], coords.z).subtract(coords.scaleBy(size));
      pen.beginPath();
      for (let longitude = Math.ceil(bounds.getWest() / step) * step; longitude <= bounds.getEast(); longitude += step) {
        const x = Math.round(at(0, longitude).x) + 0.5;
        pen.moveTo(x, 0);
        pen.lineTo(x, size.y);
      }
      for (let latitude = Math.ceil(bounds.getSouth() / step) * step; latitude <= bounds.getNorth(); latitude += step) {
        const y = Math.round(at(latitude, 0).y) + 0.5;
        pen.moveTo(0, y);
        pen.lineTo(size.x, y);
      }
      pen.stroke();
      return tile;
    },
  });
  return new Grid({ maxZoom: 19 });
}

/** Degrees between lines, round, so that they stand some 60 to 150 pixels apart. */
function stepAt(zoom) {
  const degreesPer100Pixels = 100 * 360 / (256 * 2 ** zoom);
  const power = 10 ** Math.floor(Math.log10(degreesPer100Pixels));
  return [1, 2, 5, 10].map(n => n * power).find(step => step >= degreesPer100Pixels);
}
