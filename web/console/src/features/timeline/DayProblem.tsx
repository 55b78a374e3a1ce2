import { Button, Loader } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { useTexts } from "../../texts.ts";
import type { DayWork } from "./use-day.ts";

interface Props {
  day: DayWork;
  shown: number;
  showAll: () => void;
  children: ReactNode;
}

/** Says why there is nothing to see, and what to do about it. */
export function DayProblem({ day, shown, showAll, children }: Props): ReactElement {
  const { t } = useTexts();
  if (day.error)
    return (
      <Notice text={t("timeline.failed")}>
        <Button variant="default" size="xs" onClick={day.retry}>
          {t("word.retry")}
        </Button>
      </Notice>
    );
  if (day.isLoading)
    return (
      <Notice text={t("timeline.loading")}>
        <Loader size="sm" aria-hidden="true" />
      </Notice>
    );
  if (day.engineers.length === 0)
    return (
      <Notice text={t("timeline.noEngineers")}>
        <span>{t("timeline.noEngineersHint")}</span>
      </Notice>
    );
  if (shown === 0)
    return (
      <Notice text={t("timeline.noMatch")}>
        <Button variant="default" size="xs" onClick={showAll}>
          {t("timeline.showAll")}
        </Button>
      </Notice>
    );
  return <>{children}</>;
}

function Notice({ text, children }: { text: string; children: ReactNode }): ReactElement {
  return (
    <div className="tl-notice" role="status">
      <strong>{text}</strong>
      {children}
    </div>
  );
}
