import type { Map as GlMap } from "maplibre-gl";
import type { Palette } from "./palette.ts";
import { iconName, JOB_STATES, type JobState, type Priority, PRIORITY_RANK } from "./points.ts";

/** Job symbols: the shape tells the priority, the filling who has it, a badge that it is late. */
const SIZE = 30;
const RATIO = 2;

export function putIcons(map: GlMap, palette: Palette): void {
  for (const priority of Object.keys(PRIORITY_RANK) as Priority[])
    for (const state of JOB_STATES)
      for (const late of [false, true]) {
        const name = iconName(priority, state, late);
        const image = draw(priority, state, late, palette);
        if (map.hasImage(name)) map.updateImage(name, image);
        else map.addImage(name, image, { pixelRatio: RATIO });
      }
}

export function colourOf(priority: Priority, palette: Palette): string {
  const colours = {
    urgent: palette.bad,
    high: palette.warn,
    normal: palette.brand,
    low: palette.quiet,
  };
  return colours[priority];
}

function draw(priority: Priority, state: JobState, late: boolean, palette: Palette): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * RATIO;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.scale(RATIO, RATIO);
  pen.translate(SIZE / 2, SIZE / 2);
  const colour = colourOf(priority, palette);
  outline(pen, priority);
  pen.lineJoin = "round";
  pen.lineWidth = 5;
  pen.strokeStyle = palette.card;
  pen.stroke();
  pen.lineWidth = 2.5;
  pen.strokeStyle = colour;
  pen.fillStyle = state === "unassigned" ? colour : palette.card;
  if (state === "planless") pen.setLineDash([3, 2]);
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
  inner(pen, state, colour);
  if (late) badge(pen, palette);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Triangle, diamond, circle and small square: told apart without colour. */
function outline(pen: CanvasRenderingContext2D, priority: Priority): void {
  const corners = {
    urgent: [
      [0, -10],
      [9.5, 7],
      [-9.5, 7],
    ],
    high: [
      [0, -9.5],
      [9.5, 0],
      [0, 9.5],
      [-9.5, 0],
    ],
    low: [
      [-6, -6],
      [6, -6],
      [6, 6],
      [-6, 6],
    ],
    normal: null,
  }[priority];
  pen.beginPath();
  if (!corners) pen.arc(0, 0, 7.5, 0, 2 * Math.PI);
  else for (const [x = 0, y = 0] of corners) pen.lineTo(x, y);
  pen.closePath();
}

function inner(pen: CanvasRenderingContext2D, state: JobState, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  if (state === "on_site") pen.arc(0, 0.5, 3.4, 0, 2 * Math.PI);
  else if (state === "travelling") {
    pen.moveTo(-2.5, -3);
    pen.lineTo(3.5, 0.5);
    pen.lineTo(-2.5, 4);
  }
  pen.closePath();
  pen.fill();
}

function badge(pen: CanvasRenderingContext2D, palette: Palette): void {
  pen.beginPath();
  pen.arc(8.5, -8.5, 5.2, 0, 2 * Math.PI);
  pen.fillStyle = palette.bad;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = palette.card;
  pen.stroke();
  pen.fillStyle = palette.card;
  pen.fillRect(7.8, -11.6, 1.5, 3.9);
  pen.fillRect(7.8, -6.9, 1.5, 1.5);
}
