// How dates and numbers are written here, for the axes of Plotly: made of what the browser knows of its language. Pure, but
// for what it tells Plotly.

const NAME = "here";
const UTC = { timeZone: "UTC" };
const D3 = { day: "%-d", month: "%b", year: "%Y" };
const A_SUNDAY = Date.UTC(2023, 0, 1);
const DAY = 86400000;

const formatted = (language, options) => new Intl.DateTimeFormat(language, { ...UTC, ...options });
const escaped = (literal) => literal.replaceAll("%", "%%");

// The order and the signs between day, month and year, as d3 writes a pattern: "%b %-d, %Y", "%-d. %b %Y".
const pattern = (language, options) => formatted(language, options).formatToParts(A_SUNDAY).map(({ type, value }) => D3[type] ?? escaped(value)).join("");

// A name as it stands within a date, which in some languages is not how it stands alone.
const named = (language, options, type, times) => times.map((time) => formatted(language, options).formatToParts(time).find((part) => part.type === type).value);

// How many digits stand together, from the right: [3], in India [3, 2, 2, …].
function grouping(parts) {
  const groups = parts.filter(({ type }) => type === "integer").map(({ value }) => value.length).reverse();
  return groups.length > 2 ? [...groups.slice(0, -1), ...Array(8).fill(groups.at(-2))] : [3];
}

// `language` is undefined for the browser's own.
export function format(language) {
  const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2023, month, 15));
  const days = Array.from({ length: 7 }, (_, day) => A_SUNDAY + day * DAY);
  const parts = new Intl.NumberFormat(language, { numberingSystem: "latn", minimumFractionDigits: 1 }).formatToParts(1234567890.5);
  const sign = (type, usual) => parts.find((part) => part.type === type)?.value ?? usual;
  const date = { day: "numeric", month: "short" };
  return {
    days: named(language, { weekday: "long" }, "weekday", days), shortDays: named(language, { weekday: "short" }, "weekday", days),
    months: named(language, { day: "numeric", month: "long" }, "month", months), shortMonths: named(language, date, "month", months),
    periods: ["AM", "PM"], dateTime: "%x, %X", date: pattern(language, { ...date, year: "numeric" }), time: "%H:%M:%S",
    decimal: sign("decimal", "."), thousands: sign("group", ","), grouping: grouping(parts),
    year: "%Y", month: pattern(language, { month: "short", year: "numeric" }), dayMonth: pattern(language, date), dayMonthYear: pattern(language, { ...date, year: "numeric" }),
  };
}

let known = false;

// What Plotly is to be configured with.
export function plotlyLocale() {
  if (!known) window.Plotly.register({ moduleType: "locale", name: NAME, dictionary: {}, format: format() });
  known = true;
  return NAME;
}
