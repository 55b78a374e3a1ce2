import { type Failure, failureOf } from "@truckroll/shared/problem.ts";

/** A request that did not succeed, with the server's code; thrown so that queries can show it. */
export class ApiError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail || failure.code);
    this.name = "ApiError";
    this.failure = failure;
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response?: Response;
}

/** The data of an answer of the generated client; anything else is thrown as an `ApiError`. */
export async function take<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    throw toApiError(error);
  }
  if (answer.response?.ok && answer.data !== undefined) return answer.data;
  throw new ApiError(failureOf(answer.response, answer.error));
}

/** What went wrong, whoever threw it. */
export function failureIn(error: unknown): Failure {
  return toApiError(error).failure;
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isFailure(error)) return new ApiError(error);
  return new ApiError(failureOf(undefined, error));
}

function isFailure(error: unknown): error is Failure {
  return typeof error === "object" && error !== null && "code" in error && "params" in error;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

const PAGE = 1000;

/** Every row of a list, page by page; `most` keeps a mistake from reading a million rows. */
export async function allPages<T>(
  load: (cursor: string | undefined, limit: number) => Promise<Page<T>>,
  most = 20_000,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await load(cursor, PAGE);
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && rows.length < most);
  return rows;
}

/** The header of a change that holds only when nobody else was faster. */
export function ifMatch(revision: number): { "If-Match": string } {
  return { "If-Match": `"${revision}"` };
}

/** Pass an answer on; `then` is told when an earlier try, whose answer was lost, took the id. */
export async function whenIdTaken<T>(answer: Promise<T>, then: () => void): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (failureIn(error).code === "id-taken") then();
    throw error;
  }
}
