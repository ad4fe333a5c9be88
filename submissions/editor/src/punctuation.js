// Full-width marks in Chinese text: the rules A1, A5 and A6 of articles/text/typography.py, mark by mark.
import { schema } from './schema.js';

const HAN =
  '\\p{Script=Han}\\u2e80-\\u2fdf\\u3001-\\u301f' +
  '\\uff01-\\uff0f\\uff1a-\\uff20\\u201c\\u201d\\u2018\\u2019\\u2026\\u2014';
const CHINESE = new RegExp(`[${HAN}]`, 'u');
const UNIT = '\u33a1\u33a5\u2103\u00b2\u00b3';
const FULL = { ',': '\uff0c', ';': '\uff1b', ':': '\uff1a', '?': '\uff1f', '!': '\uff01' };
const ASCII = /^[A-Za-z0-9]$/;
// Addresses, mailboxes, times, ratios and grouped numbers keep their marks.
const KEEP =
  /(?:https?|ftp):\/\/[^\s\p{Script=Han}\u3000-\u33ff\uff00-\uffef\u201c\u201d<>"]+|www\.[\w.-]+(?:\/[\x21-\x7e]*)?|[\w.+-]+@[\w-]+\.[\w.]+|\d+(?:[:,]\d+)+/gu;
const INDENT = /^[ \t\r\n\u00a0\u3000\u200b\ufeff]+/;

const before = (text, at) => (/[^]$/u.exec(text.slice(Math.max(0, at - 2), at)) || [''])[0];
const after = (text, at) => (/^[^]/u.exec(text.slice(at, at + 2)) || [''])[0];

// Every replacement is one character for one, so that places in the text stay what they were.
export function fullWidth(text) {
  for (let done = pass(text); done !== text; done = pass(text)) text = done;
  return text;
}

function pass(text) {
  const paired = text.replace(/\(([^()\n]*)\)/g, (whole, inner, at) => {
    if (/^\d{2,5}$/.test(inner)) return whole;
    const outside = before(text, at) + after(text, at + whole.length);
    return CHINESE.test(inner) || CHINESE.test(outside) ? `\uff08${inner}\uff09` : whole;
  });
  const kept = [...paired.matchAll(KEEP)].map((match) => [match.index, match.index + match[0].length]);
  return paired.replace(/[,;:?!]/g, (mark, at) => {
    if (kept.some(([start, end]) => start <= at && at < end)) return mark;
    const [left, right] = [before(paired, at), after(paired, at + 1)];
    if (ASCII.test(left) && ASCII.test(right)) return mark;
    const chinese = CHINESE.test(left) || CHINESE.test(right) || (left && UNIT.includes(left));
    return chinese ? FULL[mark] : mark;
  });
}

// One transaction for the whole text: {tr, marks, indents}.
export function tidy(state) {
  const { nodes } = schema;
  const tr = state.tr;
  const found = [];
  let marks = 0;
  let indents = 0;
  state.doc.descendants((node, pos, parent) => {
    if (node.type === nodes.div && node.attrs.verse) found.push([pos, pos + node.nodeSize]);
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, '', (leaf) => (leaf.type === nodes.hard_break ? '\n' : '\ufffc'));
    const full = fullWidth(text);
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === full[at]) continue;
      const here = tr.mapping.map(pos + 1 + at);
      const styles = tr.doc.nodeAt(here).marks;
      tr.replaceWith(here, here + 1, schema.text(full[at], styles));
      marks += 1;
    }
    // Verse may be set in from the margin.
    const verse = found.some(([start, end]) => start < pos && pos < end);
    const indent = !verse && INDENT.exec(text);
    if (indent) {
      const here = tr.mapping.map(pos + 1, -1);
      tr.delete(here, here + indent[0].length);
      indents += 1;
    }
    return false;
  });
  return { tr, marks, indents };
}
