import "@truckroll/shared/tokens.css";
import "./app/app.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { pwa } from "./features/pwa/pwa.ts";

pwa.register();
createRoot(document.getElementById("app") as HTMLElement).render(<App />);
