/** Forms, fields and lists of the owner's, the supervisor's and the person's own pages. */

import "./forms.css";

export { CopyText } from "./copy.tsx";
export { Read, useList, useOne, useReload } from "./data.tsx";
export {
  ChoicesField,
  ColourField,
  Field,
  ManyField,
  NumberField,
  SelectField,
  SwitchField,
  TextField,
  type Option,
} from "./fields.tsx";
export { focusWrong, useForm, type Bound, type Form, type FormState } from "./form.ts";
export { useFocusBack } from "./focus_back.ts";
export { LogIns } from "./log_ins.tsx";
export { useLeaveGuard } from "./leaving.ts";
export { FormFault, FormWindow, Panel, SaveBar, useAct, useConfirm } from "./panels.tsx";
export { formWords } from "./words.ts";
