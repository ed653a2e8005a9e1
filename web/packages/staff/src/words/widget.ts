/** What the widget says where an inbox has no text of its own; shown in the fields for them. */
export const widgetWords = {
  en: {
    title: "Chat with us",
    subtitle: "We usually answer within a few minutes",
    greeting: "Hello! How can we help you today?",
    offline: "Nobody is here right now. Leave a message and we will answer as soon as we are back.",
    placeholder: "Write a message…",
    form_title: "Before we begin",
  },
  zh: {
    title: "在线客服",
    subtitle: "通常几分钟内回复",
    greeting: "您好！请问有什么可以帮您？",
    offline: "客服暂时不在线。请留言，我们上线后会第一时间回复您。",
    placeholder: "输入消息…",
    form_title: "开始之前",
  },
};
