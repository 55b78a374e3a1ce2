/**
 * The commands but the announcements of these files: a file that is counted or listed itself
 * speaks for its announcement.
 */
export function withoutAnnouncements<Command extends { type: string; entityId: string }>(
  commands: Command[],
  files: { attachmentId: string }[],
): Command[] {
  const spokenFor = new Set(files.map(({ attachmentId }) => attachmentId));
  return commands.filter(
    ({ type, entityId }) => type !== "attachment.add" || !spokenFor.has(entityId),
  );
}
