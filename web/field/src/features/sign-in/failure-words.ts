import type { Failure } from "@truckroll/shared/problem.ts";

export type SignInFault =
  "wrong" | "disabled" | "too-many" | "offline" | "not-an-engineer" | "server";

/** What to tell somebody who could not sign in. */
export function faultOf(failure: Failure): SignInFault {
  switch (failure.code) {
    case "sign-in-refused":
    case "invalid-input":
      return "wrong";
    case "user-disabled":
      return "disabled";
    case "too-many-attempts":
      return "too-many";
    case "offline":
      return "offline";
    case "not-an-engineer":
      return "not-an-engineer";
    default:
      return "server";
  }
}

/** Minutes to wait, when the server has said so. */
export function waitMinutes(failure: Failure): number {
  const seconds = Number(failure.params.retry_after_seconds ?? 0);
  return seconds > 0 ? Math.ceil(seconds / 60) : 15;
}
