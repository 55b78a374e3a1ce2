import "@truckroll/shared/tokens.css";
import "./app/base.css";
import "./app/frame.css";
import "./app/blocks.css";
import "./app/controls.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { pwa } from "./features/pwa/pwa.ts";

pwa.register();
createRoot(document.getElementById("app") as HTMLElement).render(<App />);
