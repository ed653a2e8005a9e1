import { createRoot } from "react-dom/client";
import { ConsolePage } from "./shell/console_page.tsx";
import { formerPlace, go } from "./shell/router.ts";
import { signStyles } from "./shell/style_nonce.ts";
import "@airdesk/staff/tokens.css";
import "./style/shell.css";

const place = document.getElementById("console");
if (place === null) throw new RangeError("the page has no place for the console");
signStyles();
const former = formerPlace(location.pathname, location.hash);
if (former !== null) go(former, "replace");
createRoot(place).render(<ConsolePage />);
