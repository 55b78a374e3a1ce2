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
      complexity: ["error", 10],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 5],
      eqeqeq: "error",
    },
  },
  // A group of tests is one function, however many tests stand in it.
  { files: ["**/*.test.ts", "**/*.test.tsx"], rules: { "max-lines-per-function": "off" } },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
  only(["field/**"], [mantine, neighbours(["console"])]),
  only(["console/**"], [neighbours(["field", "sync-client"])]),
  only(["sync-client/**"], [mantine, frameworks, neighbours(["console", "field"])]),
  only(["shared/**"], [mantine, neighbours(["console", "field", "sync-client"])]),
);
