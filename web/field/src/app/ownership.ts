import { getApiV1Me } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { currentToken, signedFetch } from "@truckroll/shared/session.ts";
import type { Account } from "@truckroll/sync-client";

let checkedToken = "";
let ownerId = "";

/**
 * `fetch` for the outbox of one account. The session is a cookie that all tabs share: when somebody
 * else has signed in meanwhile, nothing of this account may travel under that name. The outbox
 * then waits as if nobody was signed in.
 */
export function fetchOf(account: Account): typeof fetch {
  return async (input, init) => {
    const token = await currentToken();
    if (token && (await ownerOf(token)) !== account.userId) return refusal();
    return signedFetch(input, init);
  };
}

async function ownerOf(token: string): Promise<string> {
  if (token === checkedToken) return ownerId;
  const me = await getApiV1Me();
  if (!me.data) throw new TypeError("The server does not say who is signed in.");
  checkedToken = await currentToken();
  ownerId = me.data.id;
  return ownerId;
}

function refusal(): Response {
  const body = {
    type: "/problems/other-user",
    title: "Other user",
    status: 401,
    code: "other-user",
  };
  return new Response(JSON.stringify(body), {
    status: 401,
    headers: { "Content-Type": "application/problem+json" },
  });
}
