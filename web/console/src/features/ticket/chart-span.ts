/** Which stretch of readings shows how an alarm came about; pure. */
const HOUR = 3_600_000;

export interface Span {
  since: string;
  until: string;
}

/**
 * From some hours before the alarm until some after its end, or until now while it stands. Rounded,
 * so that the same question is not asked anew with every second.
 */
export function spanAround(
  alarm: { raised_at: string; cleared_at: string | null; last_at: string },
  now: Date,
): Span {
  const raised = Date.parse(alarm.raised_at);
  const end = Date.parse(alarm.cleared_at ?? alarm.last_at);
  const length = Math.max(2 * HOUR, Math.min(24 * HOUR, 2 * (end - raised)));
  const since = raised - length;
  const until = Math.min(end + length / 2, now.getTime() + 60_000);
  const minute = 60_000;
  return {
    since: new Date(Math.floor(since / minute) * minute).toISOString(),
    until: new Date(Math.ceil(until / minute) * minute).toISOString(),
  };
}
