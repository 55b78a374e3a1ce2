import { type ReactElement, type ReactNode, useId } from "react";
import { Icon, type IconName } from "../../app/icons.tsx";

interface Props {
  title: string;
  icon?: IconName;
  /** What stands at the right of the heading. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One part of the panel under its own heading. */
export function Section({ title, icon, aside, children }: Props): ReactElement {
  const id = useId();
  return (
    <section className="panel-section" aria-labelledby={id}>
      <div className="section-head">
        {icon && <Icon name={icon} />}
        <h3 id={id}>{title}</h3>
        {aside && <div className="section-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** Names and values in two columns. */
export function Facts({ facts }: { facts: [string, ReactNode][] }): ReactElement {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== "" && value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
