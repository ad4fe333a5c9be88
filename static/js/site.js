// Enhancements only: every page reads and every form sends without this file.
(function () {
  'use strict';
  var root = document;

  // What only works with script is hidden until there is script.
  root.querySelectorAll('[data-js]').forEach(function (part) { part.hidden = false; });

  root.addEventListener('click', function (event) {
    var target = event.target.closest ? event.target.closest('[data-print],[data-copy]') : null;
    if (!target) return;
    if (target.hasAttribute('data-print')) {
      event.preventDefault();
      window.print();
    } else if (navigator.clipboard) {
      navigator.clipboard.writeText(target.getAttribute('data-copy')).then(function () {
        target.textContent = '已复制';
      });
    }
  });

  // A passkey that did not work says so on the page, in our words, not in the console.
  root.addEventListener('allauth.error', function (event) {
    var words = root.querySelector('[data-key-error]');
    if (!words) return;
    event.preventDefault();
    words.hidden = false;
  });

  // The drawer: traps focus, closes on Esc, gives the scroll position back.
  var nav = root.getElementById('nav');
  var opener = null;
  var scroll = 0;
  function close() {
    if (!nav.classList.contains('open')) return;
    nav.classList.remove('open');
    nav.removeAttribute('role');
    nav.removeAttribute('aria-modal');
    window.scrollTo(0, scroll);
    if (opener) opener.focus();
  }
  root.querySelectorAll('[data-drawer]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      opener = link;
      scroll = window.scrollY;
      nav.classList.add('open');
      nav.setAttribute('role', 'dialog');
      nav.setAttribute('aria-modal', 'true');
      nav.querySelector('[data-drawer-close]').focus();
    });
  });
  root.querySelectorAll('[data-drawer-close]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      if (!nav.classList.contains('open')) return;
      event.preventDefault();
      close();
    });
  });
  root.addEventListener('keydown', function (event) {
    if (!nav || !nav.classList.contains('open')) return;
    if (event.key === 'Escape') close();
    if (event.key !== 'Tab') return;
    var stops = nav.querySelectorAll('a');
    var first = stops[0];
    var last = stops[stops.length - 1];
    if (event.shiftKey && root.activeElement === first) { event.preventDefault(); last.focus(); }
    if (!event.shiftKey && root.activeElement === last) { event.preventDefault(); first.focus(); }
  });

  // Slides: the anchors move the strip sideways without moving the page; the mark follows.
  root.querySelectorAll('.slides').forEach(function (slides) {
    var strip = slides.querySelector('ol');
    var marks = slides.querySelectorAll('.slides__n a');
    var number = slides.querySelector('[data-slide]');
    marks.forEach(function (mark, place) {
      mark.addEventListener('click', function (event) {
        event.preventDefault();
        strip.scrollTo({ left: place * strip.clientWidth });
      });
    });
    strip.addEventListener('scroll', function () {
      var now = Math.round(strip.scrollLeft / strip.clientWidth);
      marks.forEach(function (mark, place) {
        if (place === now) mark.setAttribute('aria-current', 'true');
        else mark.removeAttribute('aria-current');
      });
      number.textContent = now + 1;
    });
  });
})();
