// The answer to a flow: the nodes of each step and the commonest whole paths, and what can be done with one of them.

import { html } from "../../vendor/lit-html/lit-html.js";
import { number } from "../insights/text.js";
import { inZone } from "../kinds/parts.js";
import { plainTable } from "../kinds/table.js";

const WORDS = { uniques: ["user", "users"], totals: ["time", "times"] };
const HEADS = { uniques: "Users", totals: "Times" };
const MORE = 10; // nodes of a step that is expanded

const counted = (answer, count) => `${number(count)} ${WORDS[answer.count][count === 1 ? 0 : 1]}`;
const stepName = (step) => (step === 0 ? "The anchor" : `${Math.abs(step)} ${Math.abs(step) === 1 ? "step" : "steps"} ${step < 0 ? "before" : "after"}`);

export const none = "No flow in this range";

export const isEmpty = (answer) => answer.total === 0;

export function summary(answer) {
  if (isEmpty(answer)) return "nothing was found";
  const next = answer.nodes.filter(({ step, kind }) => step === (answer.after ? 1 : -1) && kind === "event").slice(0, 3);
  return `${counted(answer, answer.total)}${next.length ? `; ${answer.after ? "next" : "before"}: ${next.map(({ label, share }) => `${label} ${number(share, "percent")}`).join(", ")}` : ""}`;
}

const OF_NUMBER = {
  uniques: "Each user counts once, from where their attempt in the funnel got to; of several attempts the first to get there.",
  totals: "Each attempt in the funnel counts, from where it got to.",
};

export const rules = (answer) => [
  ...(answer.query?.of ? [OF_NUMBER[answer.count], "The range is when those attempts began; they may have got to their step after it."]
    : [answer.count === "uniques" ? "Each user counts once, by their first anchor in the range." : "Every time the anchor happened in the range counts."]),
  "A step is the next event of the same user inside the window. What has no node of its own at a step is “(other)”; “(end)” and “(start)” are where nothing more happened.",
];

export function table(page) {
  const { answer } = page;
  const steps = [...new Set(answer.nodes.map(({ step }) => step))].sort((a, b) => a - b);
  const rows = steps.flatMap((step) => answer.nodes.filter((node) => node.step === step).map((node) => [
    { text: stepName(step), value: step }, { text: node.label }, { text: number(node.count), value: node.count, spot: spot(page, node) }, { text: number(node.share, "percent"), value: node.share },
  ]));
  const paths = answer.paths.map((path) => [
    { text: html`<span class="path">${path.nodes.map((node, at) => html`${at ? html`<span class="path-arrow" aria-label="then">→</span>` : ""}<span class=${node.is_anchor ? "path-anchor" : ""}>${node.label}</span>`)}</span>`,
      value: path.nodes.map(({ label }) => label).join(" → ") },
    { text: number(path.count), value: path.count }, { text: number(path.share, "percent"), value: path.share },
  ]);
  const share = { name: "Share", number: true };
  return html`${plainTable(page, { id: "flow-steps", title: "Step by step", columns: [{ name: "Step" }, { name: "Event" }, { name: HEADS[answer.count], number: true }, share], rows })}
    ${plainTable(page, { id: "flow-paths", title: "The commonest paths", columns: [{ name: "Path" }, { name: HEADS[answer.count], number: true }, share], rows: paths })}`;
}

function spot(page, node) {
  const { answer } = page;
  const value = `${counted(answer, node.count)}, ${number(node.share, "percent")}`;
  if (!answer.query) return { title: node.label, when: stepName(node.step), value }; // behind a public link
  const funnel = () => {
    const { anchor } = answer.query;
    const other = { events: eventsOf(page, node), ...splitFilter(page, node) };
    page.replace({ version: 1, kind: "funnels", steps: node.step < 0 ? [other, anchor] : [anchor, other], window: answer.query.window, dates: answer.query.dates, ...inZone(answer.query), interval: "day",
      count: answer.count, ...(answer.query.filters ? { filters: answer.query.filters } : {}) }, "asked as a funnel");
    if (answer.query.of) page.tell("Funnels has no place for the choice of users. Undo brings it back.");
  };
  const edit = (action) => () => page.dispatch(action);
  const wider = answer.query.expanded.find(({ step }) => step === node.step);
  return {
    title: node.label, when: stepName(node.step), value, at: { step: node.step, node: node.id }, people: "Users",
    ...(answer.count === "uniques" ? { count: node.count } : {}),
    actions: [
      ...(node.kind === "event" && node.step !== 0 ? [["As a funnel", funnel], [`Leave ${node.name} out`, edit({ type: "hide", name: node.name })]] : []),
      ...(node.step !== 0 ? [wider ? ["Fewer events at this step", edit({ type: "expand", step: node.step, top: 0 })]
        : ["More events at this step", edit({ type: "expand", step: node.step, top: Math.max(MORE, answer.query.top * 3) })]] : []),
    ],
  };
}

// A merged node stands for the events that were put together.
const eventsOf = (page, { name }) => page.answer.query.merged.find((each) => each.name === name)?.events ?? [name];

function splitFilter(page, { split, value, name }) {
  if (split === null) return {};
  const { property } = page.answer.query.split.find(({ event }) => event === name) ?? {};
  if (!property) return {};
  const condition = value === null ? { property, operator: "is_not_set", values: [] } : { property, operator: "is", values: [value] };
  return { filters: { match: "all", conditions: [condition] } };
}

export function grid(page) {
  const { nodes } = page.answer;
  const steps = [...new Set(nodes.map(({ step }) => step))].sort((a, b) => a - b);
  const byStep = steps.map((step) => nodes.filter((node) => node.step === step));
  // Left and right go from step to step, up and down along the nodes of one.
  const most = Math.max(...byStep.map((each) => each.length));
  return Array.from({ length: most }, (_, at) => byStep.filter((each) => each[at]).map((each) => spot(page, each[at])));
}

export function spotOf(answer, point, chart, page) {
  if (chart !== "sankey") return null;
  const at = ({ pointNumber, index }) => pointNumber ?? index;
  if (!point.source) return answer.nodes[at(point)] ? spot(page, answer.nodes[at(point)]) : null;
  const [source, node] = [answer.nodes[at(point.source)], answer.nodes[at(point.target)]];
  const [from, to] = [source?.id, node?.id];
  const link = answer.links.find((each) => each.from === from && each.to === to);
  return link ? { title: `${source.label} → ${node.label}`, when: stepName(node.step), value: counted(answer, link.count), at: { from, to }, ...(answer.count === "uniques" ? { count: link.count } : {}),
    actions: spot(page, node.step > 0 ? node : source).actions.slice(0, 1) } : null;
}
