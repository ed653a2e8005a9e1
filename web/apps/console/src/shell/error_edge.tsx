import { Button } from "antd";
import { Component, type ReactNode } from "react";
import { useSay } from "./words.tsx";

/** Keeps a fault of one page from taking the console with it. */
export class ErrorEdge extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

/** Mostly the program was updated on the server, and the old one's files are gone. */
function Broken() {
  const say = useSay();
  return (
    <div className="state" role="alert">
      <p className="state-title">{say("pageBroken")}</p>
      <p className="state-more">{say("pageBrokenHint")}</p>
      <Button type="primary" onClick={() => location.reload()}>
        {say("loadAnew")}
      </Button>
    </div>
  );
}
