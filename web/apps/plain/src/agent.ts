import { AgentPage } from "./agent_page.ts";
import { takeAgentToken } from "./agent_token.ts";
import { element } from "./dom.ts";
import { Words, languageOf } from "./words.ts";

const words = new Words(languageOf(location.search, navigator.language));
document.documentElement.lang = words.language;

function open(): void {
  const token = takeAgentToken();
  if (token === null) {
    document.body.replaceChildren(element("p", { class: "empty" }, words.say("noToken")));
    return;
  }
  const page = new AgentPage(words, token);
  document.body.replaceChildren(page.root);
  page.run();
}

// Another token in the address of an open page is another agent.
window.addEventListener("hashchange", () => {
  if (location.hash.includes("token=")) location.reload();
});
open();
