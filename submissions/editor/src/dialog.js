// What opens under the toolbar: the address of a link, the pictures to choose from. It stands in
// the form of the page, so it has no form of its own and nothing in it has a name to be sent.
import { dropLink, linkAt, picture, setLink } from './commands.js';
import { goToHeading, outline, replaceAll } from './whole.js';
import { PICTURE } from './schema.js';

const SCHEMES = /^(?:https?:\/\/[^\s/]+\S*|mailto:[^\s@]+@[^\s@]+|tel:[+\d][\d\s-]*)$/i;
const WRONG = '链接地址要以 http://、https://、mailto: 或 tel: 开头，请检查。';
const NONE = '还没有可用的图片。请先在“配图”里添加，上传完成后再插到正文。';
const LATER = '这张图片还没有上传完，请稍后再插。';

let serial = 0;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function button(text, run, className = 'btn btn--ghost btn--sm') {
  const made = make('button', className, text);
  made.type = 'button';
  made.addEventListener('click', run);
  return made;
}

export class Dialog {
  constructor(editor) {
    this.editor = editor;
    this.dom = make('div', 'writing__panel');
    this.dom.setAttribute('role', 'group');
    this.dom.hidden = true;
    this.opener = null;
    this.dom.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.close();
      editor.view.focus();
    });
  }

  show(id, label, ...children) {
    this.close();
    this.opener = this.editor.toolbar.button(id);
    this.opener.setAttribute('aria-expanded', 'true');
    this.dom.setAttribute('aria-label', label);
    this.dom.replaceChildren(...children);
    this.dom.hidden = false;
  }

  close() {
    if (this.opener) this.opener.setAttribute('aria-expanded', 'false');
    this.opener = null;
    this.dom.hidden = true;
    this.dom.replaceChildren();
  }

  toggles(id) {
    if (!this.opener || this.opener !== this.editor.toolbar.button(id)) return false;
    this.close();
    this.editor.view.focus();
    return true;
  }

  done(command) {
    this.close();
    this.editor.view.focus();
    this.editor.run(command);
  }

  openLink() {
    if (this.toggles('link')) return;
    serial += 1;
    const known = linkAt(this.editor.view.state);
    const label = make('label', '', '链接地址');
    const input = make('input');
    input.type = 'text';
    input.inputMode = 'url';
    input.autocomplete = 'off';
    input.spellcheck = false;
    input.id = `writing-link-${serial}`;
    label.htmlFor = input.id;
    input.placeholder = 'https://';
    input.value = known ? known.mark.attrs.href || '' : '';
    const error = make('p', 'writing__error');
    error.id = `writing-error-${serial}`;
    error.setAttribute('role', 'alert');
    error.hidden = true;
    const apply = () => {
      const href = input.value.trim();
      // The address that is there may stay, whatever an old text has put there.
      if (SCHEMES.test(href) || (known && href && href === known.mark.attrs.href)) {
        this.done(setLink(href));
        return;
      }
      error.textContent = WRONG;
      error.hidden = false;
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', error.id);
      input.focus();
    };
    input.addEventListener('keydown', (event) => {
      // Enter would send the form of the page; during composition it belongs to the input method.
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      apply();
    });
    const row = make('div', 'writing__link');
    row.append(label, input, button(known ? '改链接' : '加上链接', apply, 'btn btn--sm'));
    if (known) row.append(button('去掉链接', () => this.done(dropLink)));
    row.append(button('取消', () => { this.close(); this.editor.view.focus(); }));
    this.show('link', '链接', row, error);
    input.focus();
    input.select();
  }

  openOutline() {
    if (this.toggles('outline')) return;
    const found = outline(this.editor.view.state.doc);
    if (!found.length) {
      const close = button('关闭', () => { this.close(); this.editor.view.focus(); });
      this.show('outline', '提纲', make('p', '', '正文里没有小标题。'), close);
      close.focus();
      return;
    }
    const rows = make('ol', 'writing__outline');
    for (const one of found) {
      const item = make('li', one.level > 2 ? 'is-lower' : '');
      item.append(button(one.text || '（空的小标题）', () => {
        this.close();
        goToHeading(this.editor.view, one.pos);
      }));
      rows.append(item);
    }
    this.show('outline', '提纲', rows);
    rows.querySelector('button').focus();
  }

  openFind() {
    if (this.toggles('find')) return;
    serial += 1;
    const field = (name, words) => {
      const label = make('label', '', words);
      const input = make('input');
      input.type = 'text';
      input.autocomplete = 'off';
      input.id = `writing-${name}-${serial}`;
      label.htmlFor = input.id;
      return [label, input];
    };
    const [findLabel, find] = field('find', '查找');
    const [putLabel, put] = field('put', '换成');
    const run = () => {
      const { tr, number } = replaceAll(this.editor.view.state, find.value, put.value);
      if (number) this.editor.view.dispatch(tr);
      this.editor.say(number ? `换了 ${number} 处，可以撤销。` : '正文里没有这些字。');
    };
    const { view } = this.editor;
    const { from, to } = view.state.selection;
    find.value = view.state.doc.textBetween(from, to, ' ').slice(0, 60);
    for (const input of [find, put]) {
      input.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        event.preventDefault();
        run();
      });
    }
    const row = make('div', 'writing__link');
    row.append(findLabel, find, putLabel, put, button('全部替换', run, 'btn btn--sm'),
      button('关闭', () => { this.close(); view.focus(); }));
    this.show('find', '查找替换', row);
    find.focus();
  }

  openPictures() {
    if (this.toggles('picture')) return;
    const given = this.editor.pictures ? this.editor.pictures() : [];
    Promise.resolve(given).then((list) => {
      if (this.editor.view.isDestroyed) return;
      const close = button('取消', () => { this.close(); this.editor.view.focus(); });
      if (!list || !list.length) {
        this.show('picture', '插图', make('p', '', NONE), close);
        close.focus();
        return;
      }
      const rows = make('ul', 'writing__pictures');
      for (const choice of list) {
        const choose = button('', () => {
          if (PICTURE.test(choice.src)) this.done(picture(choice));
          else this.editor.say(LATER);
        }, 'writing__picture');
        const image = make('img');
        image.src = choice.src;
        image.alt = '';
        const name = choice.name || choice.alt || '未命名的图片';
        choose.append(image, make('span', '', name));
        const item = make('li');
        item.append(choose);
        rows.append(item);
      }
      this.show('picture', '插图：选一张图片', make('p', '', '选一张，放在光标所在的段落后面：'), rows, close);
      rows.querySelector('button').focus();
    });
  }
}
