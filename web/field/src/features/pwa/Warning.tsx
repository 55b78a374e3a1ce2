import { Icon } from "../../app/Icon.tsx";

/** Something about this phone that could cost data one day. */
export function Warning({ text }: { text: string }) {
  return (
    <p className="note warn">
      <Icon name="alert" />
      <span>{text}</span>
    </p>
  );
}
