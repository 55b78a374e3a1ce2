import { isAnswered } from "@truckroll/shared/checklist.ts";
import type { Row } from "@truckroll/sync-client";
import { useId, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { PhotoButton } from "../photos/PhotoButton.tsx";
import { type Answering, useAnswer } from "./answer.ts";
import type { Task, WorkOrderDocument } from "./documents.ts";
import { NotApplicable } from "./NotApplicable.tsx";
import { ValueStep } from "./ValueStep.tsx";

export interface StepProps {
  task: Task;
  workOrder: Row<WorkOrderDocument>;
  isClosed: boolean;
}

/** One step of the checklist. */
export function Step({ task, workOrder, isClosed }: StepProps) {
  const { t } = useTexts();
  const id = useId();
  const answering = useAnswer(workOrder, task);
  const [isOpen, setOpen] = useState(false);
  const { answer, fault, isKeeping } = answering;
  const isDone = isAnswered({ ...task, ...answer });
  return (
    <li
      className={isDone ? "step done" : "step"}
      id={`step-${task.id}`}
      tabIndex={-1}
      aria-busy={isKeeping}
    >
      <div className="step-row">
        <span className="step-mark" aria-hidden="true">
          {isDone ? <Icon name="check" size={16} /> : task.position}
        </span>
        <div className="grow stack tight">
          <StepBody
            id={id}
            task={task}
            workOrder={workOrder}
            isClosed={isClosed || answer.is_not_applicable}
            answering={answering}
          />
          <Remark answer={answer} />
          <p role="alert" className="fault-line">
            {fault && t("common.not-kept", { code: fault })}
          </p>
        </div>
        {!isClosed && (
          <More
            title={task.title}
            place={`${id}-more`}
            isOpen={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
      </div>
      <div id={`${id}-more`}>
        {isOpen && !isClosed && (
          <NotApplicable task={task} answering={answering} onDone={() => setOpen(false)} />
        )}
      </div>
    </li>
  );
}

/** What was said about the step, or why it could not be done. */
function Remark({ answer }: Pick<Answering, "answer">) {
  const { t } = useTexts();
  if (answer.is_not_applicable)
    return (
      <p className="quiet-text">
        {t("work-order.step.not-applicable")}: <bdi>{answer.remark}</bdi>
      </p>
    );
  if (answer.remark === "") return null;
  return (
    <p className="quiet-text" dir="auto">
      {answer.remark}
    </p>
  );
}

interface MoreProps {
  title: string;
  /** The id of what it opens. */
  place: string;
  isOpen: boolean;
  onClick: () => void;
}

function More({ title, place, isOpen, onClick }: MoreProps) {
  const { t } = useTexts();
  return (
    <button
      type="button"
      className="step-more"
      aria-expanded={isOpen}
      aria-controls={place}
      aria-label={t("work-order.step.more", { title })}
      onClick={onClick}
    >
      <Icon name="more" />
    </button>
  );
}

interface BodyProps extends StepProps {
  id: string;
  answering: Answering;
}

function StepBody(props: BodyProps) {
  switch (props.task.kind) {
    case "check":
      return <CheckStep {...props} />;
    case "choice":
      return <ChoiceStep {...props} />;
    case "photo":
      return <PhotoStep {...props} />;
    default:
      return <ValueStep {...props} />;
  }
}

export function StepTitle({ task }: { task: Task }) {
  const { t } = useTexts();
  return (
    <>
      <bdi>{task.title}</bdi>
      {!task.is_required && <span className="optional"> {t("work-order.step.optional")}</span>}
    </>
  );
}

function CheckStep({ task, isClosed, answering: { answer, give } }: BodyProps) {
  return (
    <label className="tick step-title">
      <input
        type="checkbox"
        checked={answer.value === true}
        disabled={isClosed}
        onChange={(event) => void give({ value: event.target.checked })}
      />
      <span>
        <StepTitle task={task} />
      </span>
    </label>
  );
}

function ChoiceStep({ id, task, isClosed, answering: { answer, give } }: BodyProps) {
  return (
    <fieldset className="stack tight">
      <legend className="step-title">
        <StepTitle task={task} />
      </legend>
      {task.choices.map((choice) => (
        <label key={choice} className="tick">
          <input
            type="radio"
            name={`${id}-choice`}
            checked={answer.value === choice}
            disabled={isClosed}
            onChange={() => void give({ value: choice })}
          />
          <bdi>{choice}</bdi>
        </label>
      ))}
    </fieldset>
  );
}

function PhotoStep({ task, workOrder, isClosed, answering: { answer, give } }: BodyProps) {
  const { client } = useOpened();
  return (
    <>
      <span className="step-title">
        <StepTitle task={task} />
      </span>
      <PhotoButton
        client={client}
        workOrder={workOrder}
        label={task.title}
        attachmentId={typeof answer.value === "string" ? answer.value : null}
        isDisabled={isClosed}
        onTaken={(attachmentId) => void give({ value: attachmentId })}
      />
    </>
  );
}
