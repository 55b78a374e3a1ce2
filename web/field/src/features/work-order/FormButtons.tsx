import { useTexts } from "../../texts.ts";

interface Props {
  isBusy?: boolean;
  onCancel: () => void;
}

/** The two ways out of a small form. */
export function FormButtons({ isBusy, onCancel }: Props) {
  const { t } = useTexts();
  return (
    <div className="pair">
      <button type="submit" className="button primary" aria-disabled={isBusy}>
        {t("common.save")}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        {t("common.cancel")}
      </button>
    </div>
  );
}
