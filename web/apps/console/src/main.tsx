import { createRoot } from "react-dom/client";
import { ConsolePage } from "./shell/console_page.tsx";
import { signStyles } from "./shell/style_nonce.ts";
import "./style/tokens.css";
import "./style/shell.css";

const place = document.getElementById("console");
if (place === null) throw new RangeError("the page has no place for the console");
signStyles();
createRoot(place).render(<ConsolePage />);
