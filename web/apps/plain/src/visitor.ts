import { VisitorPage } from "./visitor_page.ts";
import { Words, languageOf } from "./words.ts";

const words = new Words(languageOf(location.search, navigator.language));
document.documentElement.lang = words.language;
const inbox = new URLSearchParams(location.search).get("inbox") ?? "";
const page = new VisitorPage(words, inbox);
document.body.append(page.root);
void page.run();
