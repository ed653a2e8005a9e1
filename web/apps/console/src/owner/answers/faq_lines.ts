/** Questions with answers out of a text that somebody pastes. */

/** One question and what the assistant says to it. */
export interface QuestionAnswer {
  readonly question: string;
  readonly answer: string;
}

/** What a pasted text says, and what of it has no answer. */
export interface PastedQuestions {
  readonly found: readonly QuestionAnswer[];
  /** Questions without an answer, as they were written. */
  readonly unanswered: readonly string[];
}

/**
 * Read what was pasted.
 *
 * A line with a tab is a row of a spreadsheet: question, answer. All else is in blocks that an
 * empty line ends: the first line is the question, the rest its answer.
 */
export function pastedQuestions(text: string): PastedQuestions {
  const found: QuestionAnswer[] = [];
  const unanswered: string[] = [];
  const keep = (question: string, answer: string) => {
    if (question === "" && answer === "") return;
    if (question === "" || answer === "") unanswered.push(question || answer);
    else found.push({ question, answer });
  };
  let block: string[] = [];
  const endBlock = () => {
    const [question = "", ...answer] = block;
    keep(question, answer.join("\n"));
    block = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const [first = "", ...others] = line.split("\t");
    if (others.length > 0) {
      endBlock();
      keep(first.trim(), others.join(" ").trim());
    } else if (line.trim() === "") {
      endBlock();
    } else {
      block.push(line.trim());
    }
  }
  endBlock();
  return { found, unanswered };
}

/** The text that says these questions, for what is left to do. */
export function asPasted(questions: readonly QuestionAnswer[]): string {
  return questions.map(({ question, answer }) => `${question}\n${answer}`).join("\n\n");
}
