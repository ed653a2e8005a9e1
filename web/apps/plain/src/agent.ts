import { pageTitle } from "./title.ts";

document.title = pageTitle("agent", 0);
