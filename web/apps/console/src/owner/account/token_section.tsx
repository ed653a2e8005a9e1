import { Button } from "antd";
import { ago, dayAndTime, type ApiToken } from "@airdesk/staff";
import { useConfirm, useList, useReload } from "../../forms/index.ts";
import { useApi, usePreferences, useWords } from "../../shell/index.ts";
import { ItemList } from "../collection.tsx";
import { accountWords } from "../words/account.ts";
import { isResource, resourceWords } from "../words/scopes.ts";
import { TokenWindow } from "./token_window.tsx";

const TOKENS = "/api/v1/tokens";

/** Keys for programs. */
export default function TokenSection() {
  const say = useWords(accountWords);
  const list = useList<ApiToken>(TOKENS);
  return (
    <ItemList
      kind={{
        title: say("tokens"),
        hint: say("tokensHint"),
        icon: "key",
        none: say("noneTokens"),
        noneHint: say("noneTokensHint"),
        addWord: say("addToken"),
        list,
        id: ({ token_id }) => token_id,
      }}
      line={(token) => <TokenRow token={token} />}
      adding={(onClose) => <TokenWindow path={TOKENS} onClose={onClose} />}
    />
  );
}

function TokenRow({ token }: { token: ApiToken }) {
  const api = useApi();
  const say = useWords(accountWords);
  const sayResource = useWords(resourceWords);
  const { language } = usePreferences();
  const confirm = useConfirm();
  const reload = useReload();
  const { token_id, name, scopes, created_ms, last_used_ms } = token;
  const takeBack = () =>
    confirm({
      title: say("takeBackAsk", name),
      hint: say("takeBackHint"),
      action: say("takeBack"),
      act: () => api.delete(`${TOKENS}/${token_id}`).then(() => reload(TOKENS)),
    });
  const about = [...new Set(scopes.map((scope) => scope.split(":")[0] ?? scope))];
  return (
    <li className="row" data-testid="item">
      <span className="row-words two-lines">
        <b>{name}</b>
        <small>
          {about.map((one) => (isResource(one) ? sayResource(one) : one)).join(", ")}
          {" · "}
          {say("created", dayAndTime(created_ms, language))}
          {" · "}
          {last_used_ms ? say("used", ago(last_used_ms, Date.now(), language)) : say("neverUsed")}
        </small>
      </span>
      <Button size="small" type="text" danger onClick={takeBack}>
        {say("takeBack")}
      </Button>
    </li>
  );
}
