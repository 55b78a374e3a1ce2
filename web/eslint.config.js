import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

const only = (files, patterns) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns }] },
});
const mantine = { group: ["@mantine/*"], message: "Mantine is the console's alone." };
const frameworks = {
  group: ["react", "react-dom", "react-dom/*", "wouter", "@truckroll/shared/i18n.ts"],
  message: "The sync client knows no framework.",
};
const neighbours = (names) => ({
  group: names.map((name) => `**/${name}/**`),
  message: "Apps import shared and sync-client only.",
});

export default ts.config(
  { ignores: ["dist/**", "shared/src/api/gen/**", "**/node_modules/**"] },
  ...ts.configs.strict,
  {
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      "no-console": ["error", { allow: ["warn", "error"] }],
      complexity: ["error", 12],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 5],
      eqeqeq: "error",
    },
  },
  // What is shown or not is a condition each, however plain the view.
  { files: ["**/*.tsx"], rules: { complexity: ["error", 16] } },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
  only(["field/**"], [mantine, neighbours(["console"])]),
  only(["console/**"], [neighbours(["field", "sync-client"])]),
  only(["sync-client/**"], [mantine, frameworks, neighbours(["console", "field"])]),
  only(["shared/**"], [mantine, neighbours(["console", "field", "sync-client"])]),
);
