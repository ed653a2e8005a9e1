/**
 * A small shop that embeds the widget as any site would: by one line, from another host. It is
 * served from `localhost` and `127.0.0.1`, which are different sites to a browser; each loads the
 * widget from the other.
 */

/// <reference path="../airdesk.d.ts" />

import { GOODS, type Both, type Good, type Language } from "./goods.ts";

/** A customer of the shop; the HMAC is made by the shop's server. */
interface Customer {
  readonly user_id: string;
  readonly hmac: string;
  readonly name: string;
  readonly email: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What the shop's server tells its page. */
interface Facts {
  readonly inbox: string;
  readonly customers: readonly Customer[];
}

const WORDS = {
  name: { zh: "一叶一纸", en: "Leaf & Paper" },
  motto: { zh: "好茶，好纸，慢慢来。", en: "Good tea, good paper, no hurry." },
  lead: {
    zh: "从西湖边的茶山到徽州的纸坊，我们只挑自己每天也在用的东西。",
    en: "From the tea hills by West Lake to the paper mills of Huizhou: only what we use ourselves.",
  },
  home: { zh: "首页", en: "Home" },
  tea: { zh: "茶", en: "Tea" },
  paper: { zh: "文具", en: "Stationery" },
  about: { zh: "配送与退换", en: "Delivery" },
  ask: { zh: "咨询客服", en: "Ask us" },
  buy: { zh: "加入购物袋", en: "Add to bag" },
  back: { zh: "返回", en: "Back" },
  bag: { zh: "购物袋", en: "Bag" },
  guest: { zh: "未登录", en: "Not logged in" },
  as: { zh: "登录身份", en: "Logged in as" },
  other: { zh: "English", en: "中文" },
  delivery: {
    zh: "工作日 16 点前下单当天发出，江浙沪次日到，其他地区三到五天。七天内未拆封可退换，运费我们出。",
    en: "Orders before four in the afternoon leave the same day. Unopened goods may come back within seven days; we pay for it.",
  },
} satisfies Record<string, Both>;

const KEY = "shop.customer";
let facts: Facts = { inbox: "", customers: [] };
let bag = 0;
/** All of the shop; the widget stands beside it in the body. */
const shop = document.createElement("div");

const here = () => new URLSearchParams(location.search);
/** As the address says; without a word in it, as the browser speaks. */
const language = (): Language => {
  const wish = here().get("lang") ?? navigator.language;
  return wish.startsWith("zh") ? "zh" : "en";
};
const say = (both: Both) => both[language()];

type Child = Node | string;

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function drawing(good: Good): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 200 200");
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of good.drawing) {
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    svg.append(shape);
  }
  return svg;
}

/** An address inside the shop. */
function address(page: string, wish: Language = language()): string {
  return `?${new URLSearchParams({ page, lang: wish })}`;
}

function link(to: string, text: string, look = ""): HTMLAnchorElement {
  const made = make("a", { href: to, class: look }, text);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState(null, "", to);
    draw();
    scrollTo(0, 0);
  });
  return made;
}

function shelf(goods: readonly Good[]): HTMLElement {
  const cards = goods.map((good) => {
    const card = link(address(good.id), "", "good");
    const picture = make("span", { class: "picture" }, drawing(good));
    picture.style.background = good.ground;
    card.append(picture, make("b", {}, say(good.name)), make("span", {}, `¥ ${good.price}`));
    return card;
  });
  return make("section", { class: "shelf" }, ...cards);
}

function goodPage(good: Good): HTMLElement {
  const picture = make("span", { class: "picture" }, drawing(good));
  picture.style.background = good.ground;
  const buy = make("button", { type: "button", class: "buy" }, say(WORDS.buy));
  buy.addEventListener("click", () => {
    bag += 1;
    AirDesk("attributes", { bag, last: good.id });
    draw();
  });
  const ask = make("button", { type: "button", class: "ask" }, say(WORDS.ask));
  ask.addEventListener("click", () => AirDesk("open"));
  const words = make(
    "div",
    {},
    ...[make("h1", {}, say(good.name)), make("p", {}, say(good.about))],
    ...[make("p", { class: "price" }, `¥ ${good.price}`), buy, ask],
    link(address(good.kind), say(WORDS.back), "back"),
  );
  return make("section", { class: "one" }, picture, words);
}

function content(page: string): [title: string, ...Child[]] {
  const good = GOODS.find(({ id }) => id === page);
  if (good) return [say(good.name), goodPage(good)];
  if (page === "tea" || page === "paper") {
    const title = say(WORDS[page]);
    return [title, make("h1", {}, title), shelf(GOODS.filter(({ kind }) => kind === page))];
  }
  if (page === "about") {
    const title = say(WORDS.about);
    return [title, make("h1", {}, title), make("p", { class: "long" }, say(WORDS.delivery))];
  }
  const words = [make("h1", {}, say(WORDS.motto)), make("p", {}, say(WORDS.lead))];
  const hero = make("section", { class: "hero" }, ...words);
  return [say(WORDS.home), hero, shelf(GOODS)];
}

function customerSwitch(): HTMLElement {
  const known = sessionStorage.getItem(KEY) ?? "";
  const select = make("select", { "aria-label": say(WORDS.as), "data-testid": "customer" });
  select.append(make("option", { value: "" }, say(WORDS.guest)));
  for (const { user_id, name } of facts.customers) {
    select.append(make("option", { value: user_id }, name));
  }
  select.value = known;
  select.addEventListener("change", () => become(select.value));
  return select;
}

/** Log in as a customer, or out. */
function become(id: string): void {
  sessionStorage.setItem(KEY, id);
  const customer = facts.customers.find(({ user_id }) => user_id === id);
  if (customer) return identify(customer);
  AirDesk("shutdown");
  AirDesk("boot");
}

function identify({ user_id, hmac, name, email, attributes }: Customer): void {
  AirDesk("identify", { userId: user_id, hmac, name, email, ...(attributes && { attributes }) });
}

function draw(): void {
  const page = here().get("page") ?? "home";
  const wish = language();
  document.documentElement.lang = wish === "zh" ? "zh-CN" : "en";
  const [title, ...children] = content(page);
  document.title = `${title} · ${say(WORDS.name)}`;
  const pages = (["home", "tea", "paper", "about"] as const).map((one) => {
    const made = link(address(one), say(WORDS[one]));
    if (one === page) made.setAttribute("aria-current", "page");
    return made;
  });
  const other = link(address(page, wish === "zh" ? "en" : "zh"), say(WORDS.other), "other");
  other.addEventListener("click", () => AirDesk("language", language()));
  shop.replaceChildren(
    make(
      "header",
      {},
      link(address("home"), say(WORDS.name), "brand"),
      make("nav", {}, ...pages),
      make(
        "span",
        { class: "tools" },
        other,
        customerSwitch(),
        make("b", {}, `${say(WORDS.bag)} ${bag}`),
      ),
    ),
    make("main", {}, ...children),
  );
}

/** The same server under its other name: another site to the browser. */
function otherHost(): string {
  const url = new URL(location.origin);
  if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  else if (url.hostname === "127.0.0.1") url.hostname = "localhost";
  return url.origin;
}

async function open(): Promise<void> {
  // The snippet for calls before the widget is there, as in the guide.
  const queue: ArrayLike<unknown>[] = [];
  window.AirDesk = Object.assign((...call: unknown[]) => void queue.push(call), {
    q: queue,
  }) as unknown as typeof AirDesk;
  addEventListener("popstate", draw);
  document.body.append(shop);
  draw();
  facts = (await (await fetch("/demo/facts.json")).json()) as Facts;
  draw();
  AirDesk("language", language());
  const customer = facts.customers.find(({ user_id }) => user_id === sessionStorage.getItem(KEY));
  if (customer) identify(customer);
  const script = make("script", { src: `${otherHost()}/widget.js`, "data-inbox": facts.inbox });
  script.async = true;
  document.head.append(script);
}

void open();
