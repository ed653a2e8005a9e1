import type { Speaker } from "@airdesk/staff";
import type { EntranceSaying } from "../words/entrance.ts";
import { useState } from "preact/hooks";
import { Button, TextField } from "../parts/controls.tsx";
import { PASSWORD_LENGTH_MIN, strengthOf, type Strength } from "./strength.ts";

const SAYINGS: Record<Strength, EntranceSaying> = {
  short: "strengthShort",
  weak: "strengthWeak",
  fair: "strengthFair",
  good: "strengthGood",
  strong: "strengthStrong",
};
const STRENGTHS: readonly Strength[] = ["short", "weak", "fair", "good", "strong"];

interface PasswordProps {
  readonly say: Speaker<EntranceSaying>;
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

/** A password that is there already. */
export function OldPassword(props: PasswordProps) {
  const { say } = props;
  const [shown, setShown] = useState(false);
  return (
    <div class="password">
      <TextField
        {...props}
        type={shown ? "text" : "password"}
        autocomplete="current-password"
        required
      />
      <Button
        kind="quiet"
        icon={shown ? "eyeOff" : "eye"}
        label={say(shown ? "hide" : "show")}
        pressed={shown}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}

/** A new password, and how good it is. */
export function NewPassword(props: PasswordProps & { known: readonly string[] }) {
  const { say, value, known } = props;
  const [shown, setShown] = useState(false);
  const strength = strengthOf(value, known);
  const missing = PASSWORD_LENGTH_MIN - Array.from(value).length;
  return (
    <div class="new-password">
      <div class="password">
        <TextField
          {...props}
          hint={say("passwordHint")}
          type={shown ? "text" : "password"}
          autocomplete="new-password"
          required
        />
        <Button
          kind="quiet"
          icon={shown ? "eyeOff" : "eye"}
          label={say(shown ? "hide" : "show")}
          pressed={shown}
          onClick={() => setShown(!shown)}
        />
      </div>
      <p
        class="strength"
        data-strength={value ? strength : ""}
        data-testid="strength"
        role="status"
      >
        {value !== "" && (
          <>
            <meter
              min={0}
              max={4}
              low={2}
              high={3}
              optimum={4}
              value={STRENGTHS.indexOf(strength)}
            />
            {say(SAYINGS[strength], missing)}
          </>
        )}
      </p>
    </div>
  );
}
