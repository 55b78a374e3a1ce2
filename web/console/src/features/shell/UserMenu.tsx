import { Button, Popover, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import { leaveSession } from "../../app/leaving.ts";
import type { Me } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { LanguageSwitch } from "./LanguageSwitch.tsx";

interface Props {
  me: Me;
  onLeave: () => void;
  onHelp: () => void;
}

/** Who is here, how the console looks and speaks, and the way out. */
export function UserMenu({ me, onLeave, onHelp }: Props): ReactElement {
  const { t } = useTexts();
  async function leave() {
    await leaveSession();
    onLeave();
  }
  return (
    <Popover position="bottom-end" trapFocus returnFocus width={280}>
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          className="user-button"
          aria-label={t("app.userIs", { name: me.display_name })}
          leftSection={<Icon name="user" />}
        >
          <span className="user-name">{me.display_name}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="user-menu" aria-label={t("app.userMenu")}>
        <div>
          <strong>{me.display_name}</strong>
          <div className="quiet">{`${me.login}@${me.tenant.slug}`}</div>
        </div>
        <div className="user-choice">
          <span>{t("app.language")}</span>
          <LanguageSwitch />
        </div>
        <div className="user-choice">
          <span>{t("app.theme")}</span>
          <SchemeSwitch />
        </div>
        <p className="quiet user-zone">{t("app.zone", { zone: me.timezone })}</p>
        <Button variant="default" leftSection={<Icon name="keyboard" />} onClick={onHelp}>
          {t("app.help")}
        </Button>
        <Button variant="default" leftSection={<Icon name="out" />} onClick={() => void leave()}>
          {t("app.signOut")}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function SchemeSwitch(): ReactElement {
  const { t } = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label={t("app.theme")}
      size="xs"
      value={colorScheme}
      onChange={(value) => setColorScheme(value as typeof colorScheme)}
      data={[
        { value: "auto", label: t("app.theme.auto") },
        { value: "light", label: t("app.theme.light") },
        { value: "dark", label: t("app.theme.dark") },
      ]}
    />
  );
}
