// The parts of the page that its modules share.

/** @template {HTMLElement} T @param {string} id @param {new () => T} type */
export function find(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} #${id}.`);
  return element;
}

/** @param {string} tag @param {string} className @param {...(string | Node)} children */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/** @param {string} id @param {string} type @param {() => void} action */
export function on(id, type, action) {
  find(id, HTMLElement).addEventListener(type, (event) => {
    event.preventDefault();
    action();
  });
}
