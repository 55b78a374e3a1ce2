import { dayAndTime } from "@truckroll/shared/format.ts";
import type { ReactElement } from "react";
import { Age } from "../../app/marks.tsx";
import { useZone } from "../../app/me.ts";
import { type Ticket, isSettled } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { Facts, Section } from "./Section.tsx";

/** What was reported, by whom and how. */
export function ProblemSection({ ticket }: { ticket: Ticket }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const reported = t("panel.reportedBy", {
    who: ticket.reporter_name || t("word.unknown"),
    how: t(`word.channel.${ticket.channel}`),
  });
  return (
    <Section title={t("panel.problem")}>
      {ticket.description && <p className="panel-text">{ticket.description}</p>}
      <Facts
        facts={[
          [t("panel.fault"), ticket.fault_title === ticket.title ? "" : ticket.fault_title],
          [t("panel.reported"), ticket.channel === "device" ? t("word.channel.device") : reported],
          [
            t("panel.opened"),
            <span key="opened">
              {dayAndTime(ticket.opened_at, locale, zone)}
              <span className="quiet">
                {" "}
                (<Age at={ticket.opened_at} />)
              </span>
            </span>,
          ],
          [t("panel.dueAt"), isSettled(ticket) ? "" : dayAndTime(ticket.due_at, locale, zone)],
          [t("panel.resolution"), ticket.resolution],
        ]}
      />
    </Section>
  );
}
