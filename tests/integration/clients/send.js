// What a Node program does with the SDK: every call of the promise is awaited, and its error is the answer.
const Mixpanel = require("mixpanel");

const [token, host, secureHost] = process.argv.slice(2);
const options = { host, protocol: "http" };
const client = Mixpanel.init(token, options);
// The SDK sends credentials over HTTPS only.
const importer = Mixpanel.init(token, { host: secureHost, protocol: "https", secret: token });
const robot = Mixpanel.init(token, {
  host: secureHost,
  protocol: "https",
  credentials: new Mixpanel.ServiceAccountCredentials(...process.argv.slice(5)),
});
const verbose = Mixpanel.init(token, { ...options, verbose: true });
const posting = Mixpanel.init(token, { ...options, geolocate: true });

function call(object, name, ...parameters) {
  return new Promise((resolve, reject) =>
    object[name](...parameters, (error) => (error ? reject(new Error(`${name}: ${JSON.stringify(error) || error}${error.message || ""}`)) : resolve())),
  );
}

async function main() {
  const now = Date.now();
  await call(client, "track", "Sign Up", { distinct_id: "ann", plan: "pro & more", city: "日本 😀 ~~~???" });
  await call(verbose, "track", "Verbose", { distinct_id: "ann" });
  await call(posting, "track", "Located", { distinct_id: "ann" });
  await call(client, "track", "Dated", { distinct_id: "ann", time: new Date(now - 1234), $insert_id: "one" });
  await call(client, "track", "Dated", { distinct_id: "ann", time: new Date(now - 1234), $insert_id: "one", again: true });
  const batch = [];
  for (let number = 0; number < 120; number += 1) {
    batch.push({ event: "Batch", properties: { distinct_id: `u${number}`, time: now / 1000 - number, number } });
  }
  await call(client, "track_batch", batch);
  await call(importer, "import", "Old", new Date(2020, 0, 1), { distinct_id: "ann", $insert_id: "old-1" });
  await call(importer, "import_batch", [
    { event: "Older", properties: { time: new Date(2019, 0, 1), distinct_id: "ann", $insert_id: "old-2" } },
    { event: "Older", properties: { time: 1546300801, distinct_id: "ann", $insert_id: "old-3" } },
  ]);
  await call(robot, "import", "Oldest", new Date(2018, 0, 1), { distinct_id: "ann", $insert_id: "old-4" });
  await call(client, "alias", "ann", "ann@example.com");
  const people = client.people;
  await call(people, "set", "ann", { $first_name: "Ann", n: 1 });
  await call(people, "set", "ann", "color", "red");
  await call(people, "set_once", "ann", { n: 100, first: true });
  await call(people, "increment", "ann", "n");
  await call(people, "increment", "ann", { n: 3 });
  await call(people, "append", "ann", "list", "a");
  await call(people, "union", "ann", { list: ["a", "b"] });
  await call(people, "remove", "ann", { list: "a" });
  await call(people, "unset", "ann", "first");
  await call(people, "track_charge", "ann", 50);
  await call(people, "set", "bob", { n: 1 });
  await call(people, "delete_user", "bob");
  const groups = client.groups;
  await call(groups, "set", "company", "acme", { seats: 5 });
  await call(groups, "set_once", "company", "acme", { seats: 6, since: 2020 });
  await call(groups, "union", "company", "acme", { list: ["a", "b"] });
  await call(groups, "remove", "company", "acme", { list: "b" });
  await call(groups, "unset", "company", "acme", "since");
  await call(client, "track", "Refused", { distinct_id: "null" }).then(
    () => Promise.reject(new Error("an event of nobody was taken")),
    () => undefined,
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
