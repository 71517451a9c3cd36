// The traces that our charts draw, and no others. A trace that is missing here draws nothing and raises no error,
// so tests/browser/test_plotly_bundle.py draws one of each.
//
// Plotly styles some text and images by writing the attribute `style`, which a policy without 'unsafe-inline' blocks. The
// same text set through the element's style object is allowed, so d3 is taught that first.
const d3 = require("@plotly/d3");
const setAttribute = d3.selection.prototype.attr;

d3.selection.prototype.attr = function attr(name, value) {
  if (typeof name === "object") {
    for (const each of Object.keys(name)) this.attr(each, name[each]);
    return this;
  }
  if (name !== "style" || arguments.length < 2) return setAttribute.apply(this, arguments);
  return this.each(function setStyle(...data) {
    this.style.cssText = (typeof value === "function" ? value.apply(this, data) : value) ?? "";
  });
};

const Plotly = require("plotly.js/lib/core"); // brings scatter

Plotly.register([
  require("plotly.js/lib/bar"),
  require("plotly.js/lib/heatmap"),
  require("plotly.js/lib/indicator"),
  require("plotly.js/lib/pie"),
  require("plotly.js/lib/sankey"),
]);

module.exports = Plotly;
