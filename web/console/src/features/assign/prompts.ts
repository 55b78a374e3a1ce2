/** Questions that a booking may raise; the desk asks, the dialogs answer. */
export interface ReasonQuestion {
  kind: "reason";
  text: string;
  isReassignment: boolean;
  /** What was said when the present booking was made; often it still holds. */
  before: string;
}

export interface CancelQuestion {
  kind: "cancel";
  engineer: string;
  what: string;
  when: string;
  effects: string[];
}

export interface TimeQuestion {
  kind: "time";
  what: string;
  workOrderId: string;
  engineerId: string | null;
  startsAt: string;
  minutes: number;
  /** What happens to the booking that stands. */
  effects: string[];
}

export interface TimeAnswer {
  engineerId: string;
  engineerName: string;
  startsAt: string;
  endsAt: string;
  reason: string;
}

interface Asked<Q, A> {
  question: Q;
  answer: (answer: A | null) => void;
}

export type Prompt =
  Asked<ReasonQuestion, string> | Asked<CancelQuestion, string> | Asked<TimeQuestion, TimeAnswer>;

const listeners = new Set<() => void>();
let open: Prompt | null = null;

export function openPrompt(): Prompt | null {
  return open;
}

export function onPrompt(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function show(prompt: Prompt | null): void {
  open = prompt;
  for (const listener of listeners) listener();
}

/** Ask and wait; null means that the dispatcher thought better of it. */
function ask<Q, A>(question: Q): Promise<A | null> {
  open?.answer(null);
  return new Promise((resolve) => {
    const answer = (value: A | null) => {
      if (open === prompt) show(null);
      resolve(value);
    };
    const prompt = { question, answer } as unknown as Prompt;
    show(prompt);
  });
}

export const askReason = (question: ReasonQuestion) => ask<ReasonQuestion, string>(question);
export const askCancel = (question: CancelQuestion) => ask<CancelQuestion, string>(question);
export const askTime = (question: TimeQuestion) => ask<TimeQuestion, TimeAnswer>(question);
