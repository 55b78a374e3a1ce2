import { Component, type ErrorInfo, type ReactNode } from "react";
import { useTexts } from "../texts.ts";

interface Props {
  /** Another place is another try. */
  place: string;
  children: ReactNode;
}

interface State {
  failedAt: string | null;
}

/** When a screen fails, the others stay in reach, and it is said that nothing is lost. */
export class Guard extends Component<Props, State> {
  override state: State = { failedAt: null };

  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error("A screen has failed", error, info.componentStack);
    this.setState({ failedAt: this.props.place });
  }

  static getDerivedStateFromError(): Partial<State> {
    return { failedAt: "?" };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    const { failedAt } = state;
    return failedAt !== null && failedAt !== "?" && failedAt !== props.place
      ? { failedAt: null }
      : null;
  }

  override render() {
    return this.state.failedAt === null ? this.props.children : <Failed />;
  }
}

function Failed() {
  const { t } = useTexts();
  return (
    <main className="page" id="content">
      <h1>{t("common.failed.title")}</h1>
      <p>{t("common.failed.text")}</p>
      <div className="stack">
        <button type="button" className="button primary tall" onClick={() => location.reload()}>
          {t("common.again")}
        </button>
        <a className="button" href="/field/">
          {t("common.to-work")}
        </a>
        <a className="button" href="/field/sync">
          {t("common.sync")}
        </a>
      </div>
    </main>
  );
}
