// The buttons over the text: one stop for the Tab key, arrows inside.
import { toggleMark } from 'prosemirror-commands';
import { closeHistory, redo, redoDepth, undo, undoDepth } from 'prosemirror-history';
import {
  clearMarks, hasMark, heading, inHeading, inList, inQuote, inVerse, insertBlock, linkAt, list,
  quote, rule, script, verse,
} from './commands.js';
import { tidy } from './punctuation.js';
import { schema } from './schema.js';
import { changes, inTable, newTable } from './tables.js';

const { nodes, marks } = schema;
const mac = /Mac|iP/.test(navigator.platform);
const keys = (text) => (mac ? text.replace('Ctrl+', '⌘') : text);

const simple = (command) => (editor) => {
  if (!editor.run(command)) editor.say('光标所在的地方不能用这个格式。');
};

const BUTTONS = [
  { id: 'strong', text: '粗', title: '粗体', key: 'Ctrl+B', run: simple(toggleMark(marks.strong)), on: (s) => hasMark(s, marks.strong) },
  { id: 'em', text: '着重', title: '着重号', key: 'Ctrl+I', run: simple(toggleMark(marks.em)), on: (s) => hasMark(s, marks.em) },
  { id: 'h2', text: '小标题', title: '小标题', run: simple(heading(2)), on: (s) => inHeading(s, 2) },
  { id: 'h3', text: '小节题', title: '小节题，比小标题低一级', run: simple(heading(3)), on: (s) => inHeading(s, 3) },
  { id: 'quote', text: '引文', title: '引文', run: simple(quote), on: inQuote },
  { id: 'ul', text: '列表', title: '列表', run: simple(list(nodes.bullet_list)), on: (s) => inList(s, nodes.bullet_list) },
  { id: 'ol', text: '编号', title: '编号列表', run: simple(list(nodes.ordered_list)), on: (s) => inList(s, nodes.ordered_list) },
  { id: 'table', text: '表格', title: '插入表格', run: insertTable },
  { id: 'verse', text: '诗行', title: '诗行：一行就是一行，空行分节', run: simple(verse), on: inVerse },
  { id: 'link', text: '链接', title: '链接', key: 'Ctrl+K', run: (editor) => editor.dialog.openLink(), on: linkAt, opens: true },
  { id: 'picture', text: '插图', title: '插图：把配图放进正文', run: openPictures, opens: true },
  { id: 'rule', text: '分隔线', title: '分隔线', run: simple(rule) },
  { id: 'sup', text: '上标', title: '上标', run: simple(script(marks.sup)), on: (s) => hasMark(s, marks.sup) },
  { id: 'sub', text: '下标', title: '下标', run: simple(script(marks.sub)), on: (s) => hasMark(s, marks.sub) },
  { id: 'clear', text: '清除', title: '清除格式', run: simple(clearMarks) },
  { id: 'undo', text: '撤销', title: '撤销', key: 'Ctrl+Z', run: simple(undo), can: undoDepth, end: true },
  { id: 'redo', text: '重做', title: '重做', key: 'Ctrl+Shift+Z', run: simple(redo), can: redoDepth, end: true },
  { id: 'tidy', text: '标点整理', title: '标点整理：把汉字旁的半角标点改成全角，去掉段首空格', run: tidyUp, end: true },
];

// Only where the whole text is looked after, at the desk.
const WHOLE_BUTTONS = [
  { id: 'find', text: '查找替换', title: '查找替换', run: (editor) => editor.dialog.openFind(), opens: true, end: true },
  { id: 'outline', text: '提纲', title: '提纲', run: (editor) => editor.dialog.openOutline(), opens: true, end: true },
  { id: 'full', text: '全屏', title: '全屏：只留正文', run: full, on: () => document.body.classList.contains('writing-full'), end: true },
];

function full(editor) {
  document.body.classList.toggle('writing-full');
  editor.toolbar.update(editor.view.state);
}

function openPictures(editor) {
  if (editor.onPictures) editor.onPictures();
  else editor.dialog.openPictures();
}

const change = (name, done) => (editor) => {
  const { tr, refusal } = changes[name](editor.view.state);
  if (refusal) editor.say(refusal);
  else {
    editor.view.dispatch(tr.scrollIntoView());
    editor.say(done);
  }
};

const TABLE_BUTTONS = [
  ['rowBefore', '上方加行', '已在上方加了一行。'],
  ['rowAfter', '下方加行', '已在下方加了一行。'],
  ['columnBefore', '左侧加列', '已在左侧加了一列。'],
  ['columnAfter', '右侧加列', '已在右侧加了一列。'],
  ['deleteRow', '删行', '这一行已删除。'],
  ['deleteColumn', '删列', '这一列已删除。'],
  ['deleteTable', '删表', '表格已删除，可以撤销。'],
].map(([id, text, done]) => ({ id, text, title: text, run: change(id, done) }));

function insertTable(editor) {
  const { state } = editor.view;
  if (inTable(state)) {
    editor.say('光标已经在表格里，表格里不能再放表格。');
    return;
  }
  const table = newTable();
  const tr = insertBlock(state, table);
  // The cursor goes to the first cell.
  let at = null;
  tr.doc.descendants((node, pos) => {
    if (node === table) at = pos;
    return at === null;
  });
  editor.view.dispatch(tr.setSelection(state.selection.constructor.near(tr.doc.resolve(at + 4))));
}

function tidyUp(editor) {
  const { tr, marks: changed, indents } = tidy(editor.view.state);
  if (!changed && !indents) {
    editor.say('没有需要整理的标点。');
    return;
  }
  editor.view.dispatch(tr);
  const parts = [];
  if (changed) parts.push(`改了 ${changed} 处标点`);
  if (indents) parts.push(`去掉 ${indents} 段段首的空格`);
  editor.say(`已整理：${parts.join('，')}。`);
}

export class Toolbar {
  constructor(editor, { controls, whole }) {
    this.editor = editor;
    this.dom = document.createElement('div');
    this.dom.className = 'writing__bar';
    this.dom.setAttribute('role', 'toolbar');
    this.dom.setAttribute('aria-label', '正文工具');
    this.dom.setAttribute('aria-controls', controls);
    this.items = [];
    this.row = this.addRow(whole ? [...BUTTONS, ...WHOLE_BUTTONS] : BUTTONS);
    this.tableRow = this.addRow(TABLE_BUTTONS);
    this.tableRow.classList.add('writing__row--table');
    this.tableRow.setAttribute('role', 'group');
    this.tableRow.setAttribute('aria-label', '表格工具');
    this.tableRow.hidden = true;
    this.stop(this.items[0]);
    this.dom.addEventListener('keydown', (event) => this.onKey(event));
    // The selection and the keyboard of a phone stay where they are.
    this.dom.addEventListener('mousedown', (event) => event.preventDefault());
  }

  addRow(specs) {
    const row = document.createElement('div');
    row.className = 'writing__row';
    // What concerns the whole text stays together at the end.
    const end = document.createElement('span');
    end.className = 'writing__end';
    for (const spec of specs) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = spec.text;
      button.dataset.tool = spec.id;
      button.title = spec.key ? `${spec.title}（${keys(spec.key)}）` : spec.title;
      button.setAttribute('aria-label', spec.title.split('：')[0]);
      button.tabIndex = -1;
      if (spec.opens) button.setAttribute('aria-expanded', 'false');
      const item = { ...spec, button };
      button.addEventListener('click', () => this.press(item));
      button.addEventListener('focus', () => this.stop(item));
      this.items.push(item);
      (spec.end ? end : row).append(button);
    }
    if (end.hasChildNodes()) row.append(end);
    this.dom.append(row);
    return row;
  }

  press(item) {
    if (item.button.getAttribute('aria-disabled') === 'true') return;
    if (!item.opens) {
      this.editor.dialog.close();
      this.editor.view.focus();
    }
    // What a button does is undone by itself, apart from what was written before and after.
    const apart = () => this.editor.view.dispatch(closeHistory(this.editor.view.state.tr));
    apart();
    item.run(this.editor);
    apart();
  }

  button(id) {
    return this.items.find((item) => item.id === id).button;
  }

  // The one button that the Tab key stops at.
  stop(item) {
    for (const other of this.items) other.button.tabIndex = other === item ? 0 : -1;
  }

  focus() {
    this.items.find(({ button }) => button.tabIndex === 0).button.focus();
  }

  onKey(event) {
    if (event.key === 'Escape') {
      event.preventDefault();
      this.editor.view.focus();
      return;
    }
    const shown = this.items.filter(({ button }) => !button.closest('[hidden]'));
    const at = shown.findIndex(({ button }) => button === document.activeElement);
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1,
    }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    shown[(to + shown.length) % shown.length].button.focus();
  }

  update(state) {
    const table = Boolean(inTable(state));
    if (this.tableRow.hidden === table) {
      this.tableRow.hidden = !table;
      // The stop may not be a button that is no longer there.
      if (!table && this.tableRow.querySelector('[tabindex="0"]')) this.stop(this.items[0]);
    }
    for (const { button, on, can, opens } of this.items) {
      if (on && opens) button.classList.toggle('is-on', Boolean(on(state)));
      else if (on) set(button, 'aria-pressed', Boolean(on(state)));
      if (can) set(button, 'aria-disabled', !can(state));
    }
  }
}

function set(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}
