// HTML to document and back. Reading happens in an inert document: nothing runs, nothing loads.
import { Fragment, Mark } from 'prosemirror-model';
import { address, PICTURE, schema } from './schema.js';

const { nodes, marks: kinds } = schema;
const SPACE = /^[ \t\n\f\r]*$/;
// What the sanitiser throws away with everything in it.
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TITLE', 'NOSCRIPT', 'TEMPLATE', 'SVG', 'MATH']);
const MARKS = {
  A: 'link', STRONG: 'strong', B: 'strong', EM: 'em', I: 'em',
  S: 's', CITE: 'cite', SUB: 'sub', SUP: 'sup',
};
const BLOCKS = {
  DIV: 'div', ASIDE: 'aside', BLOCKQUOTE: 'blockquote', FIGURE: 'figure', FIGCAPTION: 'figcaption',
  UL: 'bullet_list', OL: 'ordered_list', LI: 'list_item', TABLE: 'table', CAPTION: 'caption',
  THEAD: 'thead', TBODY: 'tbody', TR: 'table_row', TD: 'data_cell', TH: 'header_cell',
  P: 'paragraph', H2: 'heading', H3: 'heading', HR: 'horizontal_rule',
};
const TAGS = {
  div: 'div', aside: 'aside', blockquote: 'blockquote', figure: 'figure', figcaption: 'figcaption',
  bullet_list: 'ul', ordered_list: 'ol', list_item: 'li', table: 'table', caption: 'caption',
  thead: 'thead', tbody: 'tbody', table_row: 'tr', data_cell: 'td', header_cell: 'th', doc: 'doc',
};
const CLASSES = ['flush', 'verse', 'pull', 'n'];
const ATTRIBUTES = ['start', 'scope', 'colspan', 'rowspan'];

// The untouched source of the blocks of a loaded text. A node never changes, a change makes a new
// one: what is still the same node is written as it was read, whatever the schema makes of it.
const sources = new WeakMap();

export function parse(html) {
  const body = new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html').body;
  const { found, space } = readBlocks(body, 'doc', Mark.none, true);
  // Writing goes on below a table, a picture or a verse; the paragraph is not written while empty.
  if (!found.length || !found[found.length - 1].isTextblock) found.push(nodes.paragraph.create());
  return nodes.doc.create({ tail: space }, found);
}

export function parseFragment(html) {
  const body = new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html').body;
  // What is put in stands among other text: it has neither a home nor white space around it.
  return Fragment.from(
    readBlocks(body, 'doc', Mark.none).found.map((node) => {
      const attrs = { ...node.attrs, lead: '' };
      if (node.type === nodes.paragraph) Object.assign(attrs, { home: '', bare: false });
      return node.type.create(attrs, node.content);
    }),
  );
}

// Inline content on its way to a text block: white space closes up as browsers show it.
class Run {
  constructor() {
    this.pieces = [];
    this.solid = false;
  }

  text(data, marks) {
    if (!data) return;
    if (!SPACE.test(data)) this.solid = true;
    this.pieces.push({ data, marks });
  }

  leaf(node) {
    this.solid = true;
    this.pieces.push({ node });
  }

  // Returns {before, content, after}: the outer white space and the inline nodes between.
  take() {
    const pieces = this.pieces;
    this.pieces = [];
    const whole = pieces.map((piece) => (piece.node ? '\ufffc' : piece.data)).join('');
    if (!this.solid) return { before: whole, content: null, after: '' };
    this.solid = false;
    const content = [];
    let open = true;
    for (const { node, data, marks } of pieces) {
      if (node) {
        content.push(node);
        open = node.type === nodes.hard_break;
        continue;
      }
      let text = data.replace(/[ \t\n\f\r]+/g, ' ');
      if (open && text[0] === ' ') text = text.slice(1);
      if (!text) continue;
      open = text.endsWith(' ');
      const last = content[content.length - 1];
      if (last && last.isText && Mark.sameSet(last.marks, marks)) {
        content[content.length - 1] = schema.text(last.text + text, marks);
      } else content.push(schema.text(text, marks));
    }
    const last = content[content.length - 1];
    if (open && last && last.isText) {
      const text = last.text.slice(0, -1);
      content.splice(-1, 1, ...(text ? [schema.text(text, last.marks)] : []));
    }
    return { before: /^[ \t\n\f\r]*/.exec(whole)[0], content, after: /[ \t\n\f\r]*$/.exec(whole)[0] };
  }
}

// Walks what stands inside `parent`: inline pieces go to `run`, blocks to `onBlock`.
function walk(parent, marks, run, onBlock) {
  for (const child of parent.childNodes) {
    if (child.nodeType === 3) run.text(child.data, marks);
    if (child.nodeType !== 1) continue;
    const tag = child.tagName.toUpperCase();
    if (DROPPED.has(tag)) continue;
    if (tag === 'BR') run.leaf(nodes.hard_break.create(null, null, marks));
    else if (tag === 'IMG') {
      const attrs = readAttributes(child, ['src', 'alt', 'width', 'height']);
      if (PICTURE.test(attrs.src || '')) run.leaf(nodes.image.create(attrs, null, marks));
    } else if (MARKS[tag]) walk(child, readMark(child, MARKS[tag]).addToSet(marks), run, onBlock);
    else if (BLOCKS[tag] && onBlock) onBlock(child, BLOCKS[tag], marks);
    else {
      // Unknown elements stand for what is in them; a block inside a heading is a line of it.
      if (BLOCKS[tag] && run.solid) run.leaf(nodes.hard_break.create());
      walk(child, marks, run, onBlock);
    }
  }
}

function readMark(element, name) {
  if (name !== 'link') return kinds[name].create();
  return kinds.link.create({
    href: address(element.getAttribute('href')),
    title: element.getAttribute('title'),
  });
}

function readAttributes(element, names) {
  return Object.fromEntries(names.map((name) => [name, element.getAttribute(name)]));
}

// The blocks in a container; inline content that stands there directly becomes bare paragraphs.
function readBlocks(parent, home, marks, remember = false) {
  const found = [];
  const run = new Run();
  let space = '';
  const flush = () => {
    const { before, content, after } = run.take();
    if (!content) {
      space += before;
      return;
    }
    found.push(nodes.paragraph.create({ lead: space + before, home, bare: true }, content));
    space = after;
  };
  walk(parent, marks, run, (element, name, inherited) => {
    flush();
    const node = readBlock(element, name, inherited, { lead: space }, home);
    if (remember && inherited === Mark.none && node.type.name === name) {
      sources.set(node, space + element.outerHTML);
    }
    if (node.type === nodes.list_item) adopt(found, node);
    else found.push(node);
    space = '';
  });
  flush();
  return { found, space };
}

// An item outside a list joins, or starts, a list that is not in the source.
function adopt(found, item) {
  const last = found[found.length - 1];
  const open = last && last.type === nodes.bullet_list && last.attrs.stray;
  if (open) found[found.length - 1] = last.copy(last.content.append(Fragment.from(item)));
  else found.push(nodes.bullet_list.create({ stray: true }, item));
}

function readBlock(element, name, marks, attrs, home) {
  const type = nodes[name];
  for (const key of CLASSES) {
    if (key in (type.spec.attrs || {})) attrs[key] = element.classList.contains(key);
  }
  for (const key of ATTRIBUTES) {
    if (key in (type.spec.attrs || {})) attrs[key] = element.getAttribute(key);
  }
  if (name === 'horizontal_rule') return type.create(attrs);
  if (name === 'paragraph' || name === 'heading') {
    if (name === 'paragraph') attrs.home = home;
    else attrs.level = Number(element.tagName[1]);
    const run = new Run();
    walk(element, marks, run, null);
    return type.create(attrs, run.take().content || []);
  }
  const tag = TAGS[name];
  const read =
    name.endsWith('_list') ? readItems(element, tag, marks)
    : ['table', 'thead', 'tbody', 'table_row'].includes(name) ? readParts(element, name, marks)
    : readBlocks(element, tag, marks);
  const { found } = read;
  if (!found.length) found.push(nodes.paragraph.create({ home: tag, bare: true }));
  attrs.tail = read.space;
  return type.create(attrs, found);
}

function readItems(element, tag, marks) {
  const { found, space } = readBlocks(element, tag, marks);
  const items = [];
  for (const node of found) {
    if (node.type === nodes.bullet_list && node.attrs.stray) node.forEach((item) => items.push(item));
    else items.push(nodes.list_item.create({ stray: true }, node));
  }
  if (!items.length) {
    const empty = nodes.paragraph.create({ home: tag, bare: true });
    items.push(nodes.list_item.create({ stray: true }, empty));
  }
  return { found: items, space };
}

// The parser of the browser lets only parts of tables stand in tables.
const PARTS = { table: ['caption', 'thead', 'tbody'], thead: ['table_row'], tbody: ['table_row'], table_row: ['data_cell', 'header_cell'] };
const GHOSTS = { table: 'tbody', thead: 'table_row', tbody: 'table_row', table_row: 'data_cell' };

function readParts(element, name, marks) {
  const found = [];
  let space = '';
  for (const child of element.childNodes) {
    if (child.nodeType === 3 && SPACE.test(child.data)) space += child.data;
    const kind = child.nodeType === 1 && BLOCKS[child.tagName];
    if (!kind || !PARTS[name].includes(kind)) continue;
    found.push(readBlock(child, kind, marks, { lead: space }, TAGS[name]));
    space = '';
  }
  const rows = found.some((node) => node.type !== nodes.caption);
  if (!rows) found.push(makeGhost(GHOSTS[name]));
  return { found, space };
}

function makeGhost(name) {
  const under = GHOSTS[name] ? makeGhost(GHOSTS[name]) : nodes.paragraph.create();
  return nodes[name].create({ ghost: true }, under);
}

// ---------------------------------------------------------------------------------------------

const escape = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\u00a0/g, '&nbsp;');

function openTag(tag, attrs, names, classes = []) {
  const named = classes.filter((name) => attrs[name]);
  let out = named.length ? `<${tag} class="${named.join(' ')}"` : `<${tag}`;
  for (const name of names) {
    const value = attrs[name];
    if (value === null || value === undefined) continue;
    out += ` ${name}="${escape(String(value)).replace(/"/g, '&quot;')}"`;
  }
  return `${out}>`;
}

export function serialise(doc) {
  return (writeChildren(doc, 'doc', (node) => sources.get(node)) + doc.attrs.tail).trim();
}

// As serialise(), for text of which nothing is remembered.
export function rewrite(html) {
  const doc = parse(html);
  return (writeChildren(doc, 'doc') + doc.attrs.tail).trim();
}

const isNew = (node, tag) => node.attrs.home !== tag;
const TIGHT = new Set(['li', 'td', 'th', 'figure', 'figcaption', 'caption']);

function writeChildren(node, tag, remembered = () => undefined, loose = false) {
  const paragraphs = [];
  node.forEach((child) => {
    if (child.type === nodes.paragraph) paragraphs.push(child);
  });
  const direct = [];
  node.forEach((child) => {
    direct.push(
      child.type === nodes.paragraph && !child.attrs.flush &&
        (isNew(child, tag) ? TIGHT.has(tag) && paragraphs.length === 1 && !loose : child.attrs.bare),
    );
  });
  let out = '';
  node.forEach((child, _, index) => {
    const known = remembered(child);
    if (known !== undefined) out += known;
    else if (child.type === nodes.paragraph) {
      // Two bare neighbours would run together; an empty line that somebody typed is nothing.
      if (!child.childCount && isNew(child, tag)) return;
      const bare = direct[index] && !direct[index - 1] && !direct[index + 1];
      const inner = writeInline(child);
      out += child.attrs.lead + (bare ? inner : `${openTag('p', child.attrs, [], ['flush'])}${inner}</p>`);
    } else out += writeBlock(child, loose);
  });
  return out;
}

function writeBlock(node, loose) {
  const { attrs, type } = node;
  if (type === nodes.horizontal_rule) return `${attrs.lead}<hr>`;
  if (type === nodes.heading) return `${attrs.lead}<h${attrs.level}>${writeInline(node)}</h${attrs.level}>`;
  const tag = TAGS[type.name];
  let inner;
  if (type === nodes.bullet_list || type === nodes.ordered_list) {
    let apart = false;
    node.forEach((item) => {
      const first = item.firstChild;
      if (first.type === nodes.paragraph && first.attrs.home === 'li' && !first.attrs.bare) apart = true;
    });
    inner = '';
    node.forEach((item) => {
      const written = writeChildren(item, item.attrs.stray ? tag : 'li', undefined, apart) + item.attrs.tail;
      inner += item.attrs.lead + (item.attrs.stray ? written : `<li>${written}</li>`);
    });
  } else inner = writeChildren(node, tag);
  inner += attrs.tail;
  if (attrs.stray || (attrs.ghost && !inner.trim())) return attrs.lead + inner;
  // A quotation, a verse or a box in which nothing was typed is nothing.
  if (!inner && ['blockquote', 'div', 'aside'].includes(tag) && isNew(node.firstChild, tag)) return '';
  return attrs.lead + openTag(tag, attrs, ATTRIBUTES, CLASSES) + inner + `</${tag}>`;
}

function writeInline(parent) {
  let out = '';
  const stack = [];
  const closeTo = (count) => {
    while (stack.length > count) out += `</${stack.pop().tag}>`;
  };
  parent.forEach((node) => {
    let kept = 0;
    while (kept < stack.length && kept < node.marks.length && stack[kept].mark.eq(node.marks[kept])) kept += 1;
    closeTo(kept);
    for (const mark of node.marks.slice(kept)) {
      const tag = mark.type === kinds.link ? 'a' : mark.type.name;
      out += openTag(tag, mark.attrs, tag === 'a' ? ['href', 'title'] : []);
      stack.push({ mark, tag });
    }
    if (node.isText) out += escape(node.text);
    else if (node.type === nodes.hard_break) out += '<br>';
    else out += openTag('img', node.attrs, ['src', 'alt', 'width', 'height']);
  });
  closeTo(0);
  return out;
}

// How much is written: characters without white space.
export function countCharacters(doc) {
  return [...doc.textBetween(0, doc.content.size, '\n', (leaf) => (leaf.type === nodes.hard_break ? '\n' : '')).replace(/\s/g, '')].length;
}
