import { expect, test } from "vitest";
import { notesOf } from "./notes.ts";
import { aCommand } from "./samples.ts";

test("a note is shown once, by the server's word when it has come back", () => {
  const mine = aCommand({
    type: "ticket.note",
    args: { note_id: "n2", body: "Key at the gate", is_internal: true },
    at: "2026-11-22T10:00:00Z",
  });
  const sent = {
    id: "n1",
    body: "Call first",
    is_internal: false,
    author_name: "Ana",
    occurred_at: "2026-11-22T09:00:00Z",
  };

  expect(notesOf([sent], [mine]).map((note) => [note.id, note.isUnsent])).toEqual([
    ["n2", true],
    ["n1", false],
  ]);
  const back = { ...sent, id: "n2", author_name: "João" };
  expect(notesOf([sent, back], [{ ...mine, status: "applied" }])).toHaveLength(2);
});
