// The viewer over a gallery: without this file every picture is a link to its largest size.
(function () {
  'use strict';
  var root = document;
  var gallery = root.querySelector('[data-gallery]');
  if (!gallery) { return; }
  var links = Array.prototype.slice.call(gallery.querySelectorAll('[data-shot]'));
  var place = 0;
  var start = null;
  var viewer = null;
  var parts = {};

  function make(name, words, className) {
    var part = root.createElement(name);
    if (words) { part.textContent = words; }
    if (className) { part.className = className; }
    return part;
  }
  function button(words, deed) {
    var made = make('button', words);
    made.type = 'button';
    made.addEventListener('click', deed);
    return made;
  }
  function build() {
    viewer = make('div', '', 'viewer');
    viewer.setAttribute('role', 'dialog');
    viewer.setAttribute('aria-modal', 'true');
    viewer.setAttribute('aria-label', '看大图');
    var bar = make('p');
    parts.count = make('span');
    parts.count.setAttribute('role', 'status');
    bar.appendChild(parts.count);
    if (links.length > 1) {
      bar.appendChild(button('上一张', function () { show(place - 1); }));
      bar.appendChild(button('下一张', function () { show(place + 1); }));
    }
    parts.close = button('关闭', close);
    bar.appendChild(parts.close);
    var figure = make('figure');
    parts.image = make('img');
    parts.words = make('figcaption');
    figure.appendChild(parts.image);
    figure.appendChild(parts.words);
    viewer.appendChild(bar);
    viewer.appendChild(figure);
    viewer.addEventListener('touchstart', function (event) {
      start = event.touches.length === 1 ? event.touches[0].clientX : null;
    }, { passive: true });
    viewer.addEventListener('touchend', function (event) {
      if (start === null) { return; }
      var moved = event.changedTouches[0].clientX - start;
      start = null;
      if (Math.abs(moved) > 50) { show(place + (moved < 0 ? 1 : -1)); }
    });
    viewer.addEventListener('keydown', keys);
  }
  // The ends are ends: nobody goes round without noticing.
  function show(number) {
    place = Math.max(0, Math.min(links.length - 1, number));
    var link = links[place];
    var small = link.querySelector('img');
    var words = link.parentNode.querySelector('figcaption');
    parts.image.src = link.href;
    parts.image.alt = small.alt;
    parts.words.textContent = '';
    if (words) {
      Array.prototype.forEach.call(words.childNodes, function (node) {
        if (node.nodeType !== 1 || !node.classList.contains('num')) {
          parts.words.appendChild(node.cloneNode(true));
        }
      });
    }
    parts.words.hidden = !parts.words.textContent;
    parts.count.textContent = (place + 1) + ' / ' + links.length;
  }
  function open(number) {
    if (!viewer) { build(); }
    root.body.appendChild(viewer);
    root.documentElement.classList.add('viewing');
    show(number);
    parts.close.focus();
  }
  function close() {
    root.body.removeChild(viewer);
    root.documentElement.classList.remove('viewing');
    links[place].focus();
  }
  function keys(event) {
    var steps = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: links.length - 1 };
    if (event.key === 'Escape') { event.preventDefault(); close(); return; }
    if (Object.prototype.hasOwnProperty.call(steps, event.key)) {
      event.preventDefault();
      show(steps[event.key]);
      return;
    }
    if (event.key !== 'Tab') { return; }
    var stops = viewer.querySelectorAll('button');
    var first = stops[0];
    var last = stops[stops.length - 1];
    if (event.shiftKey && root.activeElement === first) { event.preventDefault(); last.focus(); }
    if (!event.shiftKey && root.activeElement === last) { event.preventDefault(); first.focus(); }
  }
  links.forEach(function (link, number) {
    link.addEventListener('click', function (event) {
      // A new window or a download is what the reader asked for.
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
      event.preventDefault();
      open(number);
    });
  });
})();
