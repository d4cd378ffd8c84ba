// Elements of a page, made by name: no markup is ever read from a text.

// An element with its attributes (a function is a listener) and children (texts or elements).
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// What the address of some data answers; an error bears the server's own reason.
export async function load(address) {
  const response = await fetch(address, { headers: { accept: "application/json" } });
  const answer = await response.json().catch(() => ({ error: `${response.status} ${response.statusText}` }));
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

// Whether somebody wants things to stand still.
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
