// What the buttons and keys do to the text. A command is (state, dispatch) => done or not.
import {
  chainCommands, createParagraphNear, lift, liftEmptyBlock, newlineInCode, splitBlockAs, wrapIn,
} from 'prosemirror-commands';

import { liftListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import { Plugin, Selection, TextSelection } from 'prosemirror-state';
import { PICTURE, schema } from './schema.js';

const { nodes, marks } = schema;

// The innermost node around the selection that `test` accepts, as {node, pos, depth}.
export function around($pos, test) {
  for (let depth = $pos.depth; depth > 0; depth -= 1) {
    const node = $pos.node(depth);
    if (test(node)) return { node, pos: $pos.before(depth), depth };
  }
  return null;
}

export const inQuote = (state) => around(state.selection.$from, (node) => node.type === nodes.blockquote);
export const inVerse = (state) => around(state.selection.$from, (node) => node.type === nodes.div && node.attrs.verse);
export const inList = (state, type) => {
  const list = around(state.selection.$from, (node) => [nodes.bullet_list, nodes.ordered_list].includes(node.type));
  return list && (!type || list.node.type === type) ? list : null;
};
export const inHeading = (state, level) => {
  const { $from } = state.selection;
  return $from.parent.type === nodes.heading && $from.parent.attrs.level === level;
};
export function hasMark(state, type) {
  const { from, to, $from, empty } = state.selection;
  if (empty) return Boolean(type.isInSet(state.storedMarks || $from.marks()));
  return state.doc.rangeHasMark(from, to, type);
}

// Lower and raised cannot both be.
export const script = (type) => (state, dispatch) => {
  const other = type === marks.sub ? marks.sup : marks.sub;
  const { from, to, empty, $from } = state.selection;
  if (!$from.parent.inlineContent && empty) return false;
  if (!dispatch) return true;
  const on = hasMark(state, type);
  const tr = state.tr;
  if (empty) {
    tr.removeStoredMark(other);
    if (on) tr.removeStoredMark(type);
    else tr.addStoredMark(type.create());
  } else {
    tr.removeMark(from, to, other);
    if (on) tr.removeMark(from, to, type);
    else tr.addMark(from, to, type.create());
  }
  dispatch(tr.scrollIntoView());
  return true;
};

export const heading = (level) => (state, dispatch) => {
  const { from, to } = state.selection;
  const off = inHeading(state, level);
  const tr = state.tr;
  state.doc.nodesBetween(from, to, (node, pos) => {
    if (!node.isTextblock) return true;
    const { lead } = node.attrs;
    // Cells, captions and lists keep paragraphs: a heading there would head nothing.
    const parent = tr.doc.resolve(pos).parent;
    if (![nodes.doc, nodes.aside, nodes.div, nodes.blockquote].includes(parent.type)) return false;
    if (off && node.type === nodes.heading) tr.setNodeMarkup(pos, nodes.paragraph, { lead });
    if (!off) tr.setNodeMarkup(pos, nodes.heading, { lead, level });
    return false;
  });
  if (!tr.docChanged) return false;
  if (dispatch) dispatch(tr.scrollIntoView());
  return true;
};

export const quote = (state, dispatch) => {
  const found = inQuote(state);
  if (!found) return wrapIn(nodes.blockquote)(state, dispatch);
  return unwrap(found)(state, dispatch);
};

const unwrap = ({ node, pos }) => (state, dispatch) => {
  if (!dispatch) return true;
  const offset = state.selection.from - 1;
  const tr = state.tr.replaceWith(pos, pos + node.nodeSize, node.content);
  tr.setSelection(Selection.near(tr.doc.resolve(Math.max(pos, offset))));
  dispatch(tr.scrollIntoView());
  return true;
};

export const list = (type) => (state, dispatch) => {
  const found = inList(state);
  if (!found) return wrapInList(type)(state, dispatch);
  if (found.node.type === type) return liftListItem(nodes.list_item)(state, dispatch) || lift(state, dispatch);
  if (dispatch) {
    const { lead, tail } = found.node.attrs;
    dispatch(state.tr.setNodeMarkup(found.pos, type, { lead, tail }).scrollIntoView());
  }
  return true;
};

export const rule = (state, dispatch) => {
  if (dispatch) dispatch(insertBlock(state, nodes.horizontal_rule.create()));
  return true;
};

export const lineBreak = (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent) return false;
  if (dispatch) dispatch(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};

// Paragraphs become the lines of a verse, empty paragraphs the gaps between stanzas; and back.
export const verse = (state, dispatch) => {
  const found = inVerse(state);
  if (found) {
    if (!dispatch) return true;
    const paragraphs = [];
    found.node.forEach((stanza) => {
      if (!stanza.isTextblock) paragraphs.push(stanza);
      else for (const line of splitLines(stanza)) paragraphs.push(nodes.paragraph.create(null, line));
    });
    const tr = state.tr.replaceWith(found.pos, found.pos + found.node.nodeSize, paragraphs);
    tr.setSelection(Selection.near(tr.doc.resolve(found.pos + 1)));
    dispatch(tr.scrollIntoView());
    return true;
  }
  const range = state.selection.$from.blockRange(state.selection.$to);
  if (!range) return false;
  const { parent, startIndex, endIndex } = range;
  const stanzas = [[]];
  for (let index = startIndex; index < endIndex; index += 1) {
    const line = parent.child(index);
    if (!line.isTextblock) return false;
    const stanza = stanzas[stanzas.length - 1];
    if (line.childCount) {
      if (stanza.length) stanza.push(nodes.hard_break.create());
      line.forEach((node) => stanza.push(node));
    } else if (stanza.length) stanzas.push([]);
  }
  if (stanzas.length > 1 && !stanzas[stanzas.length - 1].length) stanzas.pop();
  const made = nodes.div.create({ verse: true }, stanzas.map((stanza) => nodes.paragraph.create(null, stanza)));
  if (!parent.canReplaceWith(startIndex, endIndex, nodes.div)) return false;
  if (dispatch) {
    const tr = state.tr.replaceWith(range.start, range.end, made);
    tr.setSelection(Selection.near(tr.doc.resolve(range.start + made.nodeSize - 1), -1));
    dispatch(tr.scrollIntoView());
  }
  return true;
};

function splitLines(textblock) {
  const lines = [[]];
  textblock.forEach((node) => {
    if (node.type === nodes.hard_break) lines.push([]);
    else lines[lines.length - 1].push(node);
  });
  return lines;
}

export const clearMarks = (state, dispatch) => {
  let { from, to, $from, empty } = state.selection;
  if (empty) [from, to] = [$from.start(), $from.end()];
  const tr = state.tr.removeMark(from, to).setStoredMarks([]);
  state.doc.nodesBetween(from, to, (node, pos) => {
    if (node.type === nodes.heading || (node.type === nodes.paragraph && node.attrs.flush)) {
      tr.setNodeMarkup(pos, nodes.paragraph, { ...node.attrs, level: undefined, flush: false });
    }
    return !node.isTextblock;
  });
  if (dispatch) dispatch(tr.scrollIntoView());
  return true;
};

// The link around the selection or in it, as {from, to, mark}; of the cursor, the whole link.
export function linkAt(state) {
  const { $from, from, to, empty } = state.selection;
  if (!empty) {
    let found = null;
    state.doc.nodesBetween(from, to, (node) => {
      found = found || marks.link.isInSet(node.marks);
    });
    return found ? { from, to, mark: found } : null;
  }
  const parent = $from.parent;
  const touching = parent.childAfter($from.parentOffset);
  let index = touching.node ? touching.index : parent.childCount - 1;
  if (!parent.inlineContent || index < 0) return null;
  let mark = marks.link.isInSet(parent.child(index).marks);
  if (!mark && index > 0 && $from.textOffset === 0 && touching.node) {
    index -= 1;
    mark = marks.link.isInSet(parent.child(index).marks);
  }
  if (!mark) return null;
  let [first, last] = [index, index];
  while (first > 0 && mark.isInSet(parent.child(first - 1).marks)) first -= 1;
  while (last + 1 < parent.childCount && mark.isInSet(parent.child(last + 1).marks)) last += 1;
  let start = $from.start();
  for (let i = 0; i < first; i += 1) start += parent.child(i).nodeSize;
  let end = start;
  for (let i = first; i <= last; i += 1) end += parent.child(i).nodeSize;
  return { from: start, to: end, mark };
}

export const setLink = (href) => (state, dispatch) => {
  const known = linkAt(state);
  const { from, to, empty } = state.selection;
  const tr = state.tr;
  if (known && empty) tr.removeMark(known.from, known.to, marks.link);
  const mark = marks.link.create({ href, title: known ? known.mark.attrs.title : null });
  if (known && empty) tr.addMark(known.from, known.to, mark);
  else if (empty) tr.replaceSelectionWith(schema.text(href.replace(/^(?:mailto|tel):/i, ''), [mark]), false);
  else tr.removeMark(from, to, marks.link).addMark(from, to, mark);
  if (dispatch) dispatch(tr.removeStoredMark(marks.link).scrollIntoView());
  return true;
};

export const dropLink = (state, dispatch) => {
  const known = linkAt(state);
  if (!known) return false;
  if (dispatch) dispatch(state.tr.removeMark(known.from, known.to, marks.link).scrollIntoView());
  return true;
};

// A picture stands in a figure of its own, below the block of the cursor; its caption is editable.
export const picture = ({ src, alt = '', width, height, caption }) => (state, dispatch) => {
  if (!PICTURE.test(src)) return false;
  const text = (value) => (value === undefined || value === null ? null : String(value));
  const image = nodes.image.create({ src, alt, width: text(width), height: text(height) });
  const parts = [nodes.paragraph.create({ home: 'figure', bare: true }, image)];
  if (caption) {
    const words = nodes.paragraph.create({ home: 'figcaption', bare: true }, schema.text(caption));
    parts.push(nodes.figcaption.create(null, words));
  }
  if (dispatch) dispatch(insertBlock(state, nodes.figure.create(null, parts)));
  return true;
};

// Puts a block below the top-level block of the cursor, or in its place when that is empty, and
// the cursor after it.
export function insertBlock(state, block) {
  const { $to } = state.selection;
  const tr = state.tr;
  const top = $to.depth ? $to.node(1) : null;
  let at = top ? $to.after(1) : $to.pos;
  if (top && top.type === nodes.paragraph && !top.childCount) {
    at = $to.before(1);
    tr.delete(at, $to.after(1));
  }
  tr.insert(at, block);
  const after = at + block.nodeSize;
  const next = tr.doc.nodeAt(after);
  if (!next || !next.isTextblock) tr.insert(after, nodes.paragraph.create());
  return tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1))).scrollIntoView();
}

// In a verse Enter ends a line, Enter on an empty line ends the stanza, and once more the verse.
const verseEnter = (state, dispatch) => {
  const found = inVerse(state);
  const { $from, empty } = state.selection;
  if (!found || $from.parent.type !== nodes.paragraph || $from.depth !== found.depth + 1) return false;
  if (!dispatch) return true;
  const before = $from.nodeBefore;
  if (!empty || (before && before.type !== nodes.hard_break)) return lineBreak(state, dispatch);
  if (before) {
    const tr = state.tr.delete($from.pos - 1, $from.pos);
    dispatch(tr.split($from.pos - 1).scrollIntoView());
    return true;
  }
  return $from.parent.childCount ? lineBreak(state, dispatch) : liftEmptyBlock(state, dispatch);
};

// Enter in a caption goes on below the figure or in the table.
const captionEnter = (state, dispatch) => {
  const { $from } = state.selection;
  const found = around($from, (node) => node.type === nodes.figcaption || node.type === nodes.caption);
  if (!found) return false;
  if (!dispatch) return true;
  const figure = around($from, (node) => node.type === nodes.figure || node.type === nodes.table);
  const tr = state.tr;
  if (figure && figure.node.type === nodes.figure) {
    const after = figure.pos + figure.node.nodeSize;
    tr.insert(after, nodes.paragraph.create());
    tr.setSelection(TextSelection.create(tr.doc, after + 1));
  } else tr.setSelection(Selection.near(tr.doc.resolve(found.pos + found.node.nodeSize)));
  dispatch(tr.scrollIntoView());
  return true;
};

// A paragraph begun at the end of another is new; one cut in two stays what it was.
const splitParagraph = splitBlockAs((node, atEnd) =>
  atEnd || node.type !== nodes.paragraph
    ? atEnd && { type: nodes.paragraph, attrs: { lead: node.attrs.lead || '' } }
    : { type: nodes.paragraph, attrs: node.attrs },
);

export const enter = chainCommands(
  verseEnter, captionEnter, splitListItem(nodes.list_item),
  newlineInCode, createParagraphNear, liftEmptyBlock, splitParagraph,
);

// Backspace in an empty caption takes the caption away.
export const dropCaption = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const found = around($from, (node) => node.type === nodes.figcaption || node.type === nodes.caption);
  if (!found || !empty || found.node.textContent || found.node.content.size > 2) return false;
  if (dispatch) {
    const tr = state.tr.delete(found.pos, found.pos + found.node.nodeSize);
    dispatch(tr.setSelection(Selection.near(tr.doc.resolve(found.pos), -1)).scrollIntoView());
  }
  return true;
};

const holdsSomething = (figure) => {
  let found = false;
  figure.descendants((node) => {
    found = found || node.isText || node.type === nodes.image;
    return !found;
  });
  return found;
};

// There is always a line to write on below a table, a picture or a verse, and a figure goes with
// its picture.
export const order = new Plugin({
  appendTransaction(transactions, before, state) {
    if (!transactions.some((tr) => tr.docChanged)) return null;
    const tr = state.tr;
    const known = new Set();
    before.doc.forEach((node) => known.add(node));
    state.doc.forEach((node, pos) => {
      if (node.type !== nodes.figure || known.has(node) || holdsSomething(node)) return;
      const at = tr.mapping.map(pos);
      tr.replaceWith(at, at + node.nodeSize, tr.doc.childCount > 1 ? [] : nodes.paragraph.create());
    });
    if (!tr.doc.lastChild.isTextblock) tr.insert(tr.doc.content.size, nodes.paragraph.create());
    return tr.docChanged ? tr : null;
  },
});
