// Moments and counts that the server has written in English, as the language of the browser writes them. The zone stays the
// server's, UTC: where that matters the page says so.
const STYLES = { day: { dateStyle: "medium" }, minute: { dateStyle: "medium", timeStyle: "short" }, second: { dateStyle: "medium", timeStyle: "medium" } };

for (const time of document.querySelectorAll("time[data-to]")) {
  time.textContent = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...STYLES[time.dataset.to] }).format(new Date(time.dateTime));
}
for (const data of document.querySelectorAll("data")) data.textContent = new Intl.NumberFormat().format(data.value);
