/** Editing a record that others edit, too: only what somebody changed is sent; pure. */
export interface Edit<T> {
  /** What the form began with. */
  base: T;
  mine: T;
}

/** What is in the fields: mine where I changed something, else what is so now. */
export function shown<T extends object>({ base, mine }: Edit<T>, now: T): T {
  return { ...now, ...changed(base, mine) };
}

/** Only the fields that differ from where the form began. */
export function changed<T extends object>(base: T, mine: T): Partial<T> {
  const fields = Object.keys(mine) as (keyof T)[];
  return Object.fromEntries(
    fields.filter((field) => mine[field] !== base[field]).map((field) => [field, mine[field]]),
  ) as Partial<T>;
}

/** The fields that both sides changed, to different values: a person has to look. */
export function contested<T extends object>({ base, mine }: Edit<T>, now: T): (keyof T)[] {
  const fields = Object.keys(changed(base, mine)) as (keyof T)[];
  return fields.filter((field) => now[field] !== base[field] && now[field] !== mine[field]);
}
