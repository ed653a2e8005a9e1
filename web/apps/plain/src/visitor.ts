import { pageTitle } from "./title.ts";

document.title = pageTitle("visitor", 0);
