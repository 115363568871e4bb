import type { z } from "zod";
import type { Kind } from "../../config/files";
import { configurationName } from "../../config/schema";
import {
  type Answers,
  type Choices,
  choices,
  hint,
  type Question,
  type Setting,
  type Surroundings,
  settle,
} from "./question";

/** A kind of configuration file that a command writes. */
export interface NewFile {
  readonly kind: Kind;
  readonly schema: z.ZodObject;
  readonly questions: readonly Question[];
  /** Settings that are written without a question. */
  readonly preset: (answers: Answers) => readonly Setting[];
  /** First sentence of the file. */
  readonly opening: (answers: Answers) => string;
  /** Commands that come next. */
  readonly next: (name: string) => readonly string[];
}

/** A question as a person sees it. */
export interface Asked {
  readonly flag: string;
  readonly message: string;
  /** What the answer is for. */
  readonly hint: string;
  readonly proposal?: string;
  readonly choices?: Choices;
  check(answer: string): true | string;
}

/** How a person is asked, and what is known for proposals. */
export interface Person {
  ask(question: Asked): Promise<string>;
  /** Folder with `environments/` and `consumers/`, as it is shown. */
  readonly folder: string;
  readonly surroundings: Promise<Surroundings>;
}

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
 * @param person undefined where there is no terminal: then a question without proposal needs its flag
 * @throws Error that names every flag that is missing, or what a flag may be
 */
export async function gather(file: NewFile, flags: Partial<Answers>, person: Person | undefined): Promise<Content> {
  const missing: string[] = [];
  const answer = async (flag: string, check: Check, ask: (person: Person) => Promise<string>, fallback?: string) => {
    const given = flags[flag] ?? (person ? undefined : fallback);
    if (given !== undefined) {
      const verdict = check(given);
      if (verdict !== true) throw new Error(`--${flag}: ${verdict}`);
      return given;
    }
    if (person) return ask(person);
    missing.push(`--${flag}`);
    return "";
  };

  const name = await answer("name", checkName, ({ ask, folder }) => ask(nameQuestion(file, folder)));
  const answers: Record<string, string> = {};
  for (const question of file.questions) {
    if (question.when && !question.when(answers)) {
      if (flags[question.flag] !== undefined)
        throw new Error(`--${question.flag} has no meaning with the other answers`);
      continue;
    }
    const check = (given: string) => checkAnswer(question, file.schema, given);
    const ask = async (who: Person) => who.ask(asked(question, file, answers, await who.surroundings));
    answers[question.flag] = await answer(question.flag, check, ask, question.proposal);
  }
  if (missing.length > 0) {
    throw new Error(`not running in a terminal: pass ${missing.join(", ")}; all other flags have defaults`);
  }
  const own = file.questions.flatMap((question) => settle(question, file.schema, answers[question.flag] ?? "") ?? []);
  return { name, answers, settings: [...own, ...file.preset(answers)] };
}

function nameQuestion({ kind }: NewFile, folder: string): Asked {
  const hint = `The file is ${folder}/${kind}/<name>.yaml.`;
  return { flag: "name", message: "Name?", hint, check: checkName };
}

function asked(question: Question, { schema }: NewFile, answers: Answers, surroundings: Surroundings): Asked {
  const proposed = question.propose?.(answers, surroundings) ?? question.proposal;
  const check = (given: string) => checkAnswer(question, schema, given);
  const values = choices(question, schema, surroundings);
  return {
    flag: question.flag,
    message: question.asks,
    hint: hint(question, schema),
    // A profile may name a Region that the project does not know.
    ...(proposed && check(proposed) === true ? { proposal: proposed } : {}),
    ...(values && { choices: values }),
    check,
  };
}

type Check = (answer: string) => true | string;

const checkName: Check = (name) => {
  const parsed = configurationName.safeParse(name);
  return parsed.success || parsed.error.issues.map(({ message }) => `given: ${name}; allowed: ${message}`).join(", ");
};

function checkAnswer(question: Question, schema: z.ZodObject, given: string): true | string {
  try {
    if (settle(question, schema, given) || question.proposal === "") return true;
    return "Required";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
