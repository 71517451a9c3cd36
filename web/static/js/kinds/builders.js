// Each kind's sections of the builder: builder(page).

import { builder as flows } from "../flows/builder.js";
import { builder as frequency } from "../frequency/builder.js";
import { builder as funnels } from "../funnels/builder.js";
import { builder as lifecycle } from "../lifecycle/builder.js";
import { builder as retention } from "../retention/builder.js";

export const BUILDERS = { flows, frequency, funnels, lifecycle, retention };
