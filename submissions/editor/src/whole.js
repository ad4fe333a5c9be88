// What concerns the whole text: its headings, and words replaced everywhere.
import { TextSelection } from 'prosemirror-state';
import { schema } from './schema.js';

const { nodes } = schema;

// Headings in order: [{level, text, pos}].
export function outline(doc) {
  const found = [];
  doc.descendants((node, pos) => {
    if (node.type === nodes.heading) found.push({ level: node.attrs.level, text: node.textContent, pos });
    return !node.isTextblock;
  });
  return found;
}

export function goToHeading(view, pos) {
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(pos + 1))).scrollIntoView());
  view.focus();
}

// One transaction in which words are replaced in every paragraph; with how often.
export function replaceAll(state, find, put) {
  const { tr } = state;
  let number = 0;
  if (!find) return { tr, number };
  state.doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, '', '\ufffc');
    // Backwards, and never over what has been replaced.
    const before = (at) => (at < 0 ? -1 : text.lastIndexOf(find, at));
    for (let at = before(text.length); at >= 0; at = before(at - find.length)) {
      const [from, to] = [pos + 1 + at, pos + 1 + at + find.length].map((one) => tr.mapping.map(one));
      const marks = tr.doc.resolve(from + 1).marks();
      if (put) tr.replaceWith(from, to, schema.text(put, marks));
      else tr.delete(from, to);
      number += 1;
    }
    return false;
  });
  return { tr, number };
}
