// The clipboard and what is dropped: HTML from elsewhere enters only as the server gave it back.
import { deleteSelection } from 'prosemirror-commands';
import { Fragment, Slice } from 'prosemirror-model';
import { closeHistory } from 'prosemirror-history';
import { Plugin, PluginKey } from 'prosemirror-state';
import { around } from './commands.js';
import { parseFragment } from './html.js';
import { schema } from './schema.js';
import { emptyCells } from './tables.js';

const { nodes } = schema;
const key = new PluginKey('paste');
const EDGES = /^[ \t\u00a0\u3000\u200b\ufeff]+|[ \t\u00a0\u3000\u200b\ufeff]+$/g;

const NO_FILES = '图片请在“配图”里添加，再用“插图”放进正文。';
const FILES = '图片已加入“配图”，处理好以后用“插图”放进正文。';
const PLAIN = '没能保留原来的格式，已按纯文字粘贴。';

// Plain text as it goes in at `$pos`: lines are paragraphs, in a verse lines are lines.
export function textSlice(text, $pos) {
  const lines = text.replace(/\r\n?/g, '\n').split('\n').map((line) => line.replace(EDGES, ''));
  const blocks = [];
  const marks = $pos.parent.inlineContent ? $pos.marks() : [];
  if (around($pos, (node) => node.type === nodes.div && node.attrs.verse)) {
    let stanza = [];
    const close = () => {
      if (stanza.length) blocks.push(nodes.paragraph.create(null, stanza));
      stanza = [];
    };
    for (const line of lines) {
      if (!line) close();
      else stanza.push(...(stanza.length ? [nodes.hard_break.create()] : []), schema.text(line, marks));
    }
    close();
  } else {
    for (const line of lines) if (line) blocks.push(nodes.paragraph.create(null, schema.text(line, marks)));
  }
  return blocks.length ? new Slice(Fragment.from(blocks), 1, 1) : Slice.empty;
}

// Cleaned HTML as it goes in: the outer paragraphs join the paragraph they are put into.
export function htmlSlice(html) {
  const blocks = parseFragment(html);
  if (!blocks.childCount) return Slice.empty;
  const open = (node) => (node.type === nodes.paragraph ? 1 : 0);
  return new Slice(blocks, open(blocks.firstChild), open(blocks.lastChild));
}

export function insertSlice(state, slice, from, to, meta) {
  const tr = closeHistory(state.tr);
  if (meta) tr.setMeta(key, meta);
  return tr.replaceRange(from, to, slice).scrollIntoView();
}

export function pasting({ onPasteHtml, onFiles, say }) {
  let copied = null;
  let count = 0;

  function put(view, html, text, from, to) {
    if (!html || !onPasteHtml) {
      view.dispatch(insertSlice(view.state, textSlice(text, view.state.doc.resolve(from)), from, to));
      return;
    }
    count += 1;
    const id = count;
    view.dispatch(view.state.tr.setMeta(key, { add: { id, from, to } }));
    const arrive = (slice) => {
      // The text may have been exchanged or the form left while the server was at it.
      const place = !view.isDestroyed && key.getState(view.state).find((known) => known.id === id);
      if (!place) return;
      const made = slice(view.state.doc.resolve(place.from));
      view.dispatch(insertSlice(view.state, made, place.from, place.to, { done: id }));
    };
    Promise.resolve()
      .then(() => onPasteHtml(html))
      .then((cleaned) => htmlSlice(String(cleaned || '')))
      .then((slice) => {
        arrive(($pos) => (slice.size ? slice : textSlice(text, $pos)));
      })
      .catch(() => {
        arrive(($pos) => textSlice(text, $pos));
        say(PLAIN);
      });
  }

  function take(view, data, from, to) {
    const html = data.getData('text/html');
    const text = data.getData('text/plain').replace(/\r\n?/g, '\n');
    // A screenshot, or a picture of a page: a picture and no words.
    if (data.files.length && !text.trim() && !textOf(html).trim()) {
      say(onFiles && onFiles(data.files) ? FILES : NO_FILES);
      return;
    }
    if (!html && !text) return;
    // What was copied here goes in as it was, whatever the clipboard says about it.
    if (copied && html.includes('data-pm-slice') && text === copied.text) {
      view.dispatch(insertSlice(view.state, copied.slice, from, to));
    } else put(view, html, text || textOf(html), from, to);
  }

  return new Plugin({
    key,
    // Places waiting for the server, moved along with what is written meanwhile.
    state: {
      init: () => [],
      apply(tr, places) {
        const act = tr.getMeta(key) || {};
        const moved = places
          .filter(({ id }) => id !== act.done)
          .map(({ id, from, to }) => {
            // Of two pastes at one place the later one comes behind.
            const bias = act.done && id > act.done ? 1 : -1;
            return { id, from: tr.mapping.map(from, bias), to: tr.mapping.map(to, bias) };
          });
        return act.add ? [...moved, act.add] : moved;
      },
    },
    props: {
      transformCopied(slice) {
        copied = { slice, text: null };
        return slice;
      },
      clipboardTextSerializer(slice) {
        const text = slice.content.textBetween(0, slice.content.size, '\n', (leaf) => (leaf.type === nodes.hard_break ? '\n' : ''));
        if (copied) copied.text = text;
        return text;
      },
      handleDOMEvents: {
        paste(view, event) {
          event.preventDefault();
          if (!event.clipboardData) return true;
          emptyCells(view.state, view.dispatch);
          const { from, to } = view.state.selection;
          take(view, event.clipboardData, from, to);
          return true;
        },
        drop(view, event) {
          // Text moved inside the editor carries its own nodes.
          if (view.dragging) return false;
          event.preventDefault();
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
          if (at && event.dataTransfer) take(view, event.dataTransfer, at.pos, at.pos);
          return true;
        },
        // Writing over several blocks: what is selected goes first, and by our own rules, before
        // the browser or an input method joins the blocks and dresses them in styles.
        compositionstart(view) {
          clearBlocks(view);
          return false;
        },
        beforeinput(view, event) {
          if (event.isComposing || event.inputType !== 'insertText' || !event.data) return false;
          if (!clearBlocks(view)) return false;
          event.preventDefault();
          view.dispatch(view.state.tr.insertText(event.data).scrollIntoView());
          return true;
        },
        cut(view, event) {
          if (!emptyCells(view.state) || !event.clipboardData) return false;
          event.preventDefault();
          const { dom, text } = view.serializeForClipboard(view.state.selection.content());
          event.clipboardData.setData('text/html', dom.innerHTML);
          event.clipboardData.setData('text/plain', text);
          return emptyCells(view.state, view.dispatch);
        },
      },
      // Past the paste event, by a keyboard app: never let elements in that way.
      handlePaste: () => true,
      handleTextInput(view, from, to, text) {
        if (!clearBlocks(view)) return false;
        view.dispatch(view.state.tr.insertText(text));
        return true;
      },
    },
  });
}

function clearBlocks(view) {
  const { $from, $to } = view.state.selection;
  if ($from.sameParent($to)) return false;
  return emptyCells(view.state, view.dispatch) || deleteSelection(view.state, view.dispatch);
}

// The words of HTML that came without a text of its own; no element is made of it.
function textOf(html) {
  const bare = html
    .replace(/<!--[^]*?-->|<(script|style|title|noscript|template)\b[^]*?<\/\1\s*>/gi, '')
    .replace(/<\/(?:p|div|li|tr|h[1-6])>|<br[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/</g, '&lt;');
  return new DOMParser().parseFromString(bare, 'text/html').body.textContent;
}
