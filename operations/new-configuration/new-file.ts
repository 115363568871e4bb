import type { z } from "zod";
import type { Kind } from "../../config/files";
import { configurationName } from "../../config/schema";
import { type Answers, about, type Question, type Setting, settle } from "./question";

/** A kind of configuration file that a command writes. */
export interface NewFile {
  readonly kind: Kind;
  readonly schema: z.ZodObject;
  readonly questions: readonly Question[];
  /** Settings that nobody is asked for. */
  readonly preset: (answers: Answers) => readonly Setting[];
  /** First sentence of the file. */
  readonly opening: (answers: Answers) => string;
  /** Commands that come next. */
  readonly next: (name: string) => readonly string[];
}

/** Asks one question. */
export type Ask = (question: {
  flag: string;
  message: string;
  check: (answer: string) => true | string;
}) => Promise<string>;

/** What a file is made of. */
export interface Content {
  readonly name: string;
  readonly answers: Answers;
  readonly settings: readonly Setting[];
}

/**
 * Puts together what flags say, what is asked and what is proposed.
 *
 * @param flags by flag, what was given
 * @param ask undefined where there is no terminal: then a question without proposal needs its flag
 * @throws Error that names every flag that is missing, or what a flag may be
 */
export async function gather(file: NewFile, flags: Partial<Answers>, ask: Ask | undefined): Promise<Content> {
  const missing: string[] = [];
  const answer = async (flag: string, message: string, proposal: string | undefined, check: Check) => {
    const given = flags[flag] ?? (ask ? undefined : proposal);
    if (given !== undefined) {
      const verdict = check(given);
      if (verdict !== true) throw new Error(`--${flag}: ${verdict}`);
      return given;
    }
    if (ask) return ask({ flag, message, check });
    missing.push(`--${flag}`);
    return "";
  };

  const name = await answer("name", "Name; the file is named after it.", undefined, checkName);
  const answers: Record<string, string> = {};
  for (const question of file.questions) {
    if (question.when && !question.when(answers)) {
      if (flags[question.flag] !== undefined)
        throw new Error(`--${question.flag} has no meaning with the other answers`);
      continue;
    }
    const message = about(question, file.schema);
    const check = (given: string) => checkAnswer(question, file.schema, given);
    answers[question.flag] = await answer(question.flag, message, question.proposal, check);
  }
  if (missing.length > 0) {
    throw new Error(`there is no terminal to ask in: give ${missing.join(", ")}; every other flag has a default`);
  }
  const own = file.questions.flatMap((question) => settle(question, file.schema, answers[question.flag] ?? "") ?? []);
  return { name, answers, settings: [...own, ...file.preset(answers)] };
}

type Check = (answer: string) => true | string;

const checkName: Check = (name) => {
  const parsed = configurationName.safeParse(name);
  return parsed.success || parsed.error.issues.map(({ message }) => `given: ${name}; allowed: ${message}`).join(", ");
};

function checkAnswer(question: Question, schema: z.ZodObject, given: string): true | string {
  try {
    if (settle(question, schema, given) || question.proposal === "") return true;
    return "an answer is needed";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
