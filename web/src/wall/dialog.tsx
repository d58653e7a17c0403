import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A modal dialog while it is there; Escape and whatever closes it call `onClose`. */
export function Dialog({ title, onClose, children }: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const here = dialog.current;
    const before = document.activeElement;
    here?.showModal();
    return () => {
      here?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby='dialog-title'
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id='dialog-title'>{title}</h2>
      {children}
    </dialog>
  );
}
