import { Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { useTexts } from "../texts.ts";
import { failureIn } from "./api.ts";
import { failureWords } from "./failure-words.ts";
import { Icon, type IconName } from "./icons.tsx";
import "./notices.css";

/** Why something is not shown or was not done, with what to do about it. */
export function FailureNotice(props: { error: unknown; onRetry?: () => void }): ReactElement {
  const texts = useTexts();
  const failure = failureIn(props.error);
  const { title, hint } = failureWords(texts, failure);
  return (
    <div className="notice notice-bad" role="alert">
      <Icon name={failure.code === "offline" ? "offline" : "warning"} />
      <div className="notice-words">
        <strong>{title}</strong>
        {hint && <span>{hint}</span>}
        {props.onRetry && (
          <Button size="compact-sm" variant="default" onClick={props.onRetry}>
            {texts.t("word.retry")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A place with nothing in it, and why. */
export function Empty(props: {
  icon: IconName;
  title: string;
  children?: ReactNode;
}): ReactElement {
  return (
    <div className="empty">
      <Icon name={props.icon} size={28} />
      <strong>{props.title}</strong>
      {props.children}
    </div>
  );
}
