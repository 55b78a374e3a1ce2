import { type ComponentType, lazy, type ReactElement } from "react";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const failed = new Set<() => void>();

/**
 * A part of the page that is loaded when it is first shown. React's `lazy` keeps a failure for
 * ever; this one forgets it with `askAgain`.
 */
export function part<P extends object>(load: Load<P>): ComponentType<P> {
  const fresh = () =>
    lazy(() =>
      load().catch((error: unknown) => {
        failed.add(() => (Loaded = fresh()));
        throw error;
      }),
    ) as unknown as ComponentType<P>;
  let Loaded = fresh();
  return function Part(props: P): ReactElement {
    return <Loaded {...props} />;
  };
}

/** Let the parts that could not be loaded be asked for once more. */
export function askAgain(): void {
  failed.forEach((forget) => forget());
  failed.clear();
}
