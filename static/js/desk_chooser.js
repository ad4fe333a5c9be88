// Choosing pictures: what is ticked comes into the tray at once, in its order, with its words. Without this
// file the tray is filled when one looks on.
(function () {
  'use strict';
  var form = document.querySelector('.pk');
  if (!form) return;
  var tray = form.querySelector('[data-tray]');
  var ticks = Array.prototype.slice.call(form.querySelectorAll('[name=xuan]'));
  function entry(key) { return tray.querySelector('[data-key="' + key + '"]'); }
  function box(tag, name, value, words, most) {
    var made = document.createElement(tag);
    made.name = name;
    made.value = value;
    made.maxLength = most;
    made.placeholder = words;
    made.setAttribute('aria-label', words);
    return made;
  }
  function add(tick) {
    var one = document.createElement('div'), picture = document.createElement('img');
    one.className = 'pk__one';
    one.dataset.key = tick.value;
    picture.src = tick.dataset.small;
    picture.alt = '';
    var caption = box('textarea', 'shuoming-' + tick.value, tick.dataset.caption, '何时、何地、何人、在做什么', 200);
    caption.rows = 2;
    var by = box('input', 'sheying-' + tick.value, tick.dataset.photographer, '拍摄者', 40);
    by.type = 'text';
    one.append(picture, caption, by);
    tray.appendChild(one);
  }
  // What is ticked is sent in the order of the tray.
  function number() {
    Array.prototype.forEach.call(form.querySelectorAll('.tile__order, input[data-order]'), function (old) { old.remove(); });
    var orders = document.createDocumentFragment();
    Array.prototype.forEach.call(tray.children, function (one, place) {
      var tick = ticks.filter(function (other) { return other.value === one.dataset.key; })[0];
      if (tick) {
        var sign = document.createElement('span');
        sign.className = 'tile__order';
        sign.textContent = place + 1;
        tick.parentNode.appendChild(sign);
      }
      var order = document.createElement('input');
      order.type = 'hidden';
      order.name = 'xuan';
      order.value = one.dataset.key;
      order.dataset.order = '1';
      orders.appendChild(order);
    });
    form.insertBefore(orders, form.firstChild);
    form.querySelector('[data-number]').textContent = tray.children.length;
  }
  form.addEventListener('change', function (event) {
    var tick = event.target;
    if (tick.name !== 'xuan') return;
    if (tick.checked && !entry(tick.value)) add(tick);
    else if (!tick.checked && entry(tick.value)) entry(tick.value).remove();
    number();
  });
  form.addEventListener('keydown', function (event) {
    var at = ticks.indexOf(document.activeElement);
    if (event.isComposing) return;
    if (event.key === 'Escape' && !event.target.closest('textarea, input[type=text]')) { form.ownerDocument.querySelector('[data-back]').click(); return; }
    if (at < 0) return;
    if (event.key === 'Enter') { event.preventDefault(); form.querySelector('[value=place]').click(); return; }
    var across = Math.max(1, Math.round(form.querySelector('.pk__grid').clientWidth / ticks[0].closest('li').offsetWidth) || 1);
    var to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (ticks[to]) ticks[to].focus();
  });
  if (window.matchMedia('(max-width: 767px)').matches) form.querySelector('.pk__find').open = false;
  number();
})();
