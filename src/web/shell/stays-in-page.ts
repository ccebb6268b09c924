/** Whether a click on a link is for this page to follow, and not for the browser: in another tab, in a window, as a file. */
export function staysInPage(click: MouseEvent): boolean {
  const { metaKey, altKey, ctrlKey, shiftKey, button, defaultPrevented } = click
  return button === 0 && !defaultPrevented && !metaKey && !altKey && !ctrlKey && !shiftKey
}
