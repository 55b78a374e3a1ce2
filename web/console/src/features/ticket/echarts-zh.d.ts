declare module "echarts/lib/i18n/langZH.js" {
  const words: Exclude<Parameters<typeof import("echarts/core").registerLocale>[1], string>;
  export default words;
}
