import { useComputedColorScheme } from "@mantine/core";
import { useLayoutEffect } from "react";

/** The scheme in force, "auto" already decided: for the map, charts and our own colours. */
export function useScheme(): "light" | "dark" {
  return useComputedColorScheme("light");
}

/** Our tokens follow the scheme that the widgets follow. */
export function useSchemeOnPage(): void {
  const scheme = useScheme();
  useLayoutEffect(() => {
    document.documentElement.dataset.scheme = scheme;
  }, [scheme]);
}
