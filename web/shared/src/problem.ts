import type { Problem } from "./api/gen/types.gen.ts";

/** Why a request did not succeed, in a form that an app can translate by its code. */
export interface Failure {
  /** The server's stable code; "offline" when there was no answer at all. */
  code: string;
  status: number;
  detail: string;
  /** What is wrong with which field of what was sent. */
  errors: Record<string, unknown>;
  params: Record<string, unknown>;
}

/** Read an answer that is no success: a problem document, or something a proxy said. */
export function failureOf(response: Response | undefined, body: unknown): Failure {
  const status = response?.status ?? 0;
  if (isProblem(body)) {
    const { code, detail, errors = {}, params = {} } = body;
    return { code, status, detail, errors, params };
  }
  const code = response ? `http-${status}` : "offline";
  return { code, status, detail: response?.statusText ?? "", errors: {}, params: {} };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Problem).code === "string";
}
