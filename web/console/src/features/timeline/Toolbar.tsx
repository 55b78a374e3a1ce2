import { ActionIcon, Button, Checkbox, TextInput } from "@mantine/core";
import type { ReactElement } from "react";
import { zoneName } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { LEAST_ZOOM, nextZoom, ZOOMS } from "./measures.ts";
import "./toolbar.css";

interface Props {
  pxPerHour: number;
  isFitted: boolean;
  setZoom: (pxPerHour: number | null) => void;
  find: string;
  setFind: (text: string) => void;
  isOnlyWorking: boolean;
  setOnlyWorking: (is: boolean) => void;
  isList: boolean;
  zone: string;
}

export function Toolbar(props: Props): ReactElement {
  const { t, locale } = useTexts();
  return (
    <div className="tl-toolbar" role="toolbar" aria-label={t("timeline.title")}>
      <TextInput
        className="tl-find"
        size="xs"
        type="search"
        value={props.find}
        placeholder={t("timeline.find")}
        aria-label={t("timeline.find")}
        onChange={(event) => props.setFind(event.currentTarget.value)}
      />
      <Checkbox
        size="xs"
        label={t("timeline.onlyWorking")}
        checked={props.isOnlyWorking}
        onChange={(event) => props.setOnlyWorking(event.currentTarget.checked)}
      />
      <span className="tl-zone" title={t("timeline.zone", { zone: props.zone })}>
        {zoneName(props.zone, locale)}
      </span>
      {!props.isList && <Zoom {...props} />}
    </div>
  );
}

function Zoom({ pxPerHour, isFitted, setZoom }: Props): ReactElement {
  const { t } = useTexts();
  const most = ZOOMS.at(-1) ?? pxPerHour;
  return (
    <div className="tl-zoom">
      <ActionIcon
        variant="default"
        size="md"
        aria-label={t("timeline.zoomOut")}
        disabled={pxPerHour <= LEAST_ZOOM}
        onClick={() => setZoom(nextZoom(pxPerHour, -1))}
      >
        −
      </ActionIcon>
      <Button
        variant="default"
        size="xs"
        aria-pressed={isFitted}
        aria-label={t("timeline.fitLabel")}
        onClick={() => setZoom(null)}
      >
        {t("timeline.fit")}
      </Button>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={t("timeline.zoomIn")}
        disabled={pxPerHour >= most}
        onClick={() => setZoom(nextZoom(pxPerHour, 1))}
      >
        +
      </ActionIcon>
    </div>
  );
}
