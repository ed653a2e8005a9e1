/** What the demo shop sells. */

/** A language of the shop. */
export type Language = "zh" | "en";
/** A word in both languages. */
export type Both = Readonly<Record<Language, string>>;

/** A part of a drawing: the name of an SVG element and its attributes. */
export type Shape = readonly [string, Readonly<Record<string, string | number>>];

/** Something to buy. */
export interface Good {
  readonly id: string;
  readonly kind: "tea" | "paper";
  readonly name: Both;
  readonly about: Both;
  readonly price: number;
  readonly ground: string;
  readonly drawing: readonly Shape[];
}

const path = (d: string, fill: string): Shape => ["path", { d, fill }];
const line = (d: string, stroke: string, width = 3): Shape => [
  "path",
  { d, stroke, fill: "none", "stroke-width": width, "stroke-linecap": "round" },
];

/** All goods, in the order of the shelf. */
export const GOODS: readonly Good[] = [
  {
    id: "longjing",
    kind: "tea",
    name: { zh: "明前龙井 · 50 克", en: "Longjing before the rain, 50 g" },
    about: {
      zh: "清明前手采，豆香清甜，回甘悠长。",
      en: "Picked by hand in early spring; sweet, with a note of chestnut.",
    },
    price: 168,
    ground: "#e6efdf",
    drawing: [
      path("M62 58h76v104a10 10 0 0 1-10 10H72a10 10 0 0 1-10-10z", "#6f9463"),
      path("M58 40h84a6 6 0 0 1 6 6v16H52V46a6 6 0 0 1 6-6z", "#58794e"),
      path("M76 88h48v56H76z", "#f4f1e4"),
      path("M100 96c14 10 14 26 0 38-14-12-14-28 0-38z", "#88ab6f"),
      line("M100 100v32", "#58794e", 2),
    ],
  },
  {
    id: "gaiwan",
    kind: "tea",
    name: { zh: "青瓷盖碗", en: "Celadon gaiwan" },
    about: { zh: "龙泉青瓷，一人一盏。", en: "Longquan celadon, for one." },
    price: 239,
    ground: "#dfeaea",
    drawing: [
      ["ellipse", { cx: 100, cy: 164, rx: 58, ry: 9, fill: "#9dbdb8" }],
      path("M48 92h104c0 40-20 64-52 64S48 132 48 92z", "#b9d6cf"),
      path("M54 92c6-22 24-30 46-30s40 8 46 30z", "#a5c8c0"),
      ["circle", { cx: 100, cy: 56, r: 9, fill: "#8fb5ad" }],
      line("M66 106c3 18 11 30 22 36", "#e4f2ee", 4),
    ],
  },
  {
    id: "puer",
    kind: "tea",
    name: { zh: "古树普洱饼 · 200 克", en: "Old-tree pu'er cake, 200 g" },
    about: { zh: "云南古树料，陈香醇厚。", en: "From old trees in Yunnan; deep and round." },
    price: 320,
    ground: "#f0e6da",
    drawing: [
      ["circle", { cx: 100, cy: 104, r: 62, fill: "#7a5237" }],
      ["circle", { cx: 100, cy: 104, r: 52, fill: "#8c6043" }],
      ["circle", { cx: 100, cy: 104, r: 30, fill: "#f6efe2" }],
      line("M88 96h24M88 106h24M94 116h12", "#7a5237"),
    ],
  },
  {
    id: "notebook",
    kind: "paper",
    name: { zh: "布面手账本 A5", en: "Cloth notebook A5" },
    about: { zh: "192 页，巴川纸，不洇墨。", en: "192 pages of thin paper that loves ink." },
    price: 79,
    ground: "#e4e6f1",
    drawing: [
      path("M60 36h76a8 8 0 0 1 8 8v112a8 8 0 0 1-8 8H60z", "#4d5f96"),
      path("M60 36h12v128H60a6 6 0 0 1-6-6V42a6 6 0 0 1 6-6z", "#3d4d7d"),
      path("M88 62h40v24H88z", "#eef0f8"),
      line("M126 36v128", "#d9a441", 4),
      path("M84 164h8v20l-4-5-4 5z", "#c75a4a"),
    ],
  },
  {
    id: "pen",
    kind: "paper",
    name: { zh: "竹节钢笔", en: "Bamboo fountain pen" },
    about: { zh: "F 尖，书写顺滑，可换墨囊。", en: "A fine nib that glides." },
    price: 198,
    ground: "#efe9d8",
    drawing: [
      path("M44 150l72-72 14 14-72 72-20 6z", "#86945a"),
      path("M116 78l20-20a10 10 0 0 1 14 14l-20 20z", "#a8b476"),
      line("M70 124l14 14M92 102l14 14", "#6c7a44"),
      path("M38 170l6-20 14 14z", "#d9a441"),
      line("M50 178c30 6 60-2 96 2", "#5d6778", 2),
    ],
  },
  {
    id: "ink",
    kind: "paper",
    name: { zh: "黛蓝墨水 30 毫升", en: "Indigo ink, 30 ml" },
    about: { zh: "植物色调，干后微带金光。", en: "A plant's blue with a little gold." },
    price: 58,
    ground: "#e0e7ef",
    drawing: [
      path("M82 48h36v22H82z", "#2c3442"),
      path("M70 70h60l16 28v58a12 12 0 0 1-12 12H66a12 12 0 0 1-12-12V98z", "#dfe8f2"),
      path("M58 112h84v42a10 10 0 0 1-10 10H68a10 10 0 0 1-10-10z", "#2f4a7c"),
      path("M80 120h40v26H80z", "#f4f6fa"),
      line("M88 133h24", "#2f4a7c"),
    ],
  },
];
