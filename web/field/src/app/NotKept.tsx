import { useTexts } from "../texts.ts";

/** Says that this phone could not keep what was typed; it is still in the form. */
export function NotKept({ fault }: { fault: string | null }) {
  const { t } = useTexts();
  const text =
    fault === "storage-full" ? t("common.full") : t("common.not-kept", { code: fault ?? "" });
  return (
    <p role="alert" className="fault-line">
      {fault && text}
    </p>
  );
}
