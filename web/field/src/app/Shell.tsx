import { type ReactNode, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { StatusChip } from "../features/sync-status/StatusChip.tsx";
import { useTexts } from "../texts.ts";
import { useOpened } from "./client.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { SessionNotice } from "../features/sign-in/SessionNotice.tsx";

interface Props {
  /** The name in the head of the screen and in the browser's tab. */
  title: string;
  /** What stands in the head instead, where room is short. */
  short?: string;
  /** Where "back" leads; without it the three main places are offered at the foot. */
  back?: string;
  /** Stands at the foot instead of the main places. */
  foot?: ReactNode;
  children: ReactNode;
}

/** The frame of every screen of a signed-in engineer. */
export function Shell({ title, short, back, foot, children }: Props) {
  const { t } = useTexts();
  const { client } = useOpened();
  useEffect(() => {
    document.title = `${title} · Truckroll`;
  }, [title]);
  return (
    <div className="shell">
      <header className="topbar">
        <div className={back ? "topbar-row has-back" : "topbar-row"}>
          {back && (
            <Link href={back} className="topbar-back" aria-label={t("common.back")}>
              <Icon name="back" size={26} />
            </Link>
          )}
          <span className="topbar-name">
            <bdi>{short ?? title}</bdi>
          </span>
          <StatusChip client={client} />
        </div>
      </header>
      <div className="scroller">
        <main className="page" id="content">
          <SessionNotice />
          {children}
        </main>
      </div>
      {foot ?? (!back && <Places />)}
    </div>
  );
}

const PLACES: {
  href: string;
  icon: IconName;
  text: "common.work" | "common.sync" | "common.settings";
}[] = [
  { href: "/", icon: "list", text: "common.work" },
  { href: "/sync", icon: "sync", text: "common.sync" },
  { href: "/settings", icon: "settings", text: "common.settings" },
];

function Places() {
  const { t } = useTexts();
  const [here] = useLocation();
  return (
    <nav className="tabbar" aria-label={t("common.places")}>
      <ul>
        {PLACES.map(({ href, icon, text }) => (
          <li key={href}>
            <Link href={href} aria-current={here === href ? "page" : undefined}>
              <Icon name={icon} />
              {t(text)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

let isFirstScreen = true;

/** The heading of a screen takes the focus when one has come here from another screen. */
export function ScreenHeading({
  children,
  className,
}: {
  children: ReactNode;
  className?: string;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirstScreen) heading.current?.focus({ preventScroll: true });
    isFirstScreen = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  );
}
