// The document: exactly the elements, attributes and classes that articles/text/richtext.py keeps.
import { Schema } from 'prosemirror-model';

// Our own pictures by our own names, as PICTURE in articles/text/richtext.py.
export const PICTURE = /^\/pictures\/[A-Za-z0-9_-]{16,30}\/\d{2,4}\.(?:jpg|webp)$/;

// `lead` and `tail` are the white space between elements of the source, so that text which nobody
// touched comes out as it went in.
const lead = { lead: { default: '' } };
const inside = { lead: { default: '' }, tail: { default: '' } };

const block = (tag, content, more = {}) => ({
  content,
  group: 'block',
  attrs: inside,
  definingAsContext: true,
  parseDOM: [{ tag }],
  toDOM: () => [tag, 0],
  ...more,
});

const classed = (tag, name) => ({
  attrs: { ...inside, [name]: { default: false } },
  parseDOM: [{ tag, getAttrs: (dom) => ({ [name]: dom.classList.contains(name) }) }],
  toDOM: (node) => [tag, node.attrs[name] ? { class: name } : {}, 0],
});

// A ghost stands where the source has an empty table, part or row: it is written only when filled.
const ghost = { ghost: { default: false } };

const part = (tag, content, more = {}) => ({
  content,
  attrs: { ...inside, ...ghost },
  isolating: true,
  parseDOM: [{ tag }],
  toDOM: () => [tag, 0],
  ...more,
});

const cell = (tag, names) => {
  const attrs = { ...inside, ...ghost, n: { default: false } };
  for (const name of names) attrs[name] = { default: null };
  const read = (dom) => {
    const found = { n: dom.classList.contains('n') };
    for (const name of names) found[name] = dom.getAttribute(name);
    return found;
  };
  const write = (node) => {
    const given = node.attrs.n ? { class: 'n' } : {};
    for (const name of names) if (node.attrs[name] !== null) given[name] = node.attrs[name];
    return [tag, given, 0];
  };
  return part(tag, 'block+', { attrs, parseDOM: [{ tag, getAttrs: read }], toDOM: write });
};

const mark = (tag, more = {}) => ({ parseDOM: [{ tag }, ...(more.also || [])], toDOM: () => [tag, 0] });

const LINK = ['href', 'title'];
const IMAGE = ['src', 'alt', 'width', 'height'];
const named = (dom, names) => Object.fromEntries(names.map((name) => [name, dom.getAttribute(name)]));
const nullable = (names) => Object.fromEntries(names.map((name) => [name, { default: null }]));

export const schema = new Schema({
  nodes: {
    doc: { content: 'block+', attrs: { tail: { default: '' } } },
    // `home` is the element the paragraph was read in, `bare` says that it had no <p> of its own
    // there. A paragraph without a home, or away from home, is new and follows our own habits.
    paragraph: {
      content: 'inline*',
      group: 'block',
      attrs: { ...lead, home: { default: '' }, bare: { default: false }, flush: { default: false } },
      parseDOM: [{ tag: 'p', getAttrs: (dom) => ({ flush: dom.classList.contains('flush') }) }],
      toDOM: (node) => ['p', node.attrs.flush ? { class: 'flush' } : {}, 0],
    },
    heading: {
      content: 'inline*',
      group: 'block',
      defining: true,
      attrs: { ...lead, level: { default: 2 } },
      parseDOM: [
        { tag: 'h2', attrs: { level: 2 } },
        { tag: 'h3', attrs: { level: 3 } },
      ],
      toDOM: (node) => [`h${node.attrs.level}`, 0],
    },
    horizontal_rule: { group: 'block', attrs: lead, parseDOM: [{ tag: 'hr' }], toDOM: () => ['hr'] },
    div: block('div', 'block+', classed('div', 'verse')),
    aside: block('aside', 'block+', classed('aside', 'pull')),
    blockquote: block('blockquote', 'block+'),
    // Old text has items outside lists and lists holding more than items. A stray list or item is
    // there for the commands to work on and has no tag of its own in the source.
    bullet_list: block('ul', 'list_item+', { attrs: { ...inside, stray: { default: false } } }),
    ordered_list: block('ol', 'list_item+', {
      attrs: { ...inside, start: { default: null } },
      parseDOM: [{ tag: 'ol', getAttrs: (dom) => named(dom, ['start']) }],
      toDOM: (node) => ['ol', node.attrs.start === null ? {} : { start: node.attrs.start }, 0],
    }),
    list_item: {
      content: 'block+',
      defining: true,
      attrs: { ...inside, stray: { default: false } },
      parseDOM: [{ tag: 'li' }],
      toDOM: () => ['li', 0],
    },
    figure: block('figure', 'block+', { isolating: true }),
    figcaption: block('figcaption', 'block+', { isolating: true }),
    table: block('table', '(tbody | thead | caption)+', { isolating: true }),
    tbody: part('tbody', 'table_row+'),
    thead: part('thead', 'table_row+'),
    caption: part('caption', 'block+'),
    table_row: part('tr', '(data_cell | header_cell)+'),
    data_cell: cell('td', ['colspan', 'rowspan']),
    header_cell: cell('th', ['colspan', 'rowspan', 'scope']),
    text: { group: 'inline' },
    hard_break: {
      group: 'inline',
      inline: true,
      selectable: false,
      leafText: () => '\n',
      parseDOM: [{ tag: 'br' }],
      toDOM: () => ['br'],
    },
    image: {
      group: 'inline',
      inline: true,
      draggable: true,
      attrs: { ...nullable(IMAGE), src: {} },
      parseDOM: [
        {
          tag: 'img[src]',
          getAttrs: (dom) => PICTURE.test(dom.getAttribute('src')) && named(dom, IMAGE),
        },
      ],
      toDOM: (node) => ['img', node.attrs],
    },
  },
  // The order is the order of nesting, outermost first.
  marks: {
    link: {
      attrs: nullable(LINK),
      inclusive: false,
      parseDOM: [{ tag: 'a', getAttrs: (dom) => ({ href: address(dom.getAttribute('href')), title: dom.getAttribute('title') }) }],
      toDOM: (node) => ['a', { ...node.attrs, rel: 'noopener noreferrer' }, 0],
    },
    strong: mark('strong', { also: [{ tag: 'b' }] }),
    em: mark('em', { also: [{ tag: 'i' }] }),
    s: mark('s'),
    cite: mark('cite'),
    sub: mark('sub'),
    sup: mark('sup'),
  },
});

// The address when its scheme is one of the sanitiser's, or when it has none; otherwise nothing.
export function address(href) {
  if (href === null || href === undefined) return null;
  // Browsers read over tabs, line ends and control characters in a scheme.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href.replace(/[\u0000-\u0020]+/g, ''));
  return !scheme || /^(?:https?|mailto|tel)$/i.test(scheme[1]) ? href : null;
}
