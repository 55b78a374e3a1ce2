import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { nextActions } from "./next-action.ts";
import type { Work } from "./WorkOrderPage.tsx";

/** Why nothing can be done on this work just now, in a sentence. */
export function WorkNotice({ work }: { work: Work }) {
  const { t } = useTexts();
  const { why } = nextActions(work.workOrder, work.booking);
  if (why === null || why === "done") return null;
  return (
    <div className={why === "revoked" || why === "cancelled" ? "note warn" : "note"}>
      <Icon name={why === "unconfirmed" ? "clock" : "alert"} />
      <div>
        <strong>{t(`work-order.why.${why}.title`)}</strong>
        <p>{t(`work-order.why.${why}.text`)}</p>
      </div>
    </div>
  );
}
