import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { failureIn } from "../../app/api.ts";
import { notifyDone } from "../../app/notices.ts";

interface Change<V, R> {
  act: (values: V) => Promise<R>;
  /** What is read again afterwards, also after a refusal: somebody else may have been faster. */
  touches: QueryKey[];
  done?: string;
  onDone?: (result: R) => void;
}

/** A change that answers in words, and reads again what it touched. */
export function useChange<V = void, R = unknown>({ act, touches, done, onDone }: Change<V, R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (result: R) => {
      if (done) notifyDone(done);
      onDone?.(result);
    },
    onSettled: (_result, error) => {
      const isOffline = error && failureIn(error).code === "offline";
      if (isOffline) return undefined;
      return Promise.all(touches.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
