// Draws the charts whose options the page carries as data: each when a reader comes near it, and again when the colour scheme changes.
// Options are data. The few words below are replaced where the page's own options have them; text from results is only ever shown as text.
(() => {
  "use strict";
  const options = new Map(JSON.parse(document.getElementById("charts").textContent).map(({ id, option }) => [id, option]));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const number = value => value.toLocaleString("en-US", { maximumSignificantDigits: 4 });

  // what "formatter" may name
  const formatters = {
    tip: ({ data, name }) => (data && data.tip) || name || "",
    percent: value => `${value > 0 ? "+" : ""}${number(value)}%`,
    side: value => (value === 1 ? "before" : value === 0 ? "after" : ""),
    cell: ({ data }) => data.text,
  };

  // what "renderItem" may name: a line from low to high with ends, and an upright bar as wide as a place on the axis
  const shapes = {
    interval(params, api) {
      const [low, y] = api.coord([api.value(0), api.value(2)]);
      const [high] = api.coord([api.value(1), api.value(2)]);
      const style = { stroke: api.visual("color"), lineWidth: 2, fill: "none" };
      const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
      return { type: "group", children: [line(low, y, high, y), line(low, y - 5, low, y + 5), line(high, y - 5, high, y + 5)] };
    },
    band(params, api) {
      const [x, top] = api.coord([api.value(0), api.value(2)]);
      const [, bottom] = api.coord([api.value(0), api.value(1)]);
      const width = Math.max(1, api.size([1, 0])[0]);
      return {
        type: "rect",
        shape: { x: x - width / 2, y: top, width, height: Math.max(1, bottom - top) },
        style: { fill: api.visual("color"), opacity: 0.25 },
      };
    },
  };

  function theme() {
    const ink = colour("ink"), soft = colour("soft"), line = colour("line");
    const axis = {
      axisLine: { lineStyle: { color: soft } }, axisTick: { lineStyle: { color: soft } }, axisLabel: { color: soft },
      splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: soft },
    };
    return {
      color: [colour("before"), colour("after"), colour("good"), colour("other"), colour("bad")],
      textStyle: { color: ink, fontFamily: "system-ui, sans-serif" },
      categoryAxis: axis, valueAxis: axis, logAxis: axis,
      legend: { textStyle: { color: ink } },
      visualMap: { textStyle: { color: ink } },
    };
  }

  function resolved(value, key, element) {
    if (Array.isArray(value)) return value.map(item => resolved(item, key, element));
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === "tip" || name === "text" ? inner : resolved(inner, name, element)]));
    }
    if (typeof value !== "string") return value;
    if (/color$/i.test(key) && value.startsWith("$")) return colour(value.slice(1));
    if (key === "formatter" && Object.hasOwn(formatters, value)) return formatters[value];
    if (key === "renderItem" && Object.hasOwn(shapes, value)) return shapes[value];
    if (key === "width" && value === "$room") return Math.max(100, element.clientWidth - 24);
    return value;
  }

  function option(element) {
    const wanted = resolved(options.get(element.id), "", element);
    return {
      ...wanted,
      backgroundColor: "transparent",
      animation: false,
      // as a picture, never as HTML
      tooltip: {
        ...wanted.tooltip, renderMode: "richText", confine: true, backgroundColor: colour("card"), borderColor: colour("line"),
        textStyle: { color: colour("ink") },
      },
    };
  }

  function chosen(chart) {
    for (const box of document.querySelectorAll("input[data-series]")) {
      chart.dispatchAction({ type: box.checked ? "legendSelect" : "legendUnSelect", name: box.dataset.series });
    }
  }

  function draw(element) {
    drawn.get(element)?.dispose();
    const chart = echarts.init(element, theme(), { renderer: "svg" });
    chart.setOption(option(element));
    chosen(chart);
    drawn.set(element, chart);
  }

  const near = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
      sizes.observe(target);
    }
  }, { rootMargin: "300px" });

  const sizes = new ResizeObserver(entries => {
    for (const { target } of entries) {
      const chart = drawn.get(target);
      if (!chart || target.clientWidth === 0 || target.clientWidth === chart.getWidth()) continue;
      chart.resize();
      chart.setOption(option(target));
      chosen(chart);
    }
  });

  // a narrow screen begins with what is only looked up closed; a link to a closed part opens it
  if (matchMedia("(max-width: 40rem)").matches) for (const part of document.querySelectorAll("details.fold")) part.open = false;
  function open() {
    const part = location.hash.length > 1 && document.getElementById(location.hash.slice(1))?.querySelector("details.fold");
    if (part) part.open = true;
  }
  addEventListener("hashchange", open);
  open();

  // on paper everything is open and drawn, no wider than a sheet (A4 with usual margins, in CSS pixels)
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.fold")) part.open = true;
    for (const id of options.keys()) {
      const element = document.getElementById(id);
      if (!drawn.has(element)) draw(element);
      drawn.get(element).resize({ width: Math.min(element.clientWidth || 680, 680) });
    }
  });
  addEventListener("afterprint", () => { for (const chart of drawn.values()) chart.resize({ width: "auto" }); });
  dark.addEventListener("change", () => { for (const element of drawn.keys()) draw(element); });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[data-series]")) for (const chart of drawn.values()) chosen(chart);
  });
  for (const id of options.keys()) near.observe(document.getElementById(id));
})();
