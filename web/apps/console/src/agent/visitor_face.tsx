import type { Id } from "@airdesk/protocol";
import { useDeskState } from "../shell/desk.tsx";
import { Face } from "../shell/face.tsx";
import { useVisitorName } from "./names.ts";

interface VisitorFaceProps {
  readonly id: Id;
  /** His name, where it is known already. */
  readonly known?: string;
  readonly size?: "small" | "middle" | "large";
}

/** A visitor's sign: his letters, or a person where he has given no name. */
export function VisitorFace({ id, known = "", size = "middle" }: VisitorFaceProps) {
  const name = useVisitorName(id, known);
  const isNamed = useDeskState(({ people }) => known !== "" || people.visitorName(id) !== "");
  return <Face id={id} name={name} size={size} {...(isNamed ? {} : { icon: "person" as const })} />;
}
