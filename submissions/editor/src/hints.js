// Hints of the proofreading rules in the text: shown without being part of it, walked, put in.
import { Plugin, PluginKey, TextSelection } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import { schema } from './schema.js';

const { nodes } = schema;
const key = new PluginKey('hints');

// The paragraphs that are not empty, as articles/proofreading/blocks.py counts them.
export function paragraphs(doc) {
  const found = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, '', (leaf) => (leaf.type === nodes.hard_break ? '\n' : '\ufffc'));
    // A picture between words is no letter there.
    if (text.replace(/\ufffc/g, '').trim()) found.push({ text, from: pos + 1 });
    return false;
  });
  return found;
}

// Where a hint stands in the document: {from, to}, or nothing where the words are not there any more.
function place(blocks, { block, start, end, found }) {
  const at = blocks[block];
  if (at && at.text.replace(/\ufffc/g, '').slice(start, end) === found && !at.text.includes('\ufffc')) {
    return { from: at.from + start, to: at.from + end };
  }
  for (const one of [at, ...blocks]) {
    const there = one ? one.text.indexOf(found) : -1;
    if (there >= 0) return { from: one.from + there, to: one.from + there + found.length };
  }
  return null;
}

export const hints = () => new Plugin({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply(tr, set) {
      const given = tr.getMeta(key);
      if (!given) return set.map(tr.mapping, tr.doc);
      const blocks = paragraphs(tr.doc);
      const marks = [];
      for (const hint of given) {
        const at = hint.where === 'body' && hint.found ? place(blocks, hint) : null;
        if (!at) continue;
        const dress = { class: `hint hint--${hint.level}`, title: hint.why, 'data-key': hint.key };
        marks.push(Decoration.inline(at.from, at.to, dress, { hint }));
      }
      return DecorationSet.create(tr.doc, marks);
    },
  },
  props: { decorations: (state) => key.getState(state) },
});

export function show(view, given) {
  view.dispatch(view.state.tr.setMeta(key, given).setMeta('addToHistory', false));
}

const spotOf = (state, name) => key.getState(state).find(undefined, undefined, (spec) => spec.hint.key === name)[0];

// Puts in what hints suggest, as one step back; returns the keys of those that were put in.
export function accept(view, given) {
  const { tr } = view.state;
  const done = [];
  const spots = given.map((hint) => [hint, spotOf(view.state, hint.key)]).filter(([, spot]) => spot);
  for (const [hint, spot] of spots.sort((one, other) => other[1].from - one[1].from)) {
    const inside = tr.doc.textBetween(spot.from, spot.to, '', '\n');
    if (inside !== hint.found || hint.suggest === null) continue;
    const marks = tr.doc.resolve(spot.from + 1).marks();
    if (hint.suggest) tr.replaceWith(spot.from, spot.to, schema.text(hint.suggest, marks));
    else tr.delete(spot.from, spot.to);
    done.push(hint.key);
  }
  if (done.length) view.dispatch(tr);
  return done;
}

export function goTo(view, name) {
  const spot = spotOf(view.state, name);
  if (!spot) return false;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, spot.from, spot.to)).scrollIntoView());
  view.focus();
  return true;
}

// The next hint behind the cursor, or the one before it; around the end.
export function walk(view, step) {
  const spots = key.getState(view.state).find().sort((one, other) => one.from - other.from);
  if (!spots.length) return null;
  const { from } = view.state.selection;
  const at = step > 0 ? spots.find((one) => one.from > from) || spots[0]
    : [...spots].reverse().find((one) => one.from < from) || spots[spots.length - 1];
  goTo(view, at.spec.hint.key);
  return at.spec.hint.key;
}
