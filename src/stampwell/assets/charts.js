// A chart says the value of a day: the one that is pointed at or touched, or chosen with the arrow keys. Without scripts the
// table has them all; its rows are the days, newest first.
const table = document.querySelector("[data-chart-table]");
const rows = [...table.tBodies[0].rows].reverse();
const last = rows.length - 1;

function begin(chart) {
  const column = Number(chart.dataset.chart) + 1;
  const figure = chart.closest("figure");
  const value = figure.querySelector("[data-chart-value]");
  const sum = figure.querySelector("[data-chart-sum]");
  const bars = chart.querySelector("[data-chart-days]");
  const height = bars.viewBox.baseVal.height;
  const shade = document.createElementNS(bars.namespaceURI, "rect");
  for (const [name, set] of Object.entries({ class: "chart-chosen", width: 1, height, visibility: "hidden" })) {
    shade.setAttribute(name, set);
  }
  bars.prepend(shade);
  let chosen = last;

  function choose(day) {
    chosen = Math.min(Math.max(day, 0), last);
    const cells = rows[chosen].cells;
    const words = `${cells[0].textContent}: ${cells[column].textContent}`;
    value.textContent = words;
    value.hidden = false;
    sum.hidden = true;
    shade.setAttribute("x", chosen);
    shade.setAttribute("visibility", "visible");
    chart.setAttribute("aria-valuenow", chosen + 1);
    chart.setAttribute("aria-valuetext", words);
  }

  function rest() {
    if (document.activeElement === chart) return;
    value.hidden = true;
    sum.hidden = false;
    shade.setAttribute("visibility", "hidden");
  }

  function point(event) {
    const box = chart.getBoundingClientRect();
    choose(Math.floor(((event.clientX - box.left) / box.width) * rows.length));
  }

  const keys = {
    ArrowLeft: () => chosen - 1,
    ArrowDown: () => chosen - 1,
    ArrowRight: () => chosen + 1,
    ArrowUp: () => chosen + 1,
    Home: () => 0,
    End: () => last,
  };
  for (const [name, set] of Object.entries({ role: "slider", tabindex: 0, "aria-valuemin": 1, "aria-valuemax": last + 1 })) {
    chart.setAttribute(name, set);
  }
  choose(last);
  rest();
  chart.addEventListener("focus", () => choose(chosen));
  chart.addEventListener("blur", rest);
  chart.addEventListener("pointermove", point);
  chart.addEventListener("pointerdown", point);
  chart.addEventListener("pointerleave", rest);
  chart.addEventListener("keydown", (event) => {
    const next = keys[event.key];
    if (!next) return;
    event.preventDefault();
    choose(next());
  });
}

for (const chart of document.querySelectorAll("[data-chart]")) begin(chart);
