// Draws the charts whose options the page carries as data, and again when the reader's colour scheme changes.
(() => {
  "use strict";
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawn = [];
  function draw() {
    for (const chart of drawn) chart.dispose();
    drawn = charts.map(({ id, option }) => {
      const chart = echarts.init(document.getElementById(id), dark.matches ? "dark" : null, { renderer: "svg" });
      chart.setOption({ ...option, backgroundColor: "transparent", aria: { enabled: true }, animation: false });
      return chart;
    });
  }
  dark.addEventListener("change", draw);
  addEventListener("resize", () => { for (const chart of drawn) chart.resize(); });
  draw();
})();
