#!/bin/sh
# Builds web/static/vendor from the npm packages pinned in scripts/plotly. Only for whoever changes them: the output is
# committed, and nobody needs Node.js to run the product. plotly.js says it wants Node 22; 20 builds it with --force.
set -eu
cd "$(dirname "$0")/plotly"
vendor=../../web/static/vendor

npm ci --force --no-audit --no-fund --omit-lockfile-registry-resolved
mkdir -p "$vendor/plotly" "$vendor/lit-html/directives"

# A plain script, not a module: d3 inside it counts on sloppy mode.
npx --no-install esbuild bundle.js --bundle --minify --format=iife --global-name=Plotly --target=es2020 \
  --define:global=window --legal-comments=none --loader:.css=empty --log-level=warning --outfile="$vendor/plotly/plotly.min.js"
cp node_modules/plotly.js/dist/plotly.css node_modules/plotly.js/LICENSE "$vendor/plotly/"

# lit-html ships as plain modules with relative imports; the source maps it names are left out.
for file in lit-html.js directive.js async-directive.js directive-helpers.js \
  directives/live.js directives/repeat.js directives/ref.js directives/keyed.js; do
  sed '/^\/\/# sourceMappingURL=/d' "node_modules/lit-html/$file" > "$vendor/lit-html/$file"
done
cp node_modules/lit-html/LICENSE "$vendor/lit-html/"

for file in plotly/plotly.min.js plotly/plotly.css lit-html/lit-html.js; do
  printf '%s: %s bytes, %s gzipped\n' "$file" "$(wc -c < "$vendor/$file")" "$(gzip -9c "$vendor/$file" | wc -c)"
done
