import "@truckroll/shared/tokens.css";
import "./app/mantine.css";
import "./app/app.css";
import { locale } from "@truckroll/shared/locale.ts";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { watchParts } from "./app/updates.ts";

document.documentElement.lang = locale();
watchParts();
createRoot(document.getElementById("app") as HTMLElement).render(<App />);
