import { useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState, type FormEvent } from "react";
import type { Id } from "@airdesk/protocol";
import { Problem, explain, fieldFault, type Contact } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";
import { useApi, usePreferences } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";

interface ContactFormProps {
  readonly contact: Contact;
  readonly visitor: Id;
  readonly onDone: () => void;
}

const FIELDS = ["name", "email", "phone"] as const;

/** Correct who a contact is. What is wrong is said beside its field, and nothing typed is lost. */
export default function ContactForm({ contact, visitor, onDone }: ContactFormProps) {
  const say = useSay();
  const api = useApi();
  const desk = useDesk();
  const { language } = usePreferences();
  const queries = useQueryClient();
  const [values, setValues] = useState({
    name: contact.name,
    email: contact.email,
    phone: contact.phone,
  });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const path = `/api/v1/contacts/${contact.contact_id}`;
      const changed = await api.patch<Contact>(path, values);
      desk.people.learn({ ...changed, visitor_ids: [visitor] });
      queries.setQueryData(["contact", visitor], changed);
      onDone();
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      setProblem(thrown);
      setBusy(false);
    }
  };
  return (
    <form className="contact-form" onSubmit={(event) => void save(event)}>
      {FIELDS.map((field, place) => {
        const fault = problem?.fields[field];
        return (
          <label key={field}>
            <span>{say(field)}</span>
            <Input
              autoFocus={place === 0}
              name={field}
              value={values[field]}
              {...(fault === undefined ? {} : { status: "error" as const })}
              onChange={({ target }) => setValues({ ...values, [field]: target.value })}
            />
            {fault !== undefined && <small role="alert">{fieldFault(fault, language)}</small>}
          </label>
        );
      })}
      {problem !== null && Object.keys(problem.fields).length === 0 && (
        <p role="alert">{explain(problem, language)}</p>
      )}
      <div className="contact-buttons">
        <Button size="small" type="primary" htmlType="submit" loading={isBusy}>
          {say("save")}
        </Button>
        <Button size="small" onClick={onDone}>
          {say("cancel")}
        </Button>
      </div>
    </form>
  );
}
