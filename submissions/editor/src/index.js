// NewsroomEditor: the text of a manuscript, written as readers will see it.
import { baseKeymap, chainCommands, toggleMark } from 'prosemirror-commands';
import { gapCursor } from 'prosemirror-gapcursor';
import { history, redo, undo } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import { liftListItem, sinkListItem } from 'prosemirror-schema-list';
import { EditorState, Plugin, Selection } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { dropCaption, enter, inList, lineBreak, order, picture } from './commands.js';
import { Dialog } from './dialog.js';
import { countCharacters, parse, rewrite, serialise } from './html.js';
import * as hinting from './hints.js';
import { htmlSlice, insertSlice, pasting, textSlice } from './paste.js';
import { schema } from './schema.js';
import { emptyCells, goToCell } from './tables.js';
import { Toolbar } from './toolbar.js';

const { nodes, marks } = schema;
const HELP = 'Tab 键在表格里换格、在列表里缩进；先按 Esc 再按 Tab 离开正文，Alt+F10 到工具栏。';
let serial = 0;

function keys(editor) {
  // Escape gives the next Tab back to the browser, so that nobody is caught in a table or list.
  let leaving = false;
  const tab = (step) => (state, dispatch) => {
    if (leaving) return false;
    if (goToCell(step)(state, dispatch)) return true;
    if (!inList(state)) return false;
    (step > 0 ? sinkListItem : liftListItem)(nodes.list_item)(state, dispatch);
    return true;
  };
  return [
    new Plugin({
      props: {
        handleKeyDown(view, event) {
          if (event.key === 'Escape') leaving = true;
          else if (!['Tab', 'Shift'].includes(event.key)) leaving = false;
          return false;
        },
        handleDOMEvents: { focus: () => { leaving = false; return false; } },
      },
    }),
    keymap({
      'Mod-b': toggleMark(marks.strong),
      'Mod-i': toggleMark(marks.em),
      'Mod-k': () => { editor.dialog.openLink(); return true; },
      'Mod-z': undo,
      'Mod-y': redo,
      'Mod-Shift-z': redo,
      'Alt-F10': () => { editor.toolbar.focus(); return true; },
      'Shift-Enter': lineBreak,
      Enter: enter,
      Tab: tab(1),
      'Shift-Tab': tab(-1),
      Backspace: chainCommands(emptyCells, dropCaption),
      Delete: emptyCells,
    }),
    keymap(baseKeymap),
  ];
}

class Editor {
  constructor(host, options) {
    const { textarea, placeholder = '', label = '正文', onChange, onPasteHtml, onFiles, pictures, onPictures } = options;
    Object.assign(this, { host, textarea, onChange, pictures, onPictures });
    serial += 1;
    const id = `writing-${serial}`;
    this.root = document.createElement('div');
    this.root.className = 'writing';
    const place = document.createElement('div');
    const help = document.createElement('p');
    help.className = 'writing__help';
    help.id = `${id}-help`;
    help.textContent = HELP;
    this.status = document.createElement('p');
    this.status.className = 'writing__status';
    this.status.setAttribute('role', 'status');
    this.dialog = new Dialog(this);
    this.toolbar = new Toolbar(this, { controls: id, whole: Boolean(options.whole) });
    // Tools, what they open and what they say stay in sight together.
    const head = document.createElement('div');
    head.className = 'writing__head';
    head.append(this.toolbar.dom, this.dialog.dom, this.status);
    this.root.append(head, place, help);
    host.append(this.root);

    this.plugins = [
      ...keys(this), history(), gapCursor(), order, hinting.hints(),
      pasting({ onPasteHtml, onFiles, say: (text) => this.say(text) }),
    ];
    const passed = (name) => (textarea && textarea.getAttribute(name)) || '';
    this.view = new EditorView({ mount: place }, {
      state: this.load(options.html !== undefined ? options.html : textarea ? textarea.value : ''),
      // The cursor does not go under the tools or under the buttons of the form.
      scrollThreshold: { top: 120, bottom: 90, left: 5, right: 5 },
      scrollMargin: { top: 120, bottom: 90, left: 5, right: 5 },
      dispatchTransaction: (tr) => this.apply(tr),
      attributes: () => ({
        id,
        class: `prose writing__text${this.isEmpty() ? ' is-empty' : ''}`,
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        'aria-describedby': `${passed('aria-describedby')} ${help.id}`.trim(),
        'aria-required': textarea && textarea.required ? 'true' : 'false',
        'aria-invalid': passed('aria-invalid') || 'false',
        'data-placeholder': placeholder,
        spellcheck: 'false',
      }),
    });
    this.toolbar.update(this.view.state);
    if (textarea) this.standIn(textarea);
  }

  // The textarea is what the form sends; it steps aside and keeps the text.
  standIn(textarea) {
    this.labels = [...(textarea.labels || [])];
    this.onLabel = (event) => {
      event.preventDefault();
      this.view.focus();
    };
    for (const one of this.labels) one.addEventListener('click', this.onLabel);
    textarea.hidden = true;
  }

  load(html) {
    this.original = html;
    const doc = parse(html);
    this.loaded = doc;
    return EditorState.create({ doc, plugins: this.plugins });
  }

  apply(tr) {
    const { state } = this.view.state.applyTransaction(tr);
    const changed = !state.doc.eq(this.view.state.doc);
    this.view.updateState(state);
    this.toolbar.update(state);
    if (!changed) return;
    this.hush();
    if (this.textarea) this.textarea.value = this.html();
    if (this.onChange) this.onChange();
  }

  run(command) {
    return command(this.view.state, this.view.dispatch, this.view);
  }

  say(text) {
    // The same sentence twice is spoken twice.
    this.hush();
    this.timer = window.setTimeout(() => {
      this.status.textContent = text;
      // It lies over the first line of the text.
      this.timer = window.setTimeout(() => this.hush(), 12000);
    }, 30);
  }

  hush() {
    window.clearTimeout(this.timer);
    this.status.textContent = '';
  }

  html() {
    const { doc } = this.view.state;
    return doc.eq(this.loaded) ? this.original : serialise(doc);
  }

  isEmpty() {
    const { doc } = this.view ? this.view.state : { doc: this.loaded };
    return doc.childCount === 1 && doc.firstChild.type === nodes.paragraph && !doc.firstChild.childCount;
  }

  put(slice) {
    const { from, to } = this.view.state.selection;
    this.view.dispatch(insertSlice(this.view.state, slice, from, to));
  }

  handle() {
    return {
      html: () => this.html(),
      setHtml: (html) => {
        this.dialog.close();
        this.hush();
        this.view.updateState(this.load(html));
        this.toolbar.update(this.view.state);
        if (this.textarea) this.textarea.value = html;
      },
      insertHtml: (html) => this.put(htmlSlice(html)),
      insertText: (text) => this.put(textSlice(text, this.view.state.selection.$from)),
      insertPicture: (given) => this.run(picture(given)),
      // The paragraph that the cursor stands in, counted from 0 among the outer ones.
      block: () => this.view.state.selection.$from.index(0),
      showHints: (given) => hinting.show(this.view, given),
      acceptHints: (given) => hinting.accept(this.view, given),
      goToHint: (name) => hinting.goTo(this.view, name),
      walkHints: (step) => hinting.walk(this.view, step),
      goToBlock: (number) => {
        const { doc, tr } = this.view.state;
        let at = 0;
        for (let place = 0; place < Math.min(number, doc.childCount); place += 1) at += doc.child(place).nodeSize;
        this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(at))).scrollIntoView());
        this.view.focus();
      },
      selection: () => this.view.state.selection.anchor,
      select: (at) => {
        const { doc, tr } = this.view.state;
        this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(Math.min(at, doc.content.size)))).scrollIntoView());
      },
      say: (text) => this.say(text),
      focus: () => this.view.focus(),
      isEmpty: () => this.isEmpty(),
      length: () => countCharacters(this.view.state.doc),
      destroy: () => {
        if (this.view.isDestroyed) return;
        this.hush();
        if (this.textarea) {
          this.textarea.value = this.html();
          this.textarea.hidden = false;
          for (const one of this.labels) one.removeEventListener('click', this.onLabel);
        }
        this.view.destroy();
        this.root.remove();
      },
    };
  }
}

export function mount(host, options = {}) {
  return new Editor(host, options).handle();
}

// What the schema makes of a text of which nothing is remembered; for the tests.
export { rewrite };
