import {
  Panel,
  ColourField,
  NumberField,
  SelectField,
  SwitchField,
  TextField,
} from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import type { TabProps } from "./inbox_page.tsx";
import { LogoField } from "./logo_field.tsx";

const COLOURS = ["#2563eb", "#0f766e", "#2f6f4f", "#b45309", "#be123c", "#7c3aed", "#1f2937"];

/** Colours and places of the widget. */
export function LookTab({ inbox, form }: TabProps) {
  const say = useWords(inboxWords);
  return (
    <>
      <Panel title={say("general")}>
        <div className="form">
          <TextField
            {...form.field("name")}
            label={say("name")}
            hint={say("nameHint")}
            lengthMax={100}
          />
        </div>
      </Panel>
      <Panel title={say("tabLook")}>
        <div className="form">
          <LogoField inbox={inbox} />
          <ColourField
            {...form.field("colour")}
            label={say("colour")}
            hint={say("colourHint")}
            presets={COLOURS}
          />
          <div className="triple">
            <SelectField
              {...form.field("position")}
              label={say("position")}
              options={[
                ["right", say("right")],
                ["left", say("left")],
              ]}
            />
            <NumberField
              {...form.field("offset_x")}
              label={say("offsetX")}
              unit={say("pixels")}
              min={0}
              max={500}
            />
            <NumberField
              {...form.field("offset_y")}
              label={say("offsetY")}
              unit={say("pixels")}
              min={0}
              max={500}
            />
          </div>
          <div className="pair">
            <SelectField
              {...form.field("theme")}
              label={say("theme")}
              options={[
                ["auto", say("themeAuto")],
                ["light", say("themeLight")],
                ["dark", say("themeDark")],
              ]}
            />
            <SelectField
              {...form.field("language")}
              label={say("language")}
              options={[
                ["auto", say("languageAuto")],
                ["zh", "中文"],
                ["en", "English"],
              ]}
            />
          </div>
          <SwitchField {...form.field("sound")} label={say("sound")} />
          <SwitchField {...form.field("show_rating")} label={say("rating")} />
        </div>
      </Panel>
    </>
  );
}
