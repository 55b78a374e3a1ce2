import {
  ActionIcon,
  type VariantColorsResolver,
  createTheme,
  defaultVariantColorsResolver,
} from "@mantine/core";

/** What is filled with the brand's colour is written on in the colour that goes with it. */
const colours: VariantColorsResolver = (input) => {
  const usual = defaultVariantColorsResolver(input);
  const isBrand = (input.color ?? input.theme.primaryColor) === input.theme.primaryColor;
  if (input.variant !== "filled" || !isBrand) return usual;
  return {
    ...usual,
    background: "var(--brand)",
    hover: "color-mix(in srgb, var(--brand) 88%, var(--text))",
    color: "var(--on-brand)",
    hoverColor: "var(--on-brand)",
  };
};

/** Dark shades and automatic contrast keep every text of the widgets at WCAG AA. */
export const theme = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.18,
  fontFamily: "var(--font)",
  headings: { fontFamily: "var(--font)", fontWeight: "600" },
  defaultRadius: "md",
  variantColorResolver: colours,
  cursorType: "pointer",
  components: { ActionIcon: ActionIcon.extend({ defaultProps: { color: "gray" } }) },
  respectReducedMotion: true,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
});
