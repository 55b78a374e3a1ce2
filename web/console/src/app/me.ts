import { getApiV1Config, getApiV1Me } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { useQuery } from "@tanstack/react-query";
import { take } from "./api.ts";
import { keys } from "./keys.ts";

export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: () => take(getApiV1Me()), staleTime: Infinity });
}

export function useConfig() {
  return useQuery({
    queryKey: keys.config,
    queryFn: () => take(getApiV1Config()),
    staleTime: Infinity,
  });
}

/** The zone times are shown in: the user's, else the organisation's, else this machine's. */
export function useZone(): string {
  const { data: me } = useMe();
  return me?.timezone || me?.tenant.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether the signed-in user may do something; the server has the last word. */
export function useMay(permission: string): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}
