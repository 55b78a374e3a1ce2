import type { Kind } from "../types.ts";
import { type Effects, type Reducer, text } from "./reducer.ts";

/** The attachment is made by its own command; before that it does not exist. */
const announced: Reducer = (doc, command) => {
  if (doc) return doc;
  const { entity_kind, entity_id, kind, name, sha256, size, mime, taken_at } = command.args;
  return {
    id: command.entityId,
    revision: 0,
    entity_kind,
    entity_id,
    kind,
    name,
    sha256,
    size,
    mime,
    state: "awaiting_blob",
    refusal: "",
    taken_at: taken_at ?? command.at,
    added_by: command.by,
    installation_id: null,
    created_at: command.at,
    width: 0,
    height: 0,
    thumbnails: [],
    place: null,
  };
};

export const attachmentEffects: Effects = {
  "attachment.add": {
    touch: (command) => ({
      keys: [
        { kind: "attachment", id: command.entityId },
        { kind: text(command.args["entity_kind"]) as Kind, id: text(command.args["entity_id"]) },
      ],
    }),
    reduce: { attachment: announced },
  },
};
