// What the pages build their parts with. Values become text nodes, never markup.
"use strict";

function element(tag, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.append(document.createTextNode(text));
  made.append(...children);
  return made;
}
