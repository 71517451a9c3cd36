// How each measure of Insights is counted, in sentences.

const RULES = {
  unique: "Unique users: each user counts once in each point, once in each segment and once in the total. A user is who an event’s id "
    + "resolves to now: a device’s events, past ones too, are its user’s.",
  sessions: "Sessions: all events of a user make sessions, which end after the project’s idle time and at midnight. A session counts in each point "
    + "in which it has such an event, and once in the total.",
  dau: "Daily active users: users of the day that ends with the point. The total is that of the last point.",
  wau: "Weekly active users: users of the 7 days that end with the point. The total is that of the last point.",
  mau: "Monthly active users: users of the 30 days that end with the point. The total is that of the last point.",
  cumulative_unique: "Cumulative users: users from the beginning of the range up to the point.",
  sum: "Sum: over the events on which the property is a number. “5” as text is none.",
  average: "Average: over the events on which the property is a number. Where there is none, there is no value.",
  median: "Median: of the events on which the property is a number; between two neighbours, their middle.",
  percentile: "Percentile: of the events on which the property is a number; between two neighbours, in proportion.",
  min: "Minimum: over the events on which the property is a number.",
  max: "Maximum: over the events on which the property is a number.",
  distinct: "Distinct values: each value of the property counts once in each point and once in the total.",
  per_user: "Per user: first a number for each user who did the event, then one of all those.",
  formula: "Formulas are worked out for each point and for the total. Where a part has no value or is divided by zero, there is none.",
  total: "Total events: each event counts once. One that was sent again (same event, user, time and $insert_id) counts once, as it was last received.",
};

export const rules = (answer) => [...new Set(answer.series.map((series) => RULES[series.measure]))];
