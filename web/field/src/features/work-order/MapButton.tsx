import { Icon } from "../../app/Icon.tsx";
import { mapLink } from "../../app/place.ts";
import { useTexts } from "../../texts.ts";
import type { SiteOfWork } from "./documents.ts";

/** Hands the way over to the map app of the phone. */
export function MapButton({ site }: { site: SiteOfWork }) {
  const { t } = useTexts();
  if (!site.position) return null;
  const href = mapLink(site.position, site.name, navigator.userAgent);
  const isPage = href.startsWith("http");
  return (
    <a className="button" href={href} {...(isPage ? { target: "_blank", rel: "noreferrer" } : {})}>
      <Icon name="route" size={20} />
      {t("work-order.map")}
      <span className="visually-hidden"> {site.name}</span>
    </a>
  );
}
